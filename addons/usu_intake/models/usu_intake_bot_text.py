import re

from odoo import api, fields, models

#: key -> (what it is for, names that may stand in it)
KEYS = [
    ("greeting", "Greeting and consent"),
    ("share_phone", "Button: share the number"),
    ("phone_please", "Asked for the number again"),
    ("phone_foreign", "Somebody else's number"),
    ("phone_invalid", "Number that cannot be read"),
    ("thanks", "After the number"),
    ("menu", "Menu"),
    ("menu_ask", "Button: ask a question"),
    ("menu_prices", "Button: prices"),
    ("menu_requests", "Button: my requests"),
    ("menu_hours", "Button: working hours"),
    ("menu_human", "Button: talk to an employee"),
    ("ask", "Write your question"),
    ("helped", "Button: that helped"),
    ("glad", "After “that helped”"),
    ("prices", "Prices and services"),
    ("no_requests", "No open requests"),
    ("request_line", "One request: {number} {title} {stage}"),
    ("open_now", "Open until {time}"),
    ("open", "Open"),
    ("closed_until", "Closed until {time}"),
    ("closed", "Closed"),
    ("human", "An employee will answer: {number} {name}"),
    ("human_queue", "Somebody will answer: {number}"),
    ("human_closed", "Answer from {time}: {number}"),
    ("finished", "Request closed: {number}"),
    ("too_fast", "Too many messages"),
    ("stopped", "After “stop”"),
    ("command_menu", "Command /menu"),
    ("command_stop", "Command /stop"),
]


_NAME = re.compile(r"\{(\w+)\}")


class UsuIntakeBotText(models.Model):
    """What the bot says, in the clinic's words. An archived menu text hides its button;
    a text of one bot goes before the common one."""

    _name = "usu.intake.bot.text"
    _description = "Text of the Bot"
    _order = "sequence, id"
    _rec_name = "key"

    sequence = fields.Integer(default=100)
    key = fields.Selection(KEYS, "Used for", required=True)
    text = fields.Text(translate=True)
    bot_id = fields.Many2one(
        "usu.intake.bot", ondelete="cascade", index="btree_not_null"
    )
    active = fields.Boolean(default=True)

    _one_common = models.UniqueIndex("(key) WHERE bot_id IS NULL")
    _one_per_bot = models.UniqueIndex("(key, bot_id) WHERE bot_id IS NOT NULL")

    @api.model
    def _text(self, bot, key, **values):
        """The text with its ``{names}`` filled in; "" where it is archived."""
        # sudo: usu.intake.bot.text - what the bot says to everybody
        found = self.sudo().search(
            [("key", "=", key), ("bot_id", "in", [False, bot.id])],
            order="bot_id nulls last",
            limit=1,
        )
        values.setdefault("company", bot.company_id.name)
        return _NAME.sub(
            lambda name: str(values.get(name[1], name[0])), found.text or ""
        ).strip()

    @api.model
    def _is(self, bot, key, said):
        """Is this what the button says, in whatever language it was shown?"""
        said = (said or "").strip().casefold()
        return any(
            self.with_context(lang=code)._text(bot, key).casefold() == said
            for code, _name in self.env["res.lang"].get_installed()
        )
