"""A Telegram bot of the clinic: its account, how it receives, whether it is well."""

import logging
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS

from ..tools.telegram_api import TelegramApi, TelegramError

_logger = logging.getLogger(__name__)

#: what the bot can make something of; others are not asked for
UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
COMMANDS = ("menu", "stop")
SEEN_EVERY = timedelta(minutes=1)
QUIET = timedelta(minutes=3)  # a poller that has not been seen longer is gone


class UsuIntakeBot(models.Model):
    _name = "usu.intake.bot"
    _description = "Telegram Bot"
    _inherit = "mail.thread"
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    team_id = fields.Many2one(
        "helpdesk.ticket.team",
        "Desk",
        required=True,
        default=lambda self: self.env["helpdesk.ticket.team"]._usu_default(),
        help="Requests go here; its policy chooses who answers.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    token = fields.Char(
        groups="base.group_system",
        copy=False,
        help="The token BotFather gave you. Whoever has it is the bot.",
    )
    api_url = fields.Char(
        "Bot API Server",
        groups="base.group_system",
        help="Empty: Telegram's own. Otherwise the address of your Bot API server.",
    )
    mode = fields.Selection(
        [("webhook", "Telegram calls us (webhook)"), ("polling", "We ask (poller)")],
        required=True,
        default="polling",
        help="A webhook needs a public https address. The poller is the command "
        "usu_telegram_poll, which runs beside the Odoo server.",
    )
    base_url = fields.Char(
        "Public Address",
        groups="base.group_system",
        help="Where Telegram reaches this server. Empty: the database's web address.",
    )
    secret = fields.Char(groups=NO_ACCESS, copy=False)
    state = fields.Selection(
        [("draft", "Not connected"), ("connected", "Connected"), ("error", "Error")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    username = fields.Char(readonly=True, copy=False)
    telegram_id = fields.Char("Number at Telegram", readonly=True, copy=False)
    error = fields.Text("What Telegram Says", readonly=True, copy=False)
    error_at = fields.Datetime("Since", readonly=True, copy=False)
    checked_at = fields.Datetime("Looked at", readonly=True, copy=False)
    pending = fields.Integer("Waiting at Telegram", readonly=True, copy=False)
    send_after = fields.Datetime("Sends Again at", readonly=True, copy=False)
    poller_seen_at = fields.Datetime("Poller Seen", readonly=True, copy=False)
    received_at = fields.Datetime("Last Received", compute="_compute_counts")
    today_count = fields.Integer("Received in 24 Hours", compute="_compute_counts")
    waiting_count = fields.Integer("Not Processed Yet", compute="_compute_counts")
    outbox_count = fields.Integer("To Be Sent", compute="_compute_counts")
    failed_count = fields.Integer("Not Delivered", compute="_compute_counts")
    chat_ids = fields.One2many("usu.intake.bot.chat", "bot_id")
    chat_count = fields.Integer("Clients", compute="_compute_counts")
    health = fields.Selection(
        [
            ("off", "Not connected"),
            ("ok", "In order"),
            ("silent", "Nobody asks Telegram"),
            ("failing", "Failing"),
        ],
        compute="_compute_health",
    )

    @api.depends("state", "mode", "poller_seen_at", "error")
    def _compute_health(self):
        alive = fields.Datetime.now() - QUIET
        for bot in self:
            seen = bot.poller_seen_at and bot.poller_seen_at > alive
            if bot.state == "draft":
                bot.health = "off"
            elif bot.state == "error" or bot.error:
                bot.health = "failing"
            else:
                bot.health = "ok" if bot.mode == "webhook" or seen else "silent"

    def _compute_counts(self):
        # sudo: usu.intake.item - numbers alone
        Item = self.env["usu.intake.item"].sudo()
        # sudo: usu.intake.bot.outbox - numbers alone
        Outbox = self.env["usu.intake.bot.outbox"].sudo()
        day = fields.Datetime.now() - timedelta(days=1)
        for bot in self:
            mine = [("bot_id", "=", bot.id)]
            waiting = [("state", "=", "waiting")]
            failed = [("state", "=", "failed"), ("create_date", ">", day)]
            bot.received_at = Item.search(mine, limit=1).received_at
            bot.today_count = Item.search_count([*mine, ("received_at", ">", day)])
            bot.waiting_count = Item.search_count([*mine, ("state", "=", "new")])
            bot.outbox_count = Outbox.search_count([*mine, *waiting])
            bot.failed_count = Outbox.search_count([*mine, *failed])
            bot.chat_count = self.env["usu.intake.bot.chat"].search_count(mine)

    def write(self, vals):
        if {"token", "api_url"} & vals.keys():
            vals = {"state": "draft", "error": False, **vals}
        return super().write(vals)

    # ------------------------------------------------------------------ the account

    def _api(self):
        """A client for this bot's calls; close it after use.

        The caller is a job, or an administrator.
        """
        self.ensure_one()
        # sudo: usu.intake.bot - the token is for calls alone
        bot = self.sudo()
        return TelegramApi(bot.token or "0:none", bot.api_url)

    def _webhook_url(self):
        # sudo: ir.config_parameter - the database's public address
        base = self.env["ir.config_parameter"].sudo().get_param("web.base.url")
        base = (self.base_url or base or "").rstrip("/")
        return f"{base}/usu_intake/telegram/{self.id}"

    def action_connect(self):
        """Check the token, tell Telegram how updates reach us."""
        for bot in self:
            bot.check_access("write")
            if not bot.token:
                raise UserError(self.env._("Enter the token BotFather gave you."))
            try:
                with bot._api() as api:
                    bot._connect(api)
            except TelegramError as error:
                raise UserError(bot._words_of(error)) from error

    def _connect(self, api):
        me = api.call("getMe")
        # sudo: usu.intake.bot - the secret is nobody's to read
        bot_sudo = self.sudo()
        bot_sudo.secret = secrets.token_urlsafe(32)
        if self.mode == "webhook":
            api.call(
                "setWebhook",
                url=self._webhook_url(),
                secret_token=bot_sudo.secret,
                allowed_updates=UPDATES,
                max_connections=4,
            )
        else:
            api.call("deleteWebhook", drop_pending_updates=False)
        texts = self.env["usu.intake.bot.text"]
        commands = [
            {"command": name, "description": texts._text(self, f"command_{name}")[:256]}
            for name in COMMANDS
        ]
        api.call("setMyCommands", commands=commands)
        self._note_well(
            state="connected",
            username=me.get("username") or me.get("first_name"),
            telegram_id=str(me.get("id") or ""),
            checked_at=fields.Datetime.now(),
        )

    def action_disconnect(self):
        """Receive and send no more; what waits at Telegram stays there for a day."""
        for bot in self:
            bot.check_access("write")
            try:
                with bot._api() as api:
                    api.call("deleteWebhook", drop_pending_updates=False)
            except TelegramError as error:
                bot.message_post(body=bot._words_of(error))
            bot.state = "draft"

    def action_check(self):
        """Ask Telegram how it is."""
        for bot in self:
            bot.check_access("write")
            try:
                with bot._api() as api:
                    bot._look(api)
            except TelegramError as error:
                bot._note_error(error)

    def _look(self, api):
        """Health as Telegram sees it: the webhook's address, what waits, trouble."""
        info = api.call("getWebhookInfo")
        vals = {
            "pending": info.get("pending_update_count") or 0,
            "checked_at": fields.Datetime.now(),
        }
        trouble = info.get("last_error_message")
        if self.mode == "webhook" and info.get("url") != self._webhook_url():
            trouble = self.env._("The webhook points elsewhere. Connect the bot again.")
        if self.mode == "webhook" and trouble and vals["pending"]:
            since = self.error_at or fields.Datetime.now()
            self.write({**vals, "error": trouble, "error_at": since})
        else:
            self._note_well(**vals)

    @api.model
    def _cron_look(self):
        for bot in self.search([("state", "!=", "draft")]):
            bot.action_check()
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _updates(self):
        return UPDATES

    # ------------------------------------------------------------------ health

    def _poller_seen(self, fresh=False):
        """The poller lives; written down once a minute at most.

        :param fresh: it begins and has not asked yet
        """
        now = fields.Datetime.now()
        if self.error and not fresh:
            self._note_well(poller_seen_at=now)
        elif not self.poller_seen_at or now - self.poller_seen_at > SEEN_EVERY:
            self.poller_seen_at = now

    def _note_well(self, **vals):
        self.write({"error": False, "error_at": False, "send_after": False, **vals})

    def _note_error(self, error):
        """Keep what Telegram said; a revoked token stops the bot."""
        _logger.info("Telegram bot %s: %s", self.id, error.kind)
        vals = {"error": self._words_of(error)}
        if not self.error_at:
            vals["error_at"] = fields.Datetime.now()
        if error.kind == "token":
            vals["state"] = "error"
        self.write(vals)

    def _words_of(self, error):
        said = str(error)
        if error.kind == "token":
            return self.env._(
                "Telegram does not know the token. It was revoked or mistyped; ask "
                "BotFather for a new one."
            )
        if error.kind == "conflict":
            return self.env._(
                "Another program receives for this bot: a webhook elsewhere or a "
                "second poller (%(said)s).",
                said=said,
            )
        if error.kind == "down":
            return self.env._("Telegram cannot be reached (%(said)s).", said=said)
        return self.env._("Telegram refuses: %(said)s", said=said)

    # ------------------------------------------------------------------ screens

    def action_view_chats(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Clients on Telegram"),
            "res_model": "usu.intake.bot.chat",
            "views": [(False, "list"), (False, "form")],
            "domain": [("bot_id", "=", self.id)],
        }

    def action_view_outbox(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Outbox"),
            "res_model": "usu.intake.bot.outbox",
            "views": [(False, "list")],
            "domain": [("bot_id", "=", self.id)],
            "context": {"search_default_open": 1},
        }
