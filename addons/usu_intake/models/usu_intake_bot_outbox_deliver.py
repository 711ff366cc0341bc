"""Rows of the outbox as calls of the Bot API."""

from odoo import models

from ..tools.telegram_api import TelegramError

PHOTOS = ("image/jpeg", "image/png", "image/webp")
LARGEST_PHOTO = 10 << 20
#: a repeat that finds its work done
DONE = ("message is not modified", "message to delete not found")


class UsuIntakeBotOutbox(models.Model):
    _inherit = "usu.intake.bot.outbox"  # pylint: disable=R8180

    def _deliver(self, api):
        """:return: numbers of the messages made at Telegram
        :raise TelegramError:
        """
        return getattr(self, f"_deliver_{self.kind}")(api) or []

    def _target(self):
        values = {"chat_id": int(self.chat_id.chat_number)}
        if number := self.payload.get("reply_to"):
            values["reply_parameters"] = {
                "message_id": number,
                "allow_sending_without_reply": True,
            }
        return values

    def _deliver_text(self, api):
        made = api.call(
            "sendMessage",
            **self._target(),
            text=self.payload["text"],
            reply_markup=self.payload.get("reply_markup"),
            link_preview_options={"is_disabled": True},
        )
        return [made.get("message_id")]

    def _deliver_file(self, api):
        # sudo: ir.attachment - the file the employee put into the dialogue
        file = self.env["ir.attachment"].sudo()
        file = file.browse(self.payload["attachment_id"]).exists()
        if not file:
            raise TelegramError("refused", self.env._("The file was removed."))
        content, mime = file.raw or b"", file.mimetype or ""
        method, field = "sendDocument", "document"
        if mime in PHOTOS and len(content) < LARGEST_PHOTO:
            method, field = "sendPhoto", "photo"
        elif self.payload.get("voice") or mime == "audio/ogg":
            method, field = "sendVoice", "voice"
        made = api.call(
            method,
            **self._target(),
            **{field: (file.name, content)},
            caption=self.payload.get("text") or None,
        )
        return [made.get("message_id")]

    def _deliver_edit(self, api):
        """The text of a message sent before; of a file its caption."""
        method, field = "editMessageText", "text"
        if self.payload.get("caption"):
            method, field = "editMessageCaption", "caption"
        self._harmless(
            api,
            method,
            message_id=self.payload["number"],
            **{field: self.payload["text"]},
        )

    def _deliver_delete(self, api):
        """Telegram lets a bot take back what is younger than 48 hours."""
        self._harmless(api, "deleteMessage", message_id=self.payload["number"])

    def _harmless(self, api, method, **values):
        try:
            api.call(method, chat_id=int(self.chat_id.chat_number), **values)
        except TelegramError as error:
            if not any(words in str(error).lower() for words in DONE):
                raise

    def _deliver_button(self, api):
        """Telegram shows a waiting sign on the button until it is acknowledged."""
        try:
            api.call("answerCallbackQuery", callback_query_id=self.payload["number"])
        except TelegramError as error:
            if error.kind != "refused":  # too old: nobody waits for it any more
                raise

    def _deliver_fetch(self, api):
        """Collect a file the client sent and lay it on its message."""
        message = self.message_id
        if not message:
            return
        path, content = api.download(self.payload["file_id"])
        name = self.payload["name"]
        if "." not in name and "." in path:
            name = f"{name}.{path.rpartition('.')[2]}"
        self.chat_id.channel_id._usu_bot_attach(
            message, name, bytes(content), voice=self.payload.get("kind") == "voice"
        )
