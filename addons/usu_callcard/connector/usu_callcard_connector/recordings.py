"""Recordings: from the PBX's folder or web server to Odoo, in pieces.

When an answered call with a recording has ended it becomes a job on disk. One thread
works the jobs off in order: find the file, put the two sides into one file with two
channels, send it piece by piece. Odoo says at which octet to go on, so a stop of either
end costs one piece. A job ends when Odoo has the whole file, does not want it, or
nothing was found for ``GIVE_UP`` seconds.

Names of files may hold telephone numbers: they never reach the log.

Contract: docs/developer/contracts.md, "Recordings".
"""

import hashlib
import logging
import queue
import sqlite3
import threading
import time
from base64 import b64encode
from pathlib import Path

import requests

from .poster import Refused
from .sides import find_sides, two_channels

_logger = logging.getLogger(__name__)

PIECE = 180 * 1024  # octets; base64 of it keeps to the size of a message
SETTLE = 2.0  # a PBX finishes its files a moment after the call
FIRST_PAUSE, LAST_PAUSE = 5.0, 600.0
GIVE_UP = 24 * 3600.0
MAX_FETCH = 500 * 1024 * 1024
TIMEOUT = (5, 60)

SCHEMA = """
CREATE TABLE IF NOT EXISTS job (
    call TEXT NOT NULL,
    path TEXT NOT NULL,
    direction TEXT NOT NULL,
    since REAL NOT NULL,
    due REAL NOT NULL,
    pause REAL NOT NULL,
    PRIMARY KEY (call, path)
);
"""


class Folder:
    """The PBX's recordings in a folder this program can read.

    The PBX may name another place for them (a container, a mount): the longest end of
    its path that exists below the folder is taken. Nothing outside is ever read.
    """

    def __init__(self, root):
        self.root = Path(root)

    def get(self, recorded, _work):
        """Path of the file, or None when it is not there."""
        root = self.root.resolve()
        parts = [part for part in Path(recorded).parts if part not in ("/", "..")]
        for skip in range(len(parts)):
            found = root.joinpath(*parts[skip:]).resolve()
            if found.is_relative_to(root) and found.is_file():
                return found
        return None


class Web:
    """The PBX's recordings behind a web server.

    :param str url: with ``{path}``, below ``root``, or ``{name}``, the last part
    :param str root: the folder on the PBX that the web server shows
    """

    def __init__(self, url, user="", password="", root=""):
        self.url, self.root = url, root
        self._session = requests.Session()
        if user:
            self._session.auth = (user, password)

    def get(self, recorded, work):
        path = recorded
        if self.root and recorded.startswith(self.root):
            path = recorded[len(self.root) :]
        path = "/".join(requests.utils.quote(p) for p in path.split("/") if p)
        url = self.url.format(path=path, name=path.rpartition("/")[2])
        try:
            with self._session.get(
                url, timeout=TIMEOUT, stream=True, allow_redirects=False
            ) as response:
                if response.status_code == 404:
                    return None
                if response.status_code != 200:
                    status = response.status_code
                    raise Refused(f"the recordings' server answers HTTP {status}")
                return self._save(response, work / Path(recorded).name)
        except requests.RequestException as why:
            kind = type(why).__name__
            raise Refused(f"the recordings' server does not answer: {kind}") from why

    @staticmethod
    def _save(response, path):
        size = 0
        with path.open("wb") as out:
            for part in response.iter_content(1 << 16):
                size += len(part)
                if size > MAX_FETCH:
                    raise Refused("a recording is larger than can be taken")
                out.write(part)
        return path


def make_source(config):
    """Where recordings come from, None when nobody asked for them."""
    if config.recordings_path:
        return Folder(config.recordings_path)
    if config.recordings_url:
        return Web(
            config.recordings_url,
            config.recordings_user,
            config.recordings_password,
            config.recordings_root,
        )
    return None


