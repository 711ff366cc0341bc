"""Working off the queue: one transaction per item, several workers side by side."""

import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL

from ..tools.letter_reader import LetterReader, LetterTooCostly, LetterUnreadable

_logger = logging.getLogger(__name__)

BATCH = 20  # items claimed at once
LEASE = timedelta(minutes=10)  # longer than a worker may take over a batch
PAUSE = timedelta(seconds=10)  # times the attempt, after a conflict
MOST_ATTEMPTS = 5
# what another worker's work may cause: the item is simply tried again
CONFLICTS = (
    psycopg2.errors.SerializationFailure,
    psycopg2.errors.DeadlockDetected,
    psycopg2.errors.LockNotAvailable,
    ConcurrencyError,
)


class UsuIntakeItem(models.Model):
    _inherit = "usu.intake.item"  # pylint: disable=R8180

    @api.model
    def _cron_process(self):
        """Process what waits, as long as the scheduler grants time.

        An item is claimed (attempt counted, committed) before it is worked on: one
        that kills its worker is tried a few times, alone, and then put aside as an
        error instead of stopping the queue.
        """
        progress = self.env["ir.cron"]
        with LetterReader() as reader:
            while claimed := self._claim():
                progress._commit_progress(remaining=self._waiting())
                for item in claimed:
                    item._run(reader)
                    if not progress._commit_progress(1):
                        claimed._release()
                        progress._commit_progress()
                        return

    @api.model
    def _claim(self, limit=BATCH):
        """Take waiting items nobody else works on; the caller commits.

        Items that were tried before come last and alone, those of a dialogue after
        the earlier ones of their dialogue.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, attempts FROM usu_intake_item i
                 WHERE state = 'new' AND (
                       claimed_until IS NULL OR claimed_until < %s)
                   AND (chat_key IS NULL OR NOT EXISTS (
                        SELECT FROM usu_intake_item e
                         WHERE e.state = 'new' AND e.chat_key = i.chat_key
                           AND e.chat_seq < i.chat_seq))
                 ORDER BY attempts, id LIMIT %s FOR UPDATE SKIP LOCKED
                """,
                fields.Datetime.now(),
                limit,
            )
        )
        if not rows:
            return self.browse()
        tried = rows[0][1]
        ids = [row[0] for row in rows if not row[1]] if not tried else [rows[0][0]]
        items = self.browse(ids)
        for item in items:
            item.write(
                {
                    "attempts": tried + 1,
                    "claimed_until": fields.Datetime.now() + LEASE,
                }
            )
        return items

    def _release(self):
        """Give back what was claimed and not begun."""
        waiting = self.filtered(lambda item: item.state == "new")
        waiting.write({"claimed_until": False, "attempts": 0})

    @api.model
    def _waiting(self):
        return self.search_count([("state", "=", "new")], limit=1000)

    def _run(self, reader):
        """Process one claimed item and commit; whatever fails, it is kept."""
        self.ensure_one()
        item_id = self.id
        try:
            if not self.try_lock_for_update() or self.state != "new":
                return
            if self.attempts > MOST_ATTEMPTS:
                self._keep_as_error(self.env._("It stopped its worker several times."))
            else:
                self._process(reader)
            self.env.flush_all()
        except CONFLICTS:
            self.env.cr.rollback()
            self.claimed_until = fields.Datetime.now() + PAUSE * self.attempts
            _logger.info("Intake item %s met another worker, tried later", item_id)
        # Whatever a letter does to us, it must stay and be shown to a person.
        except Exception as error:
            self.env.cr.rollback()
            _logger.exception("Intake item %s could not be processed", item_id)
            self.browse(item_id)._keep_as_error(f"{type(error).__name__}: {error}")
        self.env.cr.commit()  # pylint: disable=invalid-commit

    def _process(self, reader):
        """Process one item in the current transaction.

        :param LetterReader reader: its time and memory limits apply
        """
        self.ensure_one()
        try:
            getattr(self, f"_process_{self.source}")(reader)
        except LetterTooCostly as error:
            self._keep_as_error(str(error))
        except LetterUnreadable as error:
            if error.envelope:
                self.write(self._letter_vals(error.envelope))
            self._keep_as_error(str(error))

    def _keep_as_error(self, message):
        self.write(
            {
                "state": "error",
                "error": message[:2000],
                "claimed_until": False,
                "processed_at": fields.Datetime.now(),
            }
        )

    def action_process_again(self):
        """Button: back into the queue."""
        items = self._for_review()
        items.write(
            {
                "state": "new",
                "attempts": 0,
                "claimed_until": False,
                "error": False,
                "heap": False,
            }
        )
        self._wake()

    @api.model
    def _wake(self):
        # sudo: ir.cron - a letter waits; the scheduler looks at once
        cron = self.env.ref("usu_intake.ir_cron_process", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger()
