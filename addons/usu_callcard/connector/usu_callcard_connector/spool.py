"""The spool: events that Odoo has not taken yet, on disk.

SQLite in WAL mode; what ``put`` returned from has reached the disk (``synchronous =
FULL``: fsync at each commit) and survives kill -9 and a power cut. Beside the events
it keeps the last snapshot of every open call, so that a restart goes on with the same
call and sequence number. An event leaves the spool only when Odoo has answered for it;
the idempotency key ``(pbx, call, seq)`` makes a second sending harmless.
"""

import json
import logging
import sqlite3
import threading
import time
from pathlib import Path

_logger = logging.getLogger(__name__)

COMPACT_ABOVE = 2000  # events; then superseded snapshots are dropped
MAX_EVENTS = 100_000

SCHEMA = """
CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    call TEXT NOT NULL,
    seq INTEGER NOT NULL,
    stored REAL NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL,
    UNIQUE (call, seq)
);
CREATE TABLE IF NOT EXISTS open_call (call TEXT PRIMARY KEY, body TEXT NOT NULL);
"""


class Spool:
    def __init__(self, folder, clock=time.time):
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self._clock = clock
        self._lock = threading.Lock()
        try:
            self._open(folder / "spool.db")
        except sqlite3.DatabaseError as why:
            self._db.close()
            aside = folder / f"broken-{int(clock())}.db"
            (folder / "spool.db").rename(aside)
            _logger.error("The spool was broken (%s), it lies in %s now", why, aside)
            self._open(folder / "spool.db")

    def _open(self, path):
        self._db = sqlite3.connect(path, check_same_thread=False)
        self._db.isolation_level = None
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.executescript(SCHEMA)
        self._count = self._one("SELECT count(*) FROM event")

    def __len__(self):
        return self._count

    def close(self):
        with self._lock:
            self._db.close()

    def put(self, events):
        """Store events (the contract's dicts); on disk when this returns."""
        now = self._clock()
        with self._lock, self._transaction():
            for event in events:
                body = json.dumps(event, ensure_ascii=False)
                stored = self._db.execute(
                    "INSERT OR IGNORE INTO event (call, seq, stored, body)"
                    " VALUES (?, ?, ?, ?)",
                    (event["call"], event["seq"], now, body),
                )
                self._count += stored.rowcount
                if event["type"] == "hangup":
                    self._db.execute(
                        "DELETE FROM open_call WHERE call = ?", (event["call"],)
                    )
                else:
                    self._db.execute(
                        "INSERT OR REPLACE INTO open_call VALUES (?, ?)",
                        (event["call"], body),
                    )
        if self._count > COMPACT_ABOVE:
            self._compact()

    def next(self, limit=100):
        """The oldest events: [(id, seconds since stored, tries, event)]."""
        now = self._clock()
        with self._lock:
            rows = self._db.execute(
                "SELECT id, stored, tries, body FROM event ORDER BY id LIMIT ?",
                (limit,),
            ).fetchall()
        return [(i, now - stored, t, json.loads(body)) for i, stored, t, body in rows]

    def done(self, ids):
        """Odoo has answered for these.

        Not forced to the disk: after a power cut they are sent again, harmlessly.
        """
        with self._lock, self._transaction("NORMAL"):
            for number in ids:
                gone = self._db.execute("DELETE FROM event WHERE id = ?", (number,))
                self._count -= gone.rowcount

    def failed(self, ids):
        """Odoo could not use these this time."""
        with self._lock, self._transaction():
            self._db.executemany(
                "UPDATE event SET tries = tries + 1 WHERE id = ?",
                [(number,) for number in ids],
            )

    def open_calls(self):
        """The last snapshot of every call that had not ended."""
        with self._lock:
            rows = self._db.execute("SELECT body FROM open_call").fetchall()
        return [json.loads(body) for (body,) in rows]

    def _compact(self):
        """Each event is a whole snapshot: the last one of each call is enough."""
        with self._lock, self._transaction():
            self._db.execute(
                "DELETE FROM event WHERE id NOT IN"
                " (SELECT max(id) FROM event GROUP BY call)"
            )
            dropped = self._db.execute(
                "DELETE FROM event WHERE id <="
                " (SELECT id FROM event ORDER BY id DESC LIMIT 1 OFFSET ?)",
                (MAX_EVENTS,),
            ).rowcount
            self._count = self._one("SELECT count(*) FROM event")
        if dropped > 0:
            _logger.error("The spool is full: %s oldest calls were dropped", dropped)

    def _one(self, sql):
        return self._db.execute(sql).fetchone()[0]

    def _transaction(self, synchronous="FULL"):
        return _Transaction(self._db, synchronous)


class _Transaction:
    def __init__(self, db, synchronous):
        self._db, self._synchronous = db, synchronous

    def __enter__(self):
        self._db.execute(f"PRAGMA synchronous = {self._synchronous}")
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind, *_rest):
        self._db.execute("COMMIT" if kind is None else "ROLLBACK")
