"""What the bot answers: greeting and number, menu, answers, the way to a person."""

from datetime import timedelta

from odoo import fields, models

from odoo.addons.usu_routing.tools.values import Contact

WINDOW = timedelta(seconds=60)
PER_WINDOW = 40  # messages of one person a minute
SPOKEN = ("text", "file", "location", "words")


class UsuIntakeBotChat(models.Model):
    _inherit = "usu.intake.bot.chat"  # pylint: disable=R8180

    def _hear(self, event, item):
        """Answer one event.

        :param Event event: from ``tools.bot_update``
        :param item: usu.intake.item it came in
        :return: reason key if it was not taken, else None
        """
        self.ensure_one()
        if event.kind in ("blocked", "unblocked"):
            return self._membership(event.kind == "blocked")
        if self._too_fast():
            return "too_fast"
        self.write({"last_seen": fields.Datetime.now(), "blocked": False})
        if event.kind == "edit":
            return self._hear_edit(event)
        if event.kind == "button":
            self._queue("button", {"number": event.callback})
        if event.kind == "command" and event.command in ("start", "stop"):
            return getattr(self, f"_command_{event.command}")(event)
        if self.state == "human" and self._human_there():
            return self._to_staff(event, item)
        if event.kind == "contact":
            return self._hear_contact(event)
        if self.state == "stopped":
            return self._greet()
        return self._hear_menu(event, item)

    def _membership(self, gone):
        self.blocked = gone
        if gone and self.channel_id:
            self.channel_id._usu_bot_note(self.env._("The client has blocked the bot."))

    def _too_fast(self):
        """More messages in a minute than a person writes: told once, then unheard."""
        now = fields.Datetime.now()
        if not self.window_at or now - self.window_at > WINDOW:
            self.write({"window_at": now, "window_count": 1})
            return False
        self.window_count += 1
        if self.window_count == PER_WINDOW + 1:
            self._say_key("too_fast")
        return self.window_count > PER_WINDOW

    # ------------------------------------------------------------------ beginning

    def _command_start(self, event):
        link = self.env["usu.intake.bot.link"]._redeem(self.bot_id, event.text)
        if link:
            self._follow_link(link)
        if self.state == "human" and self._human_there():
            return
        self._greet()

    def _greet(self):
        if self.state == "stopped" and self._human_there():
            self.state = "human"
            # sudo: helpdesk.ticket - the client's own request
            self._say_who_answers(self.request_id.sudo())
            return
        if self.phone or self.partner_id:
            self.state = "menu"
            self._show_menu()
            return
        self.write({"state": "phone", "asked_phone": 1})
        self._say_key("greeting", keyboard=self._phone_button(), name=self.name or "")

    def _phone_button(self):
        label = self._text("share_phone")
        return {
            "keyboard": [[{"text": label, "request_contact": True}]],
            "resize_keyboard": True,
            "one_time_keyboard": True,
        }

    def _follow_link(self, link):
        """The link was made for a client or a request: this account is theirs."""
        partner = link.partner_id or link.request_id.partner_id
        if partner:
            self.partner_id = partner
            partner._usu_add_point(
                "telegram", self.chat_number, source="telegram", verified_by="telegram"
            )
        if link.request_id.usu_open:
            self._join(link.request_id)

    def _hear_contact(self, event):
        """The number, if it is the sender's own; whoever has it becomes the client.

        Source: Bot API, Contact.user_id and KeyboardButton.request_contact.
        """
        contact = event.contact
        if not contact.get("user_id") or contact["user_id"] != event.person[0]:
            self._say_key("phone_foreign", keyboard=self._phone_button())
            return
        raw = "+" + str(contact.get("phone_number") or "").strip().lstrip("+")
        phone = self.env["usu.contact.point"]._normalise("phone", raw)
        if not phone:
            self._say_key("phone_invalid", keyboard=self._phone_button())
            return
        vals = {"phone": phone, "state": "menu"}
        if not self.consent_at:
            vals["consent_at"] = fields.Datetime.now()
            vals["consent_text"] = self._text("greeting", name=self.name or "")
        self.write(vals)
        self._settle_client()
        if self.question:
            self._ask_staff()
        else:
            self._say_key("thanks", keyboard=self._menu(), name=self.name or "")

    def _contact(self):
        """Who this is, as plain values for the routing."""
        verified = {"telegram"} | ({"phone"} if self.phone else set())
        return Contact(
            partner_id=self.partner_id.id or None,
            name=self.name or self.username or "",
            phone=self.phone or "",
            telegram_id=self.chat_number,
            lang=self.lang or "",
            verified=frozenset(verified),
        )

    def _settle_client(self):
        """The existing client with this number, else a new one; of several: nobody."""
        routing = self.env["usu.routing"]._at(self.bot_id.team_id)
        contact = self._contact()
        candidates = routing._identify(contact)
        partner, _new = routing._settle(contact, candidates, True, "telegram")
        if partner:
            self.partner_id = partner

    def _command_stop(self, _event):
        self.write({"state": "stopped", "question": False})
        self._say_key("stopped", keyboard=[])
        if self.channel_id:
            self.channel_id._usu_bot_note(self.env._("The client stopped the bot."))

    # ------------------------------------------------------------------ telling staff

    def _ask_staff(self, event=None, item=None):
        """What was asked becomes a request; the responsible talks on in Discuss."""
        question = self.question or (event and event.text) or ""
        routing = self.env["usu.routing"]._at(self.bot_id.team_id)
        title = question or (event and event.file and event.file["name"]) or ""
        receipt = routing._receive(
            self._contact(),
            desk=self.bot_id.team_id,
            channel="telegram",
            title=title[:80] or self.env._("Telegram: %(name)s", name=self.name),
            external_id=item.external_key if item else None,
            create_client=True,
            values={"description": routing._as_html(question or title or "-")},
        )
        # sudo: helpdesk.ticket - the request routing has just named
        request = self.env["helpdesk.ticket"].sudo().browse(receipt.request_id)
        if receipt.partner_id and not self.partner_id:
            self.partner_id = receipt.partner_id
        self.question = False
        self._join(request)
        if item:
            item.write({"ticket_id": request.id, "partner_id": receipt.partner_id})
        self._tell_staff(question, event)
        self._say_who_answers(request)

    def _tell_staff(self, question, event):
        # The request has just been received: only the dialogue is to be told.
        chat = self.with_context(usu_routed=True)
        if event and event.kind in SPOKEN and event.text in ("", question):
            chat._post(event)
        elif question:
            chat.channel_id._usu_bot_post(chat, question)

    def _say_who_answers(self, request):
        desk = self.env["usu.routing"]._desk_state(request.team_id)
        number = request.number
        if not desk.open and desk.next_opening:
            time = self._time(desk.next_opening)
            self._say_key("human_closed", keyboard=[], number=number, time=time)
        elif request.user_id:
            name = request.user_id.name
            self._say_key("human", keyboard=[], number=number, name=name)
        else:
            self._say_key("human_queue", keyboard=[], number=number)
