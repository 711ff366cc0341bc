"""The intake queue: whatever reaches the clinic is stored here first.

The raw form is committed before anything is done with it and stays until retention
removes it. What an item says is data about patients: the list is open to those who
review, the raw form to a group of its own, through ``_get_raw`` only.
"""

import zlib

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import NO_ACCESS
from odoo.tools import SQL

from ..tools.letter_key import letter_key

RAW_GROUP = "usu_intake.usu_intake_group_raw"


class UsuIntakeItem(models.Model):
    _name = "usu.intake.item"
    _description = "Intake Item"
    _order = "received_at desc, id desc"
    _rec_name = "subject"

    source = fields.Selection([("email", "E-mail")], required=True, readonly=True)
    external_key = fields.Char(required=True, readonly=True, copy=False)
    state = fields.Selection(
        [
            ("new", "New"),
            ("triage", "Waits in triage"),
            ("done", "Done"),
            ("rejected", "Rejected"),
            ("error", "Error"),
        ],
        required=True,
        default="new",
        readonly=True,
    )
    heap = fields.Selection(
        [
            ("unknown", "Unknown sender"),
            ("unverified", "Known, not proved"),
            ("forged", "Probably forged"),
            ("spam", "Marked as spam"),
            ("automatic", "Automatic"),
        ],
        readonly=True,
        help="Why a person has to look at it.",
    )
    verdict = fields.Selection(
        [
            ("verified", "Verified"),
            ("unverified", "Not verified"),
            ("forged", "Probably forged"),
        ],
        readonly=True,
        help="Whether the sender is who the letter says.",
    )
    reason_keys = fields.Char(readonly=True)
    reasons = fields.Text(compute="_compute_reasons")
    raw = fields.Binary(attachment=False, groups=NO_ACCESS, prefetch=False)
    raw_size = fields.Integer("Size", readonly=True)
    truncated = fields.Boolean(
        readonly=True,
        help="Too large to be fetched: only the beginning is here, the letter is "
        "still in the mailbox.",
    )
    received_at = fields.Datetime("Received", readonly=True, required=True)
    processed_at = fields.Datetime("Processed", readonly=True)
    attempts = fields.Integer(readonly=True)
    claimed_until = fields.Datetime(readonly=True)
    error = fields.Text(readonly=True)
    sender = fields.Char(readonly=True, index=True)
    sender_name = fields.Char("Name", readonly=True)
    subject = fields.Char(readonly=True)
    date = fields.Datetime("Written", readonly=True)
    preview = fields.Text("Text", readonly=True)
    summary = fields.Char("In short", compute="_compute_summary")
    file_names = fields.Text("Attachments", readonly=True)
    file_count = fields.Integer("Files", readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Client", readonly=True, index="btree_not_null"
    )
    ticket_id = fields.Many2one(
        "helpdesk.ticket", "Request", readonly=True, index="btree_not_null"
    )
    thread_id = fields.Many2one(
        "helpdesk.ticket",
        "About Request",
        readonly=True,
        index="btree_not_null",
        help="The request the letter answers or names.",
    )
    server_id = fields.Many2one(
        "fetchmail.server", "Mailbox", readonly=True, index="btree_not_null"
    )
    mailbox = fields.Char("Arrived in", compute="_compute_mailbox")
    sighting_ids = fields.One2many(
        "usu.intake.sighting", "item_id", "Found in", readonly=True
    )
    team_id = fields.Many2one("helpdesk.ticket.team", "Desk", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    handled_by_id = fields.Many2one("res.users", readonly=True)

    _external_key = models.UniqueIndex("(external_key)")
    _waiting = models.Index("(attempts, id) WHERE state = 'new'")
    _by_state = models.Index("(state, heap)")

    @api.depends("reason_keys")
    def _compute_reasons(self):
        sentences = self._reason_sentences()
        for item in self:
            keys = (item.reason_keys or "").split(",")
            item.reasons = "\n".join(sentences.get(key, key) for key in keys if key)

    @api.depends("preview")
    def _compute_summary(self):
        for item in self:
            item.summary = " ".join((item.preview or "").split())[:160]

    @api.depends("server_id")
    def _compute_mailbox(self):
        for item in self:
            # sudo: fetchmail.server - the name alone; the account stays closed
            item.mailbox = item.server_id.sudo().name

    @api.depends("subject", "sender")
    def _compute_display_name(self):
        for item in self:
            item.display_name = item.subject or item.sender or f"#{item.id}"

    # ------------------------------------------------------------------ storing

    @api.model
    def _store(self, raw, *, source, external_key, server=None, truncated=False):
        """Put something into the queue; the caller commits.

        :param bytes raw: as it came
        :param str external_key: unique in the outside world; decides what is a repeat
        :param server: ``fetchmail.server`` it came through, or None
        :return: ``(item, new)``; with a known key the first item and False

        One insert and no search before it: two workers that store the same letter
        at the same instant end with one row.
        """
        # sudo: helpdesk.ticket.team - the desk of the mailbox, whoever fetches
        team = server.usu_team_id.sudo() if server else self.team_id
        company = team.company_id or self.env.company
        row = self.env.execute_query(
            SQL(
                """
                INSERT INTO usu_intake_item (
                    source, external_key, state, raw, raw_size, truncated, server_id,
                    team_id, company_id, attempts, received_at,
                    create_uid, create_date, write_uid, write_date)
                VALUES (%s, %s, 'new', %s, %s, %s, %s, %s, %s, 0,
                    now() AT TIME ZONE 'UTC',
                    %s, now() AT TIME ZONE 'UTC', %s, now() AT TIME ZONE 'UTC')
                ON CONFLICT (external_key) DO NOTHING RETURNING id
                """,
                source,
                external_key,
                zlib.compress(raw, 6),
                len(raw),
                truncated,
                (server and server.id) or None,
                team.id or None,
                company.id,
                self.env.uid,
                self.env.uid,
            )
        )
        if row:
            return self.browse(row[0][0]), True
        return self.search([("external_key", "=", external_key)], limit=1), False

    @api.model
    def _store_letter(self, raw, server=None, truncated=False):
        """``_store`` for a letter: its key is what the sender wrote."""
        return self._store(
            raw,
            source="email",
            external_key=letter_key(raw),
            server=server,
            truncated=truncated,
        )

    def _get_raw(self):
        """The raw form as bytes; b"" where retention has removed it.

        The caller has checked who may see it.
        """
        self.ensure_one()
        [row] = self.env.execute_query(
            SQL("SELECT raw FROM usu_intake_item WHERE id = %s", self.id)
        )
        return zlib.decompress(row[0]) if row[0] else b""

    def _check_raw_access(self):
        """Whoever asks for the raw form reads the item and is of the raw group."""
        self.check_access("read")
        if not self.env.user.has_group(RAW_GROUP):
            raise AccessError(
                self.env._("Only the group “Original letters” may open originals.")
            )

    # ------------------------------------------------------------------ retention

    @api.autovacuum
    def _gc_items(self):
        """Remove raw forms and finished items past their time.

        Days by ``usu_intake.keep_raw_days`` (90, finished letters keep their row
        without content), ``usu_intake.keep_rejected_days`` (30, row and all; also what
        nobody reviewed in the heaps *spam* and *automatic*) and
        ``usu_intake.keep_waiting_days`` (180, whatever nobody decided about).
        """
        self.env.cr.execute(
            SQL(
                """
                UPDATE usu_intake_item
                   SET raw = NULL, preview = NULL, file_names = NULL
                 WHERE state = 'done' AND raw IS NOT NULL
                   AND processed_at < now() AT TIME ZONE 'UTC' - %s * interval '1 day'
                """,
                self._setting("keep_raw_days", 90),
            )
        )
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM usu_intake_item
                 WHERE state IN ('rejected', 'triage', 'error')
                   AND received_at < now() AT TIME ZONE 'UTC' - interval '1 day' * CASE
                       WHEN state = 'rejected' OR heap IN ('spam', 'automatic')
                       THEN %s ELSE %s END
                """,
                self._setting("keep_rejected_days", 30),
                self._setting("keep_waiting_days", 180),
            )
        )
        self.env.invalidate_all()

    @api.model
    def _setting(self, name, default):
        # sudo: ir.config_parameter - one number of our own, not secret
        value = self.env["ir.config_parameter"].sudo().get_param(f"usu_intake.{name}")
        try:
            return int(value) if value else default
        except ValueError:
            return default
