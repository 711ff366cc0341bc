"""Counters, spent nonces and the secret of the guard.

They live in tables of their own, which no access right can open, and are written in
a short second transaction that commits at once: a refused request is rolled back, its
count is not. That transaction is READ COMMITTED, because under Odoo's REPEATABLE READ
concurrent visitors of one counter fail with serialisation errors. Each counter is one
upsert that returns the new value, so the limits are exact over all processes and
nodes. Rows are always locked in the same order (counters of the visitor by key, nonce,
counter of the site, tally), so that two requests cannot wait for each other.
"""

import secrets
import time
from contextlib import contextmanager

from odoo import api, models, tools
from odoo.sql_db import Cursor
from odoo.tools import SQL

from ..tools.tokens import digest
from ..tools.values import Hits

TABLES = (
    "usu_guard_key",
    "usu_guard_hit",
    "usu_guard_nonce",
    "usu_guard_tally",
    "usu_guard_code_issue",
)
TALLY_SECONDS = 600
SCHEMA = """
    CREATE TABLE IF NOT EXISTS usu_guard_key (
        id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1), secret bytea NOT NULL);
    CREATE UNLOGGED TABLE IF NOT EXISTS usu_guard_hit (
        key bytea PRIMARY KEY, hits bigint NOT NULL, until float8 NOT NULL
        ) WITH (fillfactor = 70);
    CREATE TABLE IF NOT EXISTS usu_guard_nonce (
        key bytea PRIMARY KEY, until float8 NOT NULL);
    CREATE INDEX IF NOT EXISTS usu_guard_nonce_until_idx ON usu_guard_nonce (until);
    CREATE UNLOGGED TABLE IF NOT EXISTS usu_guard_tally (
        slot bigint, action text, outcome text, hits bigint NOT NULL,
        PRIMARY KEY (slot, action, outcome)) WITH (fillfactor = 70);
"""
HIT = """
    INSERT INTO usu_guard_hit AS h (key, hits, until)
    SELECT n.key, %(cost)s, n.until
      FROM unnest(%(keys)s::bytea[], %(untils)s::float8[]) AS n (key, until)
     ORDER BY n.key
    ON CONFLICT (key) DO UPDATE SET
        hits = CASE WHEN h.until <= %(now)s
               THEN excluded.hits ELSE h.hits + excluded.hits END,
        until = CASE WHEN h.until <= %(now)s THEN excluded.until ELSE h.until END
    RETURNING key, hits, until
"""


