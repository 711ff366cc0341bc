"""Letters from the mailboxes into the queue.

A letter is committed before the mailbox is told anything. Where it has been read up
to is committed together with the letters, so that a crash at any point repeats at
most what the queue's unique key recognises.
"""

import imaplib
import logging
import poplib
import ssl
from datetime import timedelta

import psycopg2

from odoo import api, fields, models

from ..tools.mailbox_imap import ImapFolder, MailboxError
from ..tools.mailbox_pop import PopMailbox

_logger = logging.getLogger(__name__)

BATCH = 200  # letters of one folder in one run; the scheduler comes again at once
BEGINNING = 128 * 1024  # bytes fetched of a letter that is too large
BEGINNING_LINES = 1_000
ALARM_AFTER = timedelta(minutes=15)
BACK_OFF_MINUTES = (0, 1, 2, 5, 10)
# all that a mail server, the network or a wrong setting can do to us
TROUBLE = (MailboxError, imaplib.IMAP4.error, poplib.error_proto, ssl.SSLError)
TROUBLE += (OSError, EOFError, UnicodeError, ValueError)


class FetchmailServer(models.Model):
    _inherit = "fetchmail.server"  # pylint: disable=R8180

    def _fetch_mail(self, batch_limit=50):
        """Mailboxes of the intake go their own way, the others Odoo's."""
        mine = self.filtered("usu_intake")
        error = None
        if others := self - mine:
            error = super(FetchmailServer, others)._fetch_mail(batch_limit=batch_limit)
        for server in mine:
            error = server._usu_fetch() or error
        return error

    @api.model
    def _cron_usu_fetch(self):
        """Every minute: collect the letters of all mailboxes that are due."""
        now = fields.Datetime.now()
        servers = self.search(
            [
                *(("usu_intake", "=", True), ("state", "=", "done")),
                *(("server_type", "!=", "local"),),
                *("|", ("usu_next_try", "=", False), ("usu_next_try", "<=", now)),
            ]
        )
        left = len(servers)
        self.env["ir.cron"]._commit_progress(remaining=left)
        for server in servers:
            server._usu_fetch()
            left -= 1
            if not self.env["ir.cron"]._commit_progress(remaining=left):
                break

    def _usu_fetch(self):
        """Collect one mailbox's letters. Returns the trouble met, or None.

        The row lock keeps a second worker away; letters are stored and committed
        through a cursor of their own, so that the lock stays.
        """
        self.ensure_one()
        server = self.with_context(fetchmail_cron_running=True)
        if not server.try_lock_for_update(allow_referencing=True):
            return None
        count, trouble = 0, None
        with self.env.registry.cursor() as cr:
            store = server.with_env(server.env(cr=cr))
            try:
                connection = server._connect__()
                try:
                    count = store._usu_collect(connection)
                finally:
                    _hang_up(connection)
            except psycopg2.OperationalError:
                cr.rollback()  # met another worker; the next run repeats it
            except TROUBLE as error:
                cr.rollback()
                trouble = error
        server._usu_note_health(trouble)
        self.env.cr.commit()  # pylint: disable=invalid-commit
        if count:
            self.env["usu.intake.item"]._wake()
        _logger.info("Mailbox %s: %s new letters", server.id, count)
        return trouble

    def _usu_collect(self, connection):
        """Store what is new; the number of letters stored."""
        if self._get_connection_type() == "pop":
            return self._usu_collect_pop(PopMailbox(connection))
        return sum(
            self._usu_collect_folder(ImapFolder(connection, folder.name), folder)
            for folder in self.usu_folder_ids
        )

    def _usu_collect_folder(self, source, folder):
        validity = source.open()
        if int(folder.uidvalidity) != validity:
            folder.write({"uidvalidity": validity, "last_uid": 0})
        count, seen = 0, []
        for uid, size in source.news(int(folder.last_uid), BATCH):
            large = size > self.usu_max_size * 1024 * 1024
            raw = source.fetch(uid, BEGINNING if large else None)
            place = f"{folder.name}/{validity}/{uid}"
            if raw is not None:
                count += self._usu_store(raw, place, truncated=large)
                seen.append(uid)
            elif source.exists(uid):
                self._usu_store_refused(place)
            folder.last_uid = uid
            self._usu_commit()
        if self.usu_mark_seen:
            source.mark_seen(seen)
        return count

    def _usu_collect_pop(self, source):
        count = 0
        places = {uidl: f"uidl/{uidl}" for uidl in source.open()}
        known = self._usu_known_places(places.values())
        for uidl in [uidl for uidl, place in places.items() if place not in known][
            :BATCH
        ]:
            large = source.size(uidl) > self.usu_max_size * 1024 * 1024
            raw = source.fetch(uidl, BEGINNING_LINES if large else None)
            count += self._usu_store(raw, places[uidl], truncated=large)
            self._usu_commit()
        if self.usu_delete_days:
            self._usu_delete_old(source, places)
        source.close()
        return count

    def _usu_known_places(self, places):
        sightings = self.env["usu.intake.sighting"].search(
            [("server_id", "=", self.id), ("place", "in", list(places))]
        )
        return set(sightings.mapped("place"))

    def _usu_delete_old(self, source, places):
        """Ask the server to forget what has been in the queue long enough."""
        before = fields.Datetime.now() - timedelta(days=self.usu_delete_days)
        old = self.env["usu.intake.sighting"].search(
            [
                *(("server_id", "=", self.id), ("create_date", "<", before)),
                *(("item_id.truncated", "=", False),),
                ("place", "in", list(places.values())),
            ]
        )
        stored = set(old.mapped("place"))
        for uidl, place in places.items():
            if place in stored:
                source.delete(uidl)

    def _usu_store(self, raw, place, truncated=False):
        """One letter into the queue; 1 if it is new, 0 if it was seen before."""
        items = self.env["usu.intake.item"]
        item, new = items._store_letter(raw, server=self, truncated=truncated)
        if not item:
            # stored a moment ago by another worker, unseen by this transaction
            raise psycopg2.errors.SerializationFailure("concurrent letter")
        self.env["usu.intake.sighting"]._note(item, self, place)
        return int(new)

    def _usu_store_refused(self, place):
        """A letter the server lists and does not hand out: shown as an error, so that
        it neither vanishes nor keeps the letters behind it waiting."""
        items = self.env["usu.intake.item"]
        item, new = items._store(
            b"",
            source="email",
            external_key=f"refused:{self.id}:{place}",
            server=self,
            truncated=True,
        )
        if new:
            item._keep_as_error(
                self.env._("The mail server does not hand out this letter: %s", place)
            )

    def _usu_commit(self):
        self.env.flush_all()
        self.env.cr.commit()  # pylint: disable=invalid-commit

    # ------------------------------------------------------------------ health

    def _usu_note_health(self, trouble):
        """Remember success or failure; tell the responsible when it lasts."""
        now = fields.Datetime.now()
        if not trouble:
            self._usu_write(
                {
                    "date": now,
                    "error_date": None,
                    "error_message": None,
                    "usu_failing_since": None,
                    "usu_failures": 0,
                    "usu_next_try": None,
                    "usu_alarmed": False,
                }
            )
            return
        _logger.info("Mailbox %s cannot be read: %s", self.id, type(trouble).__name__)
        since = self.usu_failing_since or now
        pause = BACK_OFF_MINUTES[min(self.usu_failures, len(BACK_OFF_MINUTES) - 1)]
        alarm = now - since >= ALARM_AFTER and not self.usu_alarmed
        self._usu_write(
            {
                "error_date": self.error_date or now,
                "error_message": f"{type(trouble).__name__}: {trouble}"[:1000],
                "usu_failing_since": since,
                "usu_failures": self.usu_failures + 1,
                "usu_next_try": now + timedelta(minutes=pause),
                "usu_alarmed": self.usu_alarmed or alarm,
            }
        )
        if alarm:
            self._usu_alarm(since)

    def _usu_write(self, vals):
        self.with_context(fetchmail_cron_running=True).write(vals)

    def _usu_alarm(self, since):
        """Pop-up for the responsible, or for every head of a desk."""
        users = self.usu_responsible_id or self.env.ref(
            "usu_routing.usu_routing_group_head"
        ).all_user_ids.filtered(lambda user: not user.share and user.active)
        for user in users:
            local = fields.Datetime.context_timestamp(user, since).strftime("%H:%M")
            user._bus_send(
                "simple_notification",
                {
                    "title": self.env._("Mailbox out of order"),
                    "message": self.env._(
                        "“%(name)s” cannot be read since %(time)s. Letters stay on the "
                        "mail server. Open Helpdesk / Intake / Mailboxes.",
                        name=self.name,
                        time=local,
                    ),
                    "type": "danger",
                    "sticky": True,
                },
            )

    def action_usu_try_now(self):
        self.check_access("write")
        self._usu_write({"usu_next_try": False})
        return self.fetch_mail()


def _hang_up(connection):
    try:
        connection.logout() if hasattr(connection, "logout") else connection.close()
    except (imaplib.IMAP4.error, poplib.error_proto, OSError):
        _logger.debug("the mail server hung up first")
