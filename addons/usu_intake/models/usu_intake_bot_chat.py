"""One person's private chat with a bot: who it is, where the dialogue stands."""

from odoo import api, fields, models


class UsuIntakeBotChat(models.Model):
    _name = "usu.intake.bot.chat"
    _description = "Client on Telegram"
    _order = "last_seen desc nulls last, id desc"

    bot_id = fields.Many2one(
        "usu.intake.bot", required=True, ondelete="cascade", index=True, readonly=True
    )
    company_id = fields.Many2one(related="bot_id.company_id", store=True)
    chat_number = fields.Char("Number at Telegram", required=True, readonly=True)
    name = fields.Char(readonly=True)
    username = fields.Char(readonly=True)
    language_code = fields.Char(readonly=True)
    lang = fields.Char("Language", readonly=True)
    partner_id = fields.Many2one("res.partner", "Client", index="btree_not_null")
    phone = fields.Char("Telephone", readonly=True, help="Proved by Telegram.")
    consent_at = fields.Datetime("Consent", readonly=True)
    consent_text = fields.Text("Agreed to", readonly=True)
    state = fields.Selection(
        [
            ("phone", "Asked for the number"),
            ("menu", "With the bot"),
            ("human", "With an employee"),
            ("stopped", "Stopped"),
        ],
        default="phone",
        required=True,
        readonly=True,
    )
    question = fields.Text(readonly=True, help="Asked last, not yet anybody's.")
    asked_phone = fields.Integer(readonly=True)
    blocked = fields.Boolean(
        readonly=True, help="The client has blocked the bot: nothing reaches them."
    )
    request_id = fields.Many2one(
        "helpdesk.ticket", readonly=True, index="btree_not_null"
    )
    channel_id = fields.Many2one(
        "discuss.channel", "Dialogue", readonly=True, index="btree_not_null"
    )
    last_seen = fields.Datetime("Wrote Last", readonly=True)
    window_at = fields.Datetime(readonly=True)
    window_count = fields.Integer(readonly=True)

    _one = models.UniqueIndex("(bot_id, chat_number)")

    @api.depends("name", "username", "partner_id")
    def _compute_display_name(self):
        for chat in self:
            # sudo: res.partner - the name of the client the chat belongs to
            name = chat.partner_id.sudo().name or chat.name or chat.username
            chat.display_name = name or chat.chat_number

    @api.model
    def _of(self, bot, event):
        """The chat of an event, made at first contact."""
        number = str(event.chat_id)
        chat = self.search(
            [("bot_id", "=", bot.id), ("chat_number", "=", number)], limit=1
        )
        vals = {}
        if event.person:
            _id, _first, _last, username, code = event.person
            vals = {
                "name": event.name(),
                "username": username,
                "language_code": code,
                "lang": self._lang_of(code),
            }
        if not chat:
            return self.create({"bot_id": bot.id, "chat_number": number, **vals})
        changed = {k: v for k, v in vals.items() if (chat[k] or "") != (v or "")}
        if changed:
            chat.write(changed)
        return chat

    @api.model
    def _lang_of(self, code):
        """The installed language nearest to Telegram's language code."""
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        wanted = (code or "").replace("-", "_").casefold()
        for lang in installed:
            if wanted and lang.casefold() == wanted:
                return lang
        family = wanted.partition("_")[0]
        for lang in installed:
            if family and lang.casefold().partition("_")[0] == family:
                return lang
        company = self.env.company.partner_id.lang
        return company if company in installed else installed[0]

    def _text(self, key, **values):
        """One of the clinic's texts in the client's language."""
        texts = self.env["usu.intake.bot.text"].with_context(lang=self.lang)
        return texts._text(self.bot_id, key, **values)

    # ------------------------------------------------------------------ sending

    def _say(self, text, *, keyboard=None, message=None, reply_to=0):
        """Queue a text; it leaves after the commit, in order.

        :param keyboard: rows of button labels; a dict is an own ``reply_markup``;
            ``[]`` takes the buttons away
        :param message: the mail.message it is
        """
        payload = {"text": text}
        if keyboard is not None:
            payload["reply_markup"] = _markup(keyboard)
        if reply_to:
            payload["reply_to"] = reply_to
        return self._queue("text", payload, message)

    def _queue(self, kind, payload, message=None):
        # sudo: usu.intake.bot.outbox - whoever answers, the bot speaks
        outbox = self.env["usu.intake.bot.outbox"].sudo()
        return outbox._put(self, kind, payload, message)

    def _say_key(self, key, *, keyboard=None, **values):
        text = self._text(key, **values)
        if text:
            self._say(text, keyboard=keyboard)

    def action_open_dialogue(self):
        self.ensure_one()
        self.check_access("read")
        return self.channel_id._usu_open_action() if self.channel_id else None


def _markup(keyboard):
    if isinstance(keyboard, dict):
        return keyboard
    if not keyboard:
        return {"remove_keyboard": True}
    return {"keyboard": keyboard, "resize_keyboard": True, "is_persistent": True}
