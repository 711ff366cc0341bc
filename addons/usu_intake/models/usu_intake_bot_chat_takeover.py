"""A person talks on: the chat as a channel of Discuss, both ways."""

from markupsafe import Markup, escape

from odoo import models

from ..tools.telegram_api import LARGEST_FILE

MAP = "https://www.openstreetmap.org/?mlat={0}&mlon={1}#map=16/{0}/{1}"


class UsuIntakeBotChat(models.Model):
    _inherit = "usu.intake.bot.chat"  # pylint: disable=R8180

    def _join(self, request):
        """The dialogue belongs to this request; its responsible is in the channel."""
        if not self.channel_id:
            # sudo: discuss.channel - the bot opens the dialogue
            channels = self.env["discuss.channel"].sudo()
            self.channel_id = channels.with_context(
                mail_create_nosubscribe=True,
                install_mode=True,  # else whoever runs the job would be a member
            ).create(
                {
                    "name": self.env._("%(name)s (Telegram)", name=self.display_name),
                    "channel_type": "group",
                    "usu_bot_chat_id": self.id,
                }
            )
        # sudo: discuss.channel - the dialogue goes on with this request
        self.channel_id.sudo().usu_request_id = request
        self.write({"request_id": request.id, "state": "human"})
        self._follow(request.user_id)

    def _follow(self, user):
        """The responsible sees the dialogue; whoever had it stays and can look."""
        for chat in self.filtered("channel_id"):
            if user and user.partner_id not in chat.channel_id.channel_partner_ids:
                chat.channel_id._add_members(users=user, post_joined_message=False)

    def _human_there(self):
        """A person talks: the request is open."""
        # sudo: helpdesk.ticket - whether it is open
        return bool(self.request_id.sudo().usu_open and self.channel_id)

    def _to_staff(self, event, item):
        """The client speaks while a person is there: the bot keeps silent."""
        if event.kind == "button":
            return
        if event.kind == "contact" and event.contact.get("user_id") == event.person[0]:
            self._keep_phone(event)
        # sudo: helpdesk.ticket - the client adds to their own request
        request = self.request_id.sudo()
        item.write({"ticket_id": request.id, "partner_id": self.partner_id.id})
        self._post(event)

    def _keep_phone(self, event):
        raw = "+" + str(event.contact.get("phone_number") or "").lstrip("+")
        phone = self.env["usu.contact.point"]._normalise("phone", raw)
        if phone:
            self.phone = phone
            if not self.partner_id:
                self._settle_client()
            else:
                self.partner_id._usu_add_point(
                    "phone", phone, source="telegram", verified_by="telegram"
                )

    def _post(self, event):
        """What the client said as a message of the dialogue; files follow."""
        body = self._body(event)
        quoted = self.env["usu.intake.bot.message"]._message(self, event.reply_to)
        message = self.channel_id._usu_bot_post(self, body, parent=quoted)
        self.env["usu.intake.bot.message"]._note(self, event.message_id, message)
        if event.file and event.file["size"] <= LARGEST_FILE:
            payload = {
                "file_id": event.file["id"],
                "name": event.file["name"],
                "kind": event.file["kind"],
            }
            self._queue("fetch", payload, message)
        return message

    def _body(self, event):
        parts = [_lines(event.text)] if event.text else []
        if event.kind == "command":
            parts = [_lines(f"/{event.command} {event.text}".strip())]
        elif event.kind == "contact":
            parts.append(_lines(_card(event.contact)))
        elif event.kind == "location":
            lat, lon = (float(part or 0) for part in event.location)
            parts.append(
                Markup('<a href="{}" target="_blank">📍 {:.5f}, {:.5f}</a>').format(
                    MAP.format(lat, lon), lat, lon
                )
            )
        elif event.file:
            parts.append(_lines(self._file_words(event.file)))
        return Markup("<br/>").join(parts)

    def _file_words(self, file):
        if file["size"] > LARGEST_FILE:
            return self.env._(
                "📎 %(name)s (%(size)s MB): too large for a bot to collect. Ask for it "
                "by e-mail.",
                name=file["name"],
                size=file["size"] >> 20,
            )
        return f"📎 {file['name']}"

    def _hear_edit(self, event):
        """The client corrected a message: so does the dialogue."""
        message = self.env["usu.intake.bot.message"]._message(self, event.message_id)
        if not message:
            return "not_understood"
        # sudo: discuss.channel - the client's own message
        channel = self.channel_id.sudo().with_context(usu_from_telegram=True)
        # sudo: mail.message - the client's own message
        channel._message_update_content(message.sudo(), body=_lines(event.text or " "))
        return None

    def _finished(self):
        """The request is closed: the bot is back."""
        for chat in self.filtered(lambda c: c.state == "human"):
            chat.write({"state": "menu", "question": False})
            number = chat.request_id.number
            chat._say_key("finished", keyboard=chat._menu(), number=number)


def _lines(text):
    return Markup("<br/>").join(escape(text).split("\n"))


def _card(contact):
    words = [contact.get(key) for key in ("first_name", "last_name", "phone_number")]
    return "👤 " + " ".join(str(word) for word in words if word)
