import logging
import time
import uuid
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

import psycopg2
from psycopg2.pool import PoolError

from odoo import api, models, modules
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL

from ..tools.judge import Load
from ..tools.values import channel_class, utcnow
from .usu_routing_arrival import CLAIM_SECONDS

_logger = logging.getLogger(__name__)

TTL_SECONDS = 60
DIALOGUE_MINUTES = 30  # an answered dialogue goes on so long after its last message
LOCK_SPACE = 1970_05_05  # advisory locks of this addon: (LOCK_SPACE, desk id)
LOCK_TIMEOUT = "2s"
AWAIT_SECONDS = 4.0
AWAIT_STEP_SECONDS = 0.05
UNREACHABLE = (psycopg2.OperationalError, PoolError)
# Last decision of nobody: idle since ever.
EPOCH = datetime(1970, 1, 1)


class Claimed(Exception):
    """Another transaction is creating a request for this client."""


class UsuRoutingReservation(models.AbstractModel):
    """Exact choice under concurrency: count and reserve in a short side transaction.

    Odoo's transactions are REPEATABLE READ: a lock taken in one of them comes after
    its snapshot and protects nothing. So loads are counted and the decision is
    inserted on a second connection, READ COMMITTED, under advisory locks of the desk
    and of all desks that share people with it; it is committed before the request
    itself is. Load = open requests + decisions younger than a minute that are not on
    a request yet; both are counted from rows in one statement, so nothing can drift.
    The side transaction only ever inserts: touching a row that the request may have
    locked would be a deadlock PostgreSQL cannot see.
    """

    _name = "usu.routing.reservation"
    _description = "Reservation of an Employee"

    @contextmanager
    def _side_cursor(self):
        """The second connection. In a test, and while addons are being installed, it
        is the transaction itself, which alone sees the records there are."""
        if modules.module.current_test or not self.env.registry.ready:
            self.env.flush_all()
            with self.env.cr.savepoint(flush=False):
                yield self.env.cr
            return
        with self.env.registry.cursor() as cr:
            # must be the first statement; Odoo's cursors are REPEATABLE READ
            cr.execute(
                SQL(
                    "SET TRANSACTION ISOLATION LEVEL READ COMMITTED;"
                    " SET LOCAL lock_timeout = %s",
                    LOCK_TIMEOUT,
                )
            )
            yield cr

    @api.model
    def _decide(self, desk, user_ids, decide, row, *, dedup_key=None, wants=()):
        """Count, judge and reserve, exactly.

        :param desk: helpdesk.ticket.team, whose lock is taken
        :param list user_ids: whose loads to count
        :param decide: ``f(loads, now) -> Verdict``, pure
        :param row: ``f(verdict) -> dict`` columns of the decision, None: insert nothing
        :param dedup_key: claim of a new request for this client
        :param wants: what else to count, of ``today_since`` and ``idle``
        :return: ``(token or None, Verdict)``
        :raise ConcurrencyError: somebody creates a request for the same client at this
            moment; Odoo repeats the transaction, which then finds that request
        """
        token, stale = uuid.uuid4().hex, None
        for _attempt in range(2):
            try:
                with self._side_cursor() as cr:
                    self._lock(cr, desk)
                    return self._decide_on(
                        cr, token, user_ids, decide, row, dedup_key, stale, wants
                    )
            except Claimed as claim:
                stale = str(claim)
                if not self._is_visible(stale):
                    self._await(stale)
                    raise ConcurrencyError("A request is being made") from None
            except UNREACHABLE as error:
                # never lose a request because a lock or a connection is not to be had
                _logger.info("Chosen without reservation: %s", type(error).__name__)
                break
        return self._decide_on(self.env.cr, token, user_ids, decide, row, wants=wants)

    @api.model
    def _is_visible(self, token):
        self.env["helpdesk.ticket"].flush_model(["usu_token"])
        return bool(self.env.execute_query(self._made_sql(token)))

    @api.model
    def _made_sql(self, token):
        """Is the request of this decision there, or its decision passed?"""
        return SQL(
            "SELECT 1 FROM helpdesk_ticket WHERE usu_token = %s UNION ALL"
            " SELECT 1 FROM usu_routing_decision WHERE previous_token = %s",
            token,
            token,
        )

    @api.model
    def _await(self, token):
        """Let the transaction that is making the client's request come to its end:
        repeated before that, this one would only fail again."""
        over = SQL(
            "%s UNION ALL SELECT 1 WHERE NOT EXISTS"
            " (SELECT 1 FROM usu_routing_claim WHERE token = %s)",
            self._made_sql(token),
            token,
        )
        until = time.monotonic() + AWAIT_SECONDS
        while time.monotonic() < until:
            try:
                with self._side_cursor() as cr:
                    cr.execute(over)
                    if cr is self.env.cr or cr.fetchone():
                        return
            except UNREACHABLE:
                return
            time.sleep(AWAIT_STEP_SECONDS)

    @api.model
    def _lock(self, cr, desk):
        """The desk and those that share people with it, in id order, so that two desks
        never wait for each other. What follows sees what the holders before wrote: a
        statement's snapshot is older than the lock that it takes."""
        cr.execute(
            SQL(
                """
                SELECT pg_advisory_xact_lock(%s, id) FROM (
                    SELECT other.helpdesk_ticket_team_id AS id
                      FROM helpdesk_ticket_team_res_users_rel mine
                      JOIN helpdesk_ticket_team_res_users_rel other
                           USING (res_users_id)
                     WHERE mine.helpdesk_ticket_team_id = %s
                     UNION SELECT %s ORDER BY id) AS desks
                """,
                LOCK_SPACE,
                desk.id,
                desk.id,
            )
        )

    @api.model
    def _decide_on(
        self, cr, token, user_ids, decide, row, dedup_key=None, stale=None, wants=()
    ):
        begun = datetime.now()
        now = utcnow()
        if dedup_key:
            self._claim(cr, dedup_key, token, now, stale)
        loads, latest = self._loads(cr, user_ids, now, **dict(wants))
        # decisions of one desk never share a moment, even if two clocks differ
        now = max(now, latest + timedelta(microseconds=1))
        verdict = decide(loads, now)
        vals = row(verdict)
        if vals is None:
            return None, verdict
        took = (datetime.now() - begun).total_seconds() * 1000
        self._insert(cr, {"token": token, "date": now, "duration_ms": took, **vals})
        self._void_on_rollback(cr, token)
        return token, verdict

    @api.model
    def _insert(self, cr, vals):
        columns = SQL(", ").join(SQL.identifier(name) for name in vals)
        cr.execute(
            SQL(
                "INSERT INTO usu_routing_decision (%s) VALUES %s",
                columns,
                tuple(vals.values()),
            )
        )

    @api.model
    def _claim(self, cr, key, token, now, stale):
        cr.execute(
            SQL(
                """
                INSERT INTO usu_routing_claim AS held (key, token, date)
                VALUES (%(key)s, %(token)s, %(now)s)
                ON CONFLICT (key) DO UPDATE SET token = %(token)s, date = %(now)s
                 WHERE held.date < %(limit)s OR held.token = %(stale)s
                RETURNING token
                """,
                key=key,
                token=token,
                now=now,
                limit=now - timedelta(seconds=CLAIM_SECONDS),
                stale=stale or "",
            )
        )
        if not cr.fetchone():
            cr.execute(SQL("SELECT token FROM usu_routing_claim WHERE key = %s", key))
            raise Claimed((cr.fetchone() or ("",))[0])

    # --------------------------------------------------------------------- loads

    @api.model
    def _loads(self, cr, user_ids, now, *, today_since=None, idle=False):
        """What everybody has at this moment.

        :return: ``({user id: Load}, date of the newest decision about any of them)``
        """
        if not user_ids:
            return {}, EPOCH
        limit = now - timedelta(seconds=TTL_SECONDS)
        recent = now - timedelta(minutes=DIALOGUE_MINUTES)
        cr.execute(self._open_sql(user_ids, limit, recent))
        counts, busy = {}, {}
        for user_id, channel, count, waiting in cr.fetchall():
            cls = channel_class(channel)
            for classes, number in ((counts, count), (busy, waiting)):
                mine = classes.setdefault(user_id, {})
                mine[cls] = mine.get(cls, 0) + number
        cr.execute(self._given_sql(user_ids, today_since, idle))
        loads, latest = {}, EPOCH
        for user_id, last, today, closed in cr.fetchall():
            latest = max(latest, last or EPOCH)
            mine = counts.get(user_id, {})
            idle_since = None if mine else max(closed or EPOCH, last or EPOCH)
            loads[user_id] = Load(mine, busy.get(user_id, {}), last, idle_since, today)
        return loads, latest

    @api.model
    def _open_sql(self, user_ids, limit, recent=EPOCH):
        """Rows ``(user, channel, open, of these busy)``: one statement, one moment."""
        return SQL(
            """
            SELECT user_id, channel, count(*), count(*) FILTER (WHERE busy)
              FROM (SELECT t.user_id, t.usu_channel AS channel,
                           t.usu_waiting_since IS NOT NULL
                           OR t.usu_channel IN ('chat', 'telegram')
                              AND t.usu_active_at > %(recent)s AS busy
                      FROM helpdesk_ticket t
                     WHERE t.usu_open AND t.user_id = ANY(%(users)s)
                    UNION ALL
                    SELECT d.user_ref, d.channel, TRUE
                      FROM usu_routing_decision d
                     WHERE d.gives AND d.user_ref = ANY(%(users)s)
                       AND d.date > %(limit)s
                       AND NOT EXISTS (SELECT 1 FROM helpdesk_ticket t
                                        WHERE t.usu_token = d.token)
                       AND NOT EXISTS (SELECT 1 FROM usu_routing_decision later
                                        WHERE later.previous_token = d.token)
                   ) AS work
             GROUP BY user_id, channel
            """,
            users=list(user_ids),
            limit=limit,
            recent=recent,
        )

    @api.model
    def _given_sql(self, user_ids, today_since, idle):
        nothing = SQL("SELECT NULL::timestamp AS closed")
        closed = SQL(
            "SELECT max(t.closed_date) AS closed FROM helpdesk_ticket t"
            " WHERE t.user_id = u.id AND t.closed_date IS NOT NULL"
        )
        return SQL(
            """
            SELECT u.id, latest.date, today.number, done.closed
              FROM unnest(%(users)s) AS u(id)
              LEFT JOIN LATERAL (
                   SELECT d.date FROM usu_routing_decision d
                    WHERE d.gives AND d.user_ref = u.id
                    ORDER BY d.date DESC LIMIT 1) AS latest ON TRUE
              LEFT JOIN LATERAL (
                   SELECT count(*) AS number FROM usu_routing_decision d
                    WHERE d.gives AND d.user_ref = u.id AND d.date >= %(since)s
                   ) AS today ON TRUE
              LEFT JOIN LATERAL (%(closed)s) AS done ON TRUE
            """,
            users=list(user_ids),
            since=today_since or datetime.max,
            closed=closed if idle else nothing,
        )

    # --------------------------------------------------------------- taking back

    @api.model
    def _void_on_rollback(self, cr, token):
        """A transaction that fails or is repeated gives its reservation back at once;
        after a crash the reservation ends by itself."""
        if cr is not self.env.cr:
            self.env.cr.postrollback.add(partial(self._void, self.env.registry, token))

    @staticmethod
    def _void(registry, token):
        try:
            with registry.cursor() as cr:
                cr.execute(
                    SQL(
                        "INSERT INTO usu_routing_decision"
                        " (token, previous_token, date, kind, gives)"
                        " VALUES (%s, %s, %s, 'void', FALSE)",
                        uuid.uuid4().hex,
                        token,
                        utcnow(),
                    )
                )
                cr.execute(SQL("DELETE FROM usu_routing_claim WHERE token = %s", token))
        except UNREACHABLE:
            _logger.info("A reservation could not be taken back; it ends by itself")
