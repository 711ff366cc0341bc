"""What the bot still has to say: rows, sent by a job, in order for each chat.

A row is taken, sent and noted in one small transaction of the job. What Telegram has
taken but the job could not note any more (its server died in between) is sent again:
the Bot API offers no way to ask. Everything else leaves exactly once.
"""

import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import bot_text
from ..tools.telegram_api import TelegramError

_logger = logging.getLogger(__name__)

GIVE_UP = timedelta(hours=48)
LONGEST_PAUSE = 300  # seconds
KEEP = timedelta(days=30)


class UsuIntakeBotOutbox(models.Model):
    _name = "usu.intake.bot.outbox"
    _description = "Message on its Way to Telegram"
    _order = "id desc"

    bot_id = fields.Many2one(
        "usu.intake.bot", required=True, ondelete="cascade", index=True, readonly=True
    )
    chat_id = fields.Many2one(
        "usu.intake.bot.chat", required=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="bot_id.company_id", store=True)
    kind = fields.Selection(
        [
            ("text", "Text"),
            ("file", "File"),
            ("edit", "Changed text"),
            ("delete", "Deleted"),
            ("button", "Button acknowledged"),
            ("fetch", "File to collect"),
        ],
        required=True,
        readonly=True,
    )
    payload = fields.Json(readonly=True)
    message_id = fields.Many2one(
        "mail.message", ondelete="set null", index="btree_not_null", readonly=True
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("sent", "Sent"),
            ("failed", "Not delivered"),
            ("cancelled", "Not needed"),
        ],
        default="waiting",
        required=True,
        readonly=True,
    )
    preview = fields.Char(compute="_compute_preview")
    attempts = fields.Integer(readonly=True)
    next_try = fields.Datetime(readonly=True)
    sent_at = fields.Datetime(readonly=True)
    error = fields.Text(readonly=True)

    _heads = models.Index("(chat_id, id) WHERE state = 'waiting'")

    @api.depends("payload", "kind")
    def _compute_preview(self):
        for row in self:
            values = row.payload or {}
            text = values.get("text") or values.get("name") or values.get("number")
            row.preview = str(text or "")[:80]

    @api.model
    def _put(self, chat, kind, payload, message=None):
        """Queue one; long texts become several rows. The job wakes after the commit."""
        rows = [payload]
        if kind == "text":
            parts = bot_text.split(payload["text"])
            rows = [{"text": part} for part in parts]
            if rows:
                rows[0] |= {k: v for k, v in payload.items() if k == "reply_to"}
                if "reply_markup" in payload:
                    rows[-1]["reply_markup"] = payload["reply_markup"]
        base = {
            "bot_id": chat.bot_id.id,
            "chat_id": chat.id,
            "kind": kind,
            "message_id": message and message.id,
        }
        made = self.create([{**base, "payload": row} for row in rows])
        self._wake()
        return made

    @api.model
    def _wake(self, at=None):
        cron = self.env.ref("usu_intake.ir_cron_bot_send", raise_if_not_found=False)
        if cron:
            # sudo: ir.cron - the scheduler looks at once, or at a time
            cron.sudo()._trigger(at)

    # ------------------------------------------------------------------ the job

    @api.model
    def _cron_send(self):
        """Send what waits, as long as the scheduler grants time."""
        clients = {}
        try:
            while row := self._take():
                row._send_or_keep(clients)
                if not self.env["ir.cron"]._commit_progress(1):
                    self._wake()
                    break
        finally:
            for api_client in clients.values():
                api_client.close()

    @api.model
    def _take(self):
        """The oldest row of a chat that may be sent now, locked; or None.

        Only the first waiting row of a chat is ever taken: that keeps the order.
        """
        for _turn in range(5):
            try:
                rows = self.env.execute_query(
                    SQL(
                        """
                        SELECT o.id FROM usu_intake_bot_outbox o
                          JOIN usu_intake_bot b ON b.id = o.bot_id
                         WHERE o.state = 'waiting'
                           AND b.state = 'connected' AND b.active
                           AND (o.next_try IS NULL OR o.next_try <= %(now)s)
                           AND (b.send_after IS NULL OR b.send_after <= %(now)s)
                           AND NOT EXISTS (
                               SELECT FROM usu_intake_bot_outbox e
                                WHERE e.chat_id = o.chat_id AND e.state = 'waiting'
                                  AND e.id < o.id)
                         ORDER BY o.id LIMIT 1 FOR UPDATE OF o SKIP LOCKED
                        """,
                        now=fields.Datetime.now(),
                    )
                )
                return self.browse(rows[0][0]) if rows else None
            except psycopg2.errors.SerializationFailure:
                # another job has just sent it
                self.env.cr.rollback()
        return None

    def _send_or_keep(self, clients):
        """A row that cannot be handled at all is put aside: it must stop nobody."""
        row_id = self.id
        try:
            self._send(clients)
            self.env.flush_all()
        except psycopg2.OperationalError:
            raise  # another worker, or the database: the whole job is tried again
        except Exception as error:
            self.env.cr.rollback()
            _logger.exception("Outbox row %s could not be sent", row_id)
            self.browse(row_id).write(
                {"state": "failed", "error": f"{type(error).__name__}: {error}"[:500]}
            )

    def _send(self, clients):
        """Send one row and note what became of it."""
        self.ensure_one()
        bot, chat = self.bot_id, self.chat_id
        if chat.blocked or (chat.state == "stopped" and self.message_id):
            self._not_delivered(self.env._("The client does not want messages."))
            return
        if bot.id not in clients:
            clients[bot.id] = bot._api()
        try:
            numbers = self._deliver(clients[bot.id])
        except TelegramError as error:
            self._failed(error)
            return
        self.write({"state": "sent", "sent_at": fields.Datetime.now(), "error": False})
        for number in numbers:
            self.env["usu.intake.bot.message"]._note(
                chat, number, self.message_id, outgoing=True
            )
        if bot.error or bot.send_after:
            bot._note_well()

    def _failed(self, error):
        """Again later, or never: by what Telegram said."""
        attempts = self.attempts + 1
        vals = {"attempts": attempts, "error": str(error)}
        pause = min(2**attempts, LONGEST_PAUSE)
        now = fields.Datetime.now()
        if error.kind == "blocked":
            self.chat_id.blocked = True
            self._not_delivered(self.env._("The client has blocked the bot."))
            return
        if error.kind == "refused" or (
            error.kind in ("down", "flood") and now - self.create_date > GIVE_UP
        ):
            self.write(vals)
            self._not_delivered(str(error))
            return
        if error.kind == "flood":
            pause = error.retry_after
        next_try = now + timedelta(seconds=pause + 1)
        self.write({**vals, "next_try": next_try})
        if error.kind != "flood":
            self.bot_id._note_error(error)
            self.bot_id.send_after = next_try
        self._wake(next_try)

    def _not_delivered(self, reason):
        """For good; the employee who wrote it is told in the dialogue."""
        self.write({"state": "failed", "error": reason})
        channel = self.chat_id.channel_id
        if self.message_id and channel and self.kind in ("text", "file"):
            channel._usu_bot_note(
                self.env._("Not delivered on Telegram: %(reason)s", reason=reason)
            )

    def action_send_again(self):
        """Button: try once more what was not delivered."""
        self.check_access("read")
        self.env["usu.intake.bot"].check_access("write")
        # sudo: usu.intake.bot.outbox - checked above
        rows = self.sudo().filtered(lambda row: row.state == "failed")
        rows.write({"state": "waiting", "attempts": 0, "next_try": False})
        self._wake()

    @api.autovacuum
    def _gc_outbox(self):
        old = fields.Datetime.now() - KEEP
        self.search(
            [("state", "!=", "waiting"), ("create_date", "<", old)], limit=10_000
        ).unlink()