class UsuGuardLedger(models.AbstractModel):
    _name = "usu.guard.ledger"
    _description = "Counters of the guard"

    def init(self):
        result = super().init()
        self.env.cr.execute(SCHEMA)
        self.env.cr.execute(
            SQL(
                "INSERT INTO usu_guard_key (secret) VALUES (%s) ON CONFLICT DO NOTHING",
                secrets.token_bytes(32),
            )
        )
        return result

    @api.model
    def _now(self):
        """Unix time; the windows of all counters are measured with it."""
        return time.time()

    @tools.ormcache()
    def _secret(self):
        self.env.cr.execute("SELECT secret FROM usu_guard_key")
        return bytes(self.env.cr.fetchone()[0])

    @api.model
    def _digest(self, *parts):
        """A fingerprint of text that says nothing without this database's secret."""
        return digest(self._secret(), *parts)

    @api.model
    def _derive(self, purpose):
        """A key of its own for every purpose, so that no token fits another lock."""
        return self._digest("key", purpose) + self._digest("key2", purpose)

    @api.model
    @contextmanager
    def _transaction(self):
        """A cursor that commits on its own, whatever becomes of the request.

        A test's cursors are savepoints of one transaction: it cannot change its
        isolation level any more, and the request's savepoint has to begin before
        this one, or this one would end it.
        """
        if not isinstance(self.env.cr, Cursor):
            self.env.cr.execute("SELECT 1")
        with self.env.registry.cursor() as cr:
            if isinstance(cr, Cursor):
                cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            yield cr

    @api.model
    def _keys(self, action, counters, subjects):
        return [
            self._digest("hit", action, counter.scope, subjects.get(counter.scope, ""))
            for counter in counters
        ]

    @api.model
    def _hit(self, cr, action, counters, subjects, cost=1):
        """Count a request.

        :param list counters: :class:`Counter`
        :param dict subjects: scope -> text that is counted
        :return: list of pairs (:class:`Counter`, :class:`Hits`)

        A window begins with its first request and is not prolonged by later ones.
        """
        if not counters:
            return []
        now = self._now()
        keys = self._keys(action, counters, subjects)
        cr.execute(
            HIT,
            {
                "cost": cost,
                "keys": keys,
                "untils": [now + counter.window for counter in counters],
                "now": now,
            },
        )
        found = {bytes(key): Hits(hits, until) for key, hits, until in cr.fetchall()}
        return [(c, found[key]) for c, key in zip(counters, keys, strict=True)]

    @api.model
    def _peek(self, action, counters, subjects):
        """Like :meth:`_hit`, of the next request, without counting anything."""
        now = self._now()
        keys = self._keys(action, counters, subjects)
        self.env.cr.execute(
            SQL(
                "SELECT key, hits, until FROM usu_guard_hit"
                " WHERE key = ANY(%s::bytea[]) AND until > %s",
                keys,
                now,
            )
        )
        rows = self.env.cr.fetchall()
        found = {bytes(key): Hits(hits + 1, until) for key, hits, until in rows}
        first = Hits(1, now)
        return [
            (c, found.get(key, first)) for c, key in zip(counters, keys, strict=True)
        ]

    @api.model
    def _spend(self, cr, nonce, until):
        """:return: whether the nonce had not been spent before; now it is."""
        cr.execute(
            SQL(
                "INSERT INTO usu_guard_nonce (key, until) VALUES (%s, %s)"
                " ON CONFLICT DO NOTHING RETURNING 1",
                self._digest("nonce", nonce),
                until,
            )
        )
        return bool(cr.fetchone())

    @api.model
    def _is_spent(self, nonce):
        self.env.cr.execute(
            SQL(
                "SELECT 1 FROM usu_guard_nonce WHERE key = %s",
                self._digest("nonce", nonce),
            )
        )
        return bool(self.env.cr.fetchone())

    @api.model
    def _tally(self, cr, action, outcome):
        """Count a refusal for the settings page."""
        cr.execute(
            SQL(
                "INSERT INTO usu_guard_tally AS t (slot, action, outcome, hits)"
                " VALUES (%s, %s, %s, 1)"
                " ON CONFLICT (slot, action, outcome) DO UPDATE SET hits = t.hits + 1",
                int(self._now() // TALLY_SECONDS),
                action,
                outcome,
            )
        )

    @api.model
    def _tallies(self, seconds=3600):
        """:return: list of (action, outcome, count) of the last hour, most first."""
        self.env.cr.execute(
            SQL(
                "SELECT action, outcome, sum(hits)::bigint FROM usu_guard_tally"
                " WHERE slot > %s GROUP BY action, outcome ORDER BY 3 DESC, 1, 2",
                int((self._now() - seconds) // TALLY_SECONDS),
            )
        )
        return self.env.cr.fetchall()

    @api.autovacuum
    def _gc(self):
        """Forget what no longer counts."""
        now = self._now()
        with self._transaction() as cr:
            for table in ("usu_guard_hit", "usu_guard_nonce"):
                cr.execute(
                    SQL("DELETE FROM %s WHERE until < %s", SQL.identifier(table), now)
                )
            cr.execute(
                SQL(
                    "DELETE FROM usu_guard_tally WHERE slot < %s",
                    int(now // TALLY_SECONDS) - 200,
                )
            )
