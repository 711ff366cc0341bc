"""Odoo's side of the letter worker: a budget of time and memory per letter.

``with LetterReader() as reader: reader.parse(raw)``. The worker starts with the first
letter (about 0.15 s) and serves all of one run; a letter that exceeds its time is
answered with ``LetterTooCostly`` and the worker replaced. Nothing outlives the block.
"""

import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path

from .letter_worker import HEAD

ROOM = Path(__file__).resolve().parent.parent


class LetterTooCostly(Exception):
    """The letter used up its time or memory."""


class LetterUnreadable(Exception):
    """The parser gave up; ``envelope`` holds what the header still says, or None."""

    def __init__(self, message, envelope=None):
        super().__init__(message)
        self.envelope = envelope


class LetterReader:
    """:param float seconds: wall time per letter
    :param int megabytes: address space of the worker
    """

    def __init__(self, seconds=4.0, megabytes=768):
        self.seconds = seconds
        self.megabytes = megabytes
        self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.close()

    def parse(self, raw, *, with_files=False):
        """Plain values of a letter (``letter.read``); files with ``content`` if asked.

        :raise LetterTooCostly, LetterUnreadable:
        """
        values, data = self._ask({"op": "read", "with_files": with_files}, raw)
        sizes = values.pop("blobs")
        if "error" in values:
            raise LetterUnreadable(values["error"], values.get("envelope"))
        start = 0
        for file, size in zip(values["files"], sizes, strict=False):
            file["content"] = bytes(data[start : start + size])
            start += size
        return values

    def dkim_passed(self, raw, keys):
        """Domains whose signature holds (``dkim_check.passed``), [] if too costly."""
        try:
            values, _data = self._ask({"op": "dkim", "keys": keys}, raw)
        except LetterTooCostly:
            return []
        return values.get("passed", [])

    def close(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process = None

    def _ask(self, command, raw):
        if self.process is None or self.process.poll() is not None:
            self.close()
            self._start()
        deadline = time.monotonic() + self.seconds
        data = json.dumps(command).encode()
        try:
            self._send(HEAD.pack(len(data), len(raw)) + data, deadline)
            self._send(raw, deadline)
            sizes = HEAD.unpack(self._receive(HEAD.size, deadline))
            values = json.loads(self._receive(sizes[0], deadline))
            return values, self._receive(sizes[1], deadline)
        except (LetterTooCostly, OSError) as error:
            self.close()
            raise LetterTooCostly(str(error) or type(error).__name__) from error

    def _start(self):
        self.process = subprocess.Popen(  # noqa: S603 - our own file, no shell
            [sys.executable, "-m", "tools.letter_worker", str(self.megabytes)],
            cwd=ROOM,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": os.pathsep.join([str(ROOM), *filter(None, sys.path)])},
            bufsize=0,
        )
        os.set_blocking(self.process.stdin.fileno(), False)
        os.set_blocking(self.process.stdout.fileno(), False)
        # importing is not the letter's fault and has its own allowance
        hello = json.dumps({"op": "read"}).encode()
        deadline = time.monotonic() + 30
        self._send(HEAD.pack(len(hello), 0) + hello, deadline)
        sizes = HEAD.unpack(self._receive(HEAD.size, deadline))
        self._receive(sizes[0], deadline)

    def _send(self, data, deadline):
        view = memoryview(data)
        descriptor = self.process.stdin.fileno()
        while view:
            self._wait([], [descriptor], deadline)
            view = view[os.write(descriptor, view[:65_536]) :]

    def _receive(self, size, deadline):
        descriptor, data = self.process.stdout.fileno(), bytearray()
        while len(data) < size:
            self._wait([descriptor], [], deadline)
            chunk = os.read(descriptor, min(1 << 20, size - len(data)))
            if not chunk:
                raise LetterTooCostly("the letter used up its memory")
            data += chunk
        return data

    def _wait(self, reads, writes, deadline):
        left = deadline - time.monotonic()
        if left <= 0 or not any(select.select(reads, writes, [], left)):
            raise LetterTooCostly(f"the letter took longer than {self.seconds:g} s")
