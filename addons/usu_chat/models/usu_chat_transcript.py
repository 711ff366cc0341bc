from zoneinfo import ZoneInfo

from odoo import api, models
from odoo.tools import email_normalize, format_datetime


class UsuChatTranscript(models.AbstractModel):
    """The words of a dialogue by e-mail to the visitor.

    Only to the address given in the form of this very dialogue (or the account of who
    is logged in), and only when an employee has answered: else anybody could let us
    write to anybody.
    """

    _name = "usu.chat.transcript"
    _description = "Conversation by e-mail"

    @api.model
    def _address(self, dialogue):
        """Where it would go, or "" (sudo)."""
        given = dialogue.usu_answer_ids.filtered(lambda a: a.role == "email").value
        visitor = self.env["usu.chat.return"]._visitor(dialogue)
        return email_normalize(given or visitor.partner_id.email or "") or ""

    @api.model
    def _lines(self, dialogue):
        """What was said, without staff's notes: [(who, when, message)]."""
        messages = dialogue.message_ids.filtered(
            lambda m: m.message_type == "comment" and not m.subtype_id.internal
        )
        messages -= messages._filter_empty()
        tz = self._zone(dialogue)
        lines = []
        for message in messages.sorted("id"):
            author = message.author_id or message.author_guest_id
            shown = author.user_livechat_username if message.author_id else ""
            when = format_datetime(self.env, message.date, tz=tz, dt_format="short")
            lines.append((shown or author.name or "", when, message))
        return lines

    @api.model
    def _zone(self, dialogue):
        visitor = self.env["usu.chat.return"]._visitor(dialogue)
        name = visitor.partner_id.tz or visitor.guest_id.timezone
        return ZoneInfo(name).key if name else "UTC"

    @api.model
    def _send(self, dialogue):
        """Put the letter into the queue.

        :param dialogue: discuss.channel (sudo) of the visitor who asks
        :return: whether there is an address and an answer to send
        """
        address = self._address(dialogue)
        sides = {dialogue._usu_side(line[2]) for line in self._lines(dialogue)}
        if not address or "agent" not in sides:
            return False
        lang = dialogue.livechat_lang_id.code or self.env.lang
        self = self.with_context(lang=lang)
        desk = dialogue.livechat_channel_id.usu_desk_id
        company = desk.company_id or self.env.company
        values = {"company": company, "lines": self._lines(dialogue)}
        body = self.env["ir.qweb"]._render("usu_chat.transcript", values)
        # sudo: mail.mail - the visitor's own conversation, to the visitor
        self.env["mail.mail"].sudo().create(
            {
                "subject": self.env._("Your conversation with %s", company.name),
                "email_from": company.catchall_formatted or company.email_formatted,
                "email_to": address,
                "body_html": body,
                "auto_delete": True,
            }
        )
        # sudo: ir.cron - the letter leaves soon
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        return True
