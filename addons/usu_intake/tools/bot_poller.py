"""Long polling of one bot: ask, store, commit, and only then confirm by the offset.

One poller is active per bot, over all processes and nodes: it holds an advisory lock
of the database session that also stores the updates, so that whoever lost the lock
cannot store either. Source: Bot API, getUpdates, offset; read 2026-11.
"""

import logging
from contextlib import closing

import psycopg2

from odoo import api

from .telegram_api import TelegramError

_logger = logging.getLogger(__name__)

LOCK_CLASS = 0x7475  # "tu", beside the bot's id
WAIT = 25  # seconds Telegram holds a request without news
AGAIN = 5  # seconds before a second poller looks whether it is needed
LONGEST = 60  # seconds of pause while Telegram is away


def bots(registry):
    """Ids of the bots to poll for."""
    with registry.cursor() as cr:
        cr.execute(
            "SELECT id FROM usu_intake_bot"
            " WHERE active AND mode = 'polling' AND state = 'connected'"
        )
        return [row[0] for row in cr.fetchall()]


class Poller:
    """:param stop: threading.Event that ends it
    :param int wait: seconds one request may take
    """

    def __init__(self, registry, bot_id, stop, wait=WAIT):
        self.registry = registry
        self.bot_id = bot_id
        self.stop = stop
        self.wait = wait
        self.offset = None
        self.failures = 0

    def run(self):
        """Poll until told to stop, or the bot is no longer to be polled for."""
        while not self.stop.is_set():
            try:
                with closing(self.registry.cursor()) as cr:
                    if not self._lock(cr):
                        cr.rollback()
                        self.stop.wait(AGAIN)
                        continue
                    try:
                        self._poll(cr)
                    finally:
                        self._unlock(cr)
                    return
            except psycopg2.Error:
                # the database restarts: lock and connection are gone, begin anew
                _logger.info("Telegram poller %s: database away", self.bot_id)
                self.stop.wait(AGAIN)

    def _lock(self, cr):
        cr.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, self.bot_id])
        return cr.fetchone()[0]

    def _unlock(self, cr):
        if not cr.closed and not cr.connection.closed:
            cr.rollback()
            cr.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, self.bot_id])
            cr.commit()  # pylint: disable=invalid-commit

    def _poll(self, cr):
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        bot = env["usu.intake.bot"].browse(self.bot_id)
        bot._poller_seen(fresh=True)
        with bot._api() as client:
            while not self.stop.is_set() and self._wanted(env):
                try:
                    updates = client.call(
                        "getUpdates",
                        wait=self.wait,
                        timeout=self.wait,
                        offset=self.offset,
                        limit=100,
                        allowed_updates=env["usu.intake.bot"]._updates(),
                    )
                except TelegramError as error:
                    self._failed(env, error)
                    continue
                self._store(env, updates)

    def _wanted(self, env):
        """Is it still connected and polled for? Ends the transaction: none is open
        while Telegram is asked."""
        env.invalidate_all()
        bot = env["usu.intake.bot"].browse(self.bot_id).exists()
        wanted = bot.state == "connected" and bot.mode == "polling" and bot.active
        env.cr.commit()
        return wanted

    def _store(self, env, updates):
        bot = env["usu.intake.bot"].browse(self.bot_id)
        env["usu.intake.item"]._store_updates(bot, updates)
        bot._poller_seen()
        self.failures = 0
        env.cr.commit()
        # what is committed may be confirmed, and nothing before
        if updates:
            self.offset = max(update["update_id"] for update in updates) + 1

    def _failed(self, env, error):
        self.failures += 1
        env["usu.intake.bot"].browse(self.bot_id)._note_error(error)
        env.cr.commit()
        pause = error.retry_after or min(2**self.failures, LONGEST)
        self.stop.wait(pause)
