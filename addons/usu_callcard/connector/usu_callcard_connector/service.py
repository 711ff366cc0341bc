"""The parts put together: driver -> reducer -> outbox, and commands the other way."""

import logging
import threading
import time

from .ami import AmiDriver
from .ari import AriDriver
from .commands import Commands
from .poster import Odoo, Outbox
from .recordings import Recordings, make_source
from .reducer import Reducer
from .replay import ReplayDriver
from .spool import Spool

_logger = logging.getLogger(__name__)

LOST_EVERY = 60.0


class Line:
    """What a driver talks to: events in; the snapshots go to the outbox.

    Safe from several threads: the driver feeds, a command may announce a call.
    """

    def __init__(self, reducer, put, clock=time.time):
        self.reducer, self._put, self._clock = reducer, put, clock
        self._lock = threading.Lock()
        self._looked = clock()

    def take(self, event):
        with self._lock:
            try:
                self.reducer.feed(event, self._clock())
            except Exception:  # noqa: BLE001 - one odd event must not end the watch
                _logger.exception("An event of the PBX could not be read")

    def alive(self, channels, bridges):
        with self._lock:
            self.reducer.alive(channels, bridges, self._clock())

    def interrupted(self):
        with self._lock:
            self.reducer.gap()

    def synchronised(self):
        """The PBX has listed its channels: what an earlier run knew beyond is over."""
        with self._lock:
            calls = self.reducer.changes(self._clock())
            calls += self.reducer.end_seeds(self._clock())
        self._put([call.to_event() for call in calls])

    def expect(self, call, number):
        """We are about to ring an employee and then dial ``number`` as ``call``."""
        with self._lock:
            self.reducer.expect(call, number, self._clock())

    def forget(self, call):
        with self._lock:
            self.reducer.forget(call)

    def flush(self):
        """Hand on what changed; a driver calls it after events and when idle."""
        now = self._clock()
        with self._lock:
            calls = self.reducer.changes(now)
            if now - self._looked > LOST_EVERY:
                self._looked = now
                calls += self.reducer.lost(now)
        if calls:
            self._put([call.to_event() for call in calls])


def make_driver(config):
    if config.pbx_driver == "ami":
        return AmiDriver(
            config.ami_host, config.ami_port, config.ami_user, config.ami_password
        )
    if config.pbx_driver == "ari":
        return AriDriver(
            config.ari_url,
            config.ari_user,
            config.ari_password,
            config.ari_application,
        )
    return ReplayDriver(
        config.replay_path, config.replay_speed, config.replay_pause, config.replay_once
    )


def make_odoo(config):
    return Odoo(
        config.odoo_url, config.odoo_pbx, config.odoo_secret, config.odoo_database
    )


class Service:
    def __init__(self, config):
        self.driver = make_driver(config)
        self.odoo = make_odoo(config)
        self.spool = Spool(config.spool_path)
        self.outbox = Outbox(self.spool, self.odoo)
        reducer = Reducer(
            config.pbx_trunks,
            config.pbx_contexts,
            config.pbx_extensions or None,
            max_idle=config.pbx_max_call_hours * 3600,
            on_error=lambda: _logger.exception("A call could not be judged"),
        )
        reducer.resume(self.spool.open_calls())
        source = make_source(config)
        self.recordings = None
        if source:
            self.recordings = Recordings(config.spool_path, make_odoo(config), source)
        self.line = Line(reducer, self._put)
        self.commands = None
        if config.odoo_commands and self.driver.can_dial:
            self.commands = Commands(config, self.odoo, self.driver, self.line)

    def _put(self, events):
        self.outbox.put(events)
        if self.recordings is not None:
            self.recordings.note(events)

    def run(self):
        """Until stop() is called from another thread or a signal."""
        self.outbox.start()
        if self.recordings is not None:
            self.recordings.start()
        if self.commands:
            self.commands.start()
        try:
            self.driver.run(self.line)
        finally:
            if self.commands:
                self.commands.stop()
            self.line.flush()
            self.outbox.stop()
            if self.recordings is not None:
                self.recordings.stop()
            self.spool.close()

    def stop(self):
        self.driver.stop()
