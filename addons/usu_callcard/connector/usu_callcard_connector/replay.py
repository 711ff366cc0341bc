"""The replay driver: recorded streams as if they happened now.

For demonstrations and tests: every file is played at its own pace (or N times faster)
with new channel ids, so that each round is a new call; times are the present ones,
since the reducer goes by our own clock.
"""

import json
import logging
import re
import threading
import time
import uuid
from pathlib import Path

_logger = logging.getLogger(__name__)

UNIQUE = re.compile(r'"(\d{9,11})(\.\d+)"')


class ReplayDriver:
    can_dial = False

    def __init__(self, path, speed=1.0, pause=30.0, once=False):
        self._path, self._speed = Path(path), max(speed, 0.01)
        self._pause, self._once = pause, once
        self._stop = threading.Event()

    def files(self):
        if self._path.is_dir():
            return sorted(self._path.glob("*.jsonl"))
        return [self._path]

    def check(self):
        found = self.files()
        missing = [str(one) for one in found if not one.is_file()]
        if missing or not found:
            return [f"FAILED no recording at {', '.join(missing) or self._path}"]
        return [f"ok     {len(found)} recordings to replay"]

    def run(self, line):
        """Play until stopped. ``line`` takes the events (service.Line)."""
        while not self._stop.is_set():
            for path in self.files():
                self._play(path, line)
                if self._rest(line, self._pause):
                    return
            if self._once:
                return

    def stop(self):
        self._stop.set()

    def _play(self, path, line):
        _logger.info("Playing %s", path.name)
        begin, stamp = time.monotonic(), str(int(time.time()))
        mark = uuid.uuid4().hex[:6]
        with path.open(encoding="utf-8") as lines:
            for text in lines:
                # a new call each time: other ids, the same order
                event = json.loads(
                    UNIQUE.sub(lambda m: f'"replay-{mark}-{stamp}{m[2]}"', text)
                )
                due = begin + float(event.pop("t", 0)) / self._speed
                if self._rest(line, due - time.monotonic()):
                    return
                line.take(event)
                line.flush()

    def _rest(self, line, seconds):
        """Wait, with the clock running for the reducer; True when stopped."""
        until = time.monotonic() + seconds
        while not self._stop.is_set():
            left = until - time.monotonic()
            if left <= 0:
                return False
            self._stop.wait(min(left, 0.1))
            line.flush()
        return True