class Recordings:
    """Jobs on disk and the thread that works them off."""

    def __init__(self, folder, odoo, source, clock=time.time, settle=SETTLE):
        self.odoo, self.source = odoo, source
        self._clock, self._settle = clock, settle
        self._work = Path(folder) / "recordings"
        self._work.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(
            Path(folder) / "recordings.db", check_same_thread=False
        )
        self._db.isolation_level = None
        self._db.executescript(SCHEMA)
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._news, self._said = threading.Event(), None
        self._inbox = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="recordings")
        self._thread.daemon = True

    def __len__(self):
        with self._lock:
            return self._db.execute("SELECT count(*) FROM job").fetchone()[0]

    def start(self):
        self._thread.start()
        return self

    def stop(self, timeout=5):
        self._stop.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join(timeout)
        if not self._thread.is_alive():
            self._store()
            self._db.close()

    def note(self, events):
        """Make jobs of the answered, recorded calls among these that have ended.

        Never blocks: called in the driver's thread.
        """
        now = self._clock()
        for one in events:
            recorded = one.get("recording") and one.get("answered_at")
            if one["type"] == "hangup" and recorded:
                job = (one["call"], one["recording"], one["direction"])
                self._inbox.put((*job, now, now + self._settle))
                self._news.set()

    def _store(self):
        """Bring what was noted to disk."""
        jobs = []
        while not self._inbox.empty():
            jobs.append(self._inbox.get())
        if jobs:
            with self._lock:
                self._db.executemany(
                    "INSERT OR IGNORE INTO job VALUES (?, ?, ?, ?, ?, 0)", jobs
                )

    def _run(self):
        while not self._stop.is_set():
            try:
                waiting = self.work()
            except sqlite3.Error as why:
                _logger.error("Recordings cannot be noted, trying again: %s", why)
                waiting = 5.0
            self._news.wait(min(waiting, 5.0))
            self._news.clear()

    def work(self):
        """Do what is due; returns the seconds until there is something to do."""
        while not self._stop.is_set():
            self._store()
            with self._lock:
                job = self._db.execute(
                    "SELECT call, path, direction, since, due, pause FROM job"
                    " ORDER BY due LIMIT 1"
                ).fetchone()
            if not job:
                return 60.0
            if job[4] > self._clock():
                return max(job[4] - self._clock(), 0.05)
            self._try(job)
        return 0.0

    def _try(self, job):
        call, path, direction, since, _due, pause = job
        try:
            answer = self._deliver(call, path, direction)
        except Refused as why:
            if why.status == 400:
                return self._end(call, path, f"Odoo cannot read it: {why}")
            answer = str(why)
        except OSError as why:
            answer = f"the disk: {type(why).__name__}"
        if answer in ("done", "off", "refused"):
            return self._end(call, path, None if answer == "done" else answer)
        if answer is not None and answer != self._said:
            self._said = answer
            _logger.warning("Recordings wait: %s", answer)
        if self._clock() - since > GIVE_UP:
            return self._end(call, path, answer)
        pause = min(LAST_PAUSE, pause * 2 if pause else FIRST_PAUSE)
        with self._lock:
            self._db.execute(
                "UPDATE job SET due = ?, pause = ? WHERE call = ? AND path = ?",
                (self._clock() + pause, pause, call, path),
            )
        return None

    def _end(self, call, path, why):
        if why and why != self._said:
            self._said = why
            _logger.warning("The recording of call %s is not sent: %s", call, why)
        elif not why:
            self._said = None
        with self._lock:
            self._db.execute(
                "DELETE FROM job WHERE call = ? AND path = ?", (call, path)
            )

    def _deliver(self, call, path, direction):
        """Find, join and send one recording; returns Odoo's last word or a reason."""
        work = self._work / hashlib.sha256(f"{call} {path}".encode()).hexdigest()[:16]
        work.mkdir(exist_ok=True)
        try:
            sides = find_sides(
                path, direction, lambda recorded: self.source.get(recorded, work)
            )
            joined = sides and two_channels(*sides, work / "joined.wav")
            if joined:
                return self._send(call, joined, "sides", Path(path).name)
            mixed = self.source.get(path, work)
            if not mixed:
                return "a recording is not there (yet)"
            return self._send(call, mixed, "mixed", Path(path).name)
        finally:
            for file in work.iterdir():
                file.unlink()
            work.rmdir()

    def _send(self, call, file, layout, name):
        """Send what Odoo has not got yet; returns the status it answers."""
        size = file.stat().st_size
        if not size:
            return "a recording is empty"
        with file.open("rb") as stream:
            digest = sha256(stream)
            about = {"call": call, "name": name, "layout": layout}
            about |= {"size": size, "sha256": digest}
            answer = self.odoo.post("/usu_callcard/recording", about)
            again = 0
            while answer.get("status") == "more" and not self._stop.is_set():
                offset = answer.get("offset")
                if not isinstance(offset, int) or not 0 <= offset < size:
                    return "Odoo asks for what is not there"
                self._store()
                stream.seek(offset)
                data = b64encode(stream.read(PIECE)).decode()
                answer = self.odoo.post(
                    "/usu_callcard/recording", {**about, "offset": offset, "data": data}
                )
                again = again + 1 if answer.get("offset", 0) <= offset else 0
                if again > 3:
                    return "Odoo does not get on with a recording"
        return answer.get("status") if not self._stop.is_set() else None


def sha256(stream):
    digest = hashlib.sha256()
    while part := stream.read(1 << 20):
        digest.update(part)
    return digest.hexdigest()
