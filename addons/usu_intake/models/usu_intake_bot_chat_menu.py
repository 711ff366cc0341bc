"""The menu of the bot: questions and answers, prices, requests, hours, a person."""

from odoo import models
from odoo.tools import format_datetime

ENTRIES = ("menu_ask", "menu_prices", "menu_requests", "menu_hours", "menu_human")
SHOWN = 5  # requests listed
ASK_TWICE = 2  # times the number is asked for before a question goes on without it


class UsuIntakeBotChat(models.Model):
    _inherit = "usu.intake.bot.chat"  # pylint: disable=R8180

    def _menu(self):
        """Buttons, two in a row; an archived text hides its button."""
        labels = [self._text(key) for key in ENTRIES]
        if not self._text("prices"):
            labels[1] = ""
        labels = [label for label in labels if label]
        return [labels[i : i + 2] for i in range(0, len(labels), 2)]

    def _show_menu(self):
        self._say_key("menu", keyboard=self._menu())

    def _hear_menu(self, event, item):
        said = event.text
        texts = self.env["usu.intake.bot.text"]
        for key in (*ENTRIES, "helped"):
            if said and texts._is(self.bot_id, key, said):
                return getattr(self, f"_{key}")(event, item)
        if event.kind in ("command", "button"):
            return self._show_or_greet()
        if self.state == "phone":
            return self._hear_before_phone(event, item)
        return self._hear_question(event, item)

    def _show_or_greet(self):
        return self._greet() if self.state == "phone" else self._show_menu()

    def _hear_before_phone(self, event, item):
        """A question before the number: kept; asked for the number once more, then the
        question goes on without it."""
        first = not self.asked_phone
        kept = "\n".join(filter(None, [self.question, event.text]))
        if event.kind == "text":
            self.question = kept[:4000]
        if first:
            self.asked_phone = 1
            keyboard = self._phone_button()
            self._say_key("greeting", keyboard=keyboard, name=self.name or "")
        elif event.kind == "text" and self.asked_phone < ASK_TWICE:
            self.asked_phone += 1
            self._say_key("phone_please", keyboard=self._phone_button())
        else:
            self._ask_staff(event, item)

    def _hear_question(self, event, item):
        """One of the clinic's answers if it fits, otherwise a person."""
        answers = self.env["usu.intake.bot.answer"].with_context(lang=self.lang)
        # sudo: usu.intake.bot.answer - what the bot tells everybody
        answer = answers.sudo()._find_answer(self.bot_id, event.text)
        if event.kind != "text" or not answer:
            return self._ask_staff(event, item)
        answer.given_count += 1
        self.question = event.text[:4000]
        buttons = [[self._text("helped"), self._text("menu_human")]]
        self._say(answer.answer, keyboard=buttons)

    # ------------------------------------------------------------------ entries

    def _helped(self, _event, _item):
        self.question = False
        self._say_key("glad", keyboard=self._menu())

    def _menu_ask(self, _event, _item):
        self._say_key("ask", keyboard=[])

    def _menu_prices(self, _event, _item):
        self._say_key("prices", keyboard=self._menu())

    def _menu_human(self, _event, item):
        self._ask_staff(item=item)

    def _menu_requests(self, _event, _item):
        requests = self.env["usu.routing"]._at(self.bot_id.team_id)
        requests = requests._open_requests(self.partner_id)[:SHOWN]
        lines = [
            self._text(
                "request_line",
                number=request.number,
                title=request.name,
                stage=request.stage_id.with_context(lang=self.lang).name,
            )
            for request in requests
        ]
        if lines:
            self._say("\n".join(lines), keyboard=self._menu())
        else:
            self._say_key("no_requests", keyboard=self._menu())

    def _menu_hours(self, _event, _item):
        desk = self.env["usu.routing"]._desk_state(self.bot_id.team_id)
        key = "open" if desk.open else "closed"
        if desk.open and desk.closes_at:
            key = "open_now"
        elif not desk.open and desk.next_opening:
            key = "closed_until"
        time = desk.closes_at if desk.open else desk.next_opening
        self._say_key(key, keyboard=self._menu(), time=time and self._time(time))

    def _time(self, moment):
        """A naive UTC time in the clinic's zone and the client's language."""
        team = self.bot_id.team_id
        # sudo: resource.calendar, res.company - the zone of the clinic's hours
        zone = team.sudo().usu_calendar_id.tz or self.bot_id.company_id.sudo(
        ).partner_id.tz  # fmt: skip
        return format_datetime(
            self.env, moment, tz=zone or "UTC", dt_format="EEEE d MMMM, HH:mm",
            lang_code=self.lang,
        )  # fmt: skip
