"""What employees write, correct and take back in a dialogue goes to the client."""

from odoo import models

from ..tools.html_text import QUOTE_MARK, html_to_text


class UsuIntakeBotChat(models.Model):
    _inherit = "usu.intake.bot.chat"  # pylint: disable=R8180

    def _usu_answered(self, message):
        """An employee wrote: to the client with it, and the bot keeps silent."""
        # sudo: res.users - is the author one of the staff?
        users = message.author_id.sudo().user_ids
        user = users.filtered(lambda u: not u.share)[:1]
        if not user:
            return
        quoted = self.env["usu.intake.bot.message"]._numbers(self, message.parent_id)
        reply_to = quoted[0] if quoted else 0
        text = _plain(message.body)
        if text:
            self._say(text, message=message, reply_to=reply_to)
        for file in message.attachment_ids:
            payload = {"attachment_id": file.id, "name": file.name}
            # sudo: discuss.voice.metadata - was it recorded here?
            payload["voice"] = bool(file.sudo().voice_ids)
            self._queue("file", {**payload, "reply_to": reply_to}, message)
        if self.request_id.usu_open and self.state != "stopped":
            self.state = "human"

    def _usu_changed(self, message, body):
        """An employee corrected or took back an answer."""
        outbox = self.env["usu.intake.bot.outbox"]
        waiting = outbox.search(
            [("message_id", "=", message.id), ("state", "=", "waiting")]
        )
        waiting = waiting.filtered(lambda row: row.kind in ("text", "file"))
        numbers = self.env["usu.intake.bot.message"]._numbers(self, message)
        text = _plain(body)
        if waiting and not text:
            waiting.write({"state": "cancelled"})
        elif waiting:
            rows = waiting.filtered(lambda r: r.kind == "text").sorted("id")
            rows[1:].write({"state": "cancelled"})
            for row in rows[:1]:
                row.payload = {**row.payload, "text": text[:4096]}
        for place, number in enumerate(numbers):
            if text and place == 0:
                self._queue("edit", {"number": number, "text": text[:4096]})
            elif not text:
                self._queue("delete", {"number": number})


def _plain(body):
    text = html_to_text(str(body or "")).replace(QUOTE_MARK, "")
    return text.strip()
