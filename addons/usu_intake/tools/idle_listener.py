"""Wait at an IMAP folder until something arrives (RFC 2177), then have it collected.

The listener stores nothing itself: it wakes the scheduled action, so that collecting
stays in one place. A connection that breaks is opened again after a pause that grows.
"""

import logging
import select
import time

from odoo import SUPERUSER_ID, api

_logger = logging.getLogger(__name__)

RENEW = 9 * 60  # seconds; servers may hang up after 29 minutes, routers much earlier
PAUSES = (1, 5, 15, 60)  # seconds after the first, second ... failure in a row


def mailboxes(registry):
    """Ids of the folders a listener may wait at."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        servers = env["fetchmail.server"].search(
            [("usu_intake", "=", True), ("state", "=", "done")]
        )
        imap = servers.filtered(lambda s: s._get_connection_type() == "imap")
        return imap.usu_folder_ids.ids


class IdleListener:
    """:param registry: of the database
    :param int folder_id: usu.intake.folder
    :param stop: threading.Event
    """

    def __init__(self, registry, folder_id, stop):
        self.registry = registry
        self.folder_id = folder_id
        self.stop = stop

    def run(self):
        failures = 0
        while not self.stop.is_set():
            try:
                self._listen()
                failures = 0
            # the listener only hastens what the scheduled action does anyway
            except Exception as error:  # noqa: BLE001
                pause = PAUSES[min(failures, len(PAUSES) - 1)]
                failures += 1
                _logger.info(
                    "Listening at folder %s ended (%s), again in %s s",
                    *(self.folder_id, type(error).__name__, pause),
                )
                self.stop.wait(pause)

    def _listen(self):
        """One connection: IDLE until stopped or until it is time to renew."""
        connection = self._connect()
        try:
            self.wake()  # what came while nobody listened
            until = time.monotonic() + RENEW
            while not self.stop.is_set() and time.monotonic() < until:
                if self._idle(connection, until):
                    self.wake()
        finally:
            connection.shutdown()

    def _connect(self):
        from .mailbox_imap import ImapFolder

        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            folder = env["usu.intake.folder"].browse(self.folder_id)
            connection = folder.server_id._connect__()
            ImapFolder(connection, folder.name).open()
        return connection

    def _idle(self, connection, until):
        """One IDLE command; True if the server said that letters have come."""
        tag = connection._new_tag()
        connection.send(tag + b" IDLE\r\n")
        arrived, continued = False, False
        while not self.stop.is_set() and time.monotonic() < until and not arrived:
            if not self._readable(connection):
                continue
            line = connection.readline()
            if not line:
                raise OSError("the mail server hung up")
            continued = continued or line.startswith(b"+")
            arrived = b" EXISTS" in line and continued
        connection.send(b"DONE\r\n")
        while not connection.readline().startswith(tag):
            pass
        return arrived

    def _readable(self, connection):
        # what TLS or the buffered reader hold already is not seen by select
        if getattr(connection.sock, "pending", lambda: 0)():
            return True
        return bool(select.select([connection.sock], [], [], 1.0)[0])

    def wake(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env.ref("usu_intake.ir_cron_fetch")._trigger()
