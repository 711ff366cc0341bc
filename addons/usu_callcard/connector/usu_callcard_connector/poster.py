"""Signed HTTP to Odoo, and the thread that empties the spool.

Contract: docs/developer/contracts.md, "Telephone events". The driver only puts events
into a queue; a writer thread brings them to disk, a sender thread to Odoo. Neither a
slow disk nor a dead Odoo ever holds the driver up.
"""

import hashlib
import hmac
import json
import logging
import queue
import random
import sqlite3
import threading
import time

import requests

_logger = logging.getLogger(__name__)

MAX_EVENTS, MAX_BYTES = 100, 240 * 1024
TIMEOUT = (5, 20)  # seconds to connect, to answer
LIVE_SECONDS = 30  # an older event rings nobody
MAX_TRIES = 5  # of an event Odoo says it cannot use
FIRST_PAUSE, LAST_PAUSE = 0.5, 30.0
MAX_WAITING = 20_000  # events between driver and disk


class Refused(Exception):
    """Odoo did not take a message. ``wait``: seconds to wait at least."""

    def __init__(self, message, status=None, wait=0):
        super().__init__(message)
        self.status, self.wait = status, wait


def sign(secret, timestamp, body):
    """hex(HMAC-SHA256(secret, timestamp + "." + body))"""
    message = timestamp.encode() + b"." + body
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


class Odoo:
    """The HTTP side of the contract."""

    def __init__(self, url, pbx, secret, database="", clock=time.time):
        self.url, self.pbx, self._secret, self._clock = url, pbx, secret, clock
        self._session = requests.Session()
        if database:
            self._session.headers["X-Odoo-Database"] = database

    def post(self, path, data):
        """POST a signed JSON object; returns the answer's. Raises Refused."""
        body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
        timestamp = str(int(self._clock()))
        headers = {
            "Content-Type": "application/json",
            "X-Usu-Pbx": self.pbx,
            "X-Usu-Timestamp": timestamp,
            "X-Usu-Signature": sign(self._secret, timestamp, body),
        }
        try:
            response = self._session.post(
                self.url + path,
                data=body,
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as why:
            raise Refused(f"Odoo does not answer at {self.url}: {_short(why)}") from why
        if response.status_code != 200:
            raise Refused(
                explain(response, self._clock()),
                response.status_code,
                _retry_after(response),
            )
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise Refused(f"{self.url} answers, but not as Odoo with the caller card")
        return answer

    def subscription(self):
        """The name of the bus channel with this PBX's commands, signed now."""
        name = f"usu_callcard.pbx:{self.pbx}"
        timestamp = str(int(self._clock()))
        return f"{name}:{timestamp}:{sign(self._secret, timestamp, name.encode())}"


def explain(response, now):
    """A refusal in words an administrator can act on."""
    status = response.status_code
    words = {
        400: "Odoo could not read the message",
        401: "Odoo refuses the signature: PBX code, secret or clock differ",
        403: "something before Odoo (a proxy?) forbids the request",
        404: "Odoo is there, but the caller card is not installed in this database",
        413: "the message is too large",
        429: "too many requests",
        502: "the proxy before Odoo does not reach it",
        503: "Odoo is not ready",
    }
    text = words.get(status, "unexpected answer")
    if status in (301, 302, 303, 307, 308):
        text = f"it redirects to {response.headers.get('Location')}: use that address"
    skew = _skew(response, now)
    if status == 401 and abs(skew) > 60:
        text += f" (this machine's clock is {skew:+.0f} s off Odoo's)"
    return f"HTTP {status}: {text}"


def _skew(response, now):
    from email.utils import parsedate_to_datetime

    try:
        return now - parsedate_to_datetime(response.headers["Date"]).timestamp()
    except (KeyError, TypeError, ValueError):
        return 0.0


def _retry_after(response):
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isdigit() else 0


def _short(why):
    return str(why).split("(Caused by ")[-1][:200] or type(why).__name__


class Outbox:
    """From the driver to the disk and from there to Odoo, in two threads."""

    def __init__(self, spool, odoo, pause=FIRST_PAUSE):
        self.spool, self.odoo = spool, odoo
        self._pause = pause
        self._inbox = queue.Queue(MAX_WAITING)
        self._news, self._stop = threading.Event(), threading.Event()
        self._threads = [
            threading.Thread(target=self._write, name="spool", daemon=True),
            threading.Thread(target=self._send, name="poster", daemon=True),
        ]
        self.failure = None  # why nothing leaves at the moment, in words

    def start(self):
        self._news.set()  # what an earlier run left
        for thread in self._threads:
            thread.start()
        return self

    def stop(self, timeout=5):
        """Bring what is waiting to disk, try to send it, end the threads."""
        if not self._threads[0].is_alive():
            return
        self._inbox.put(None)
        self._threads[0].join(timeout)
        self._stop.set()
        self._news.set()
        self._threads[1].join(timeout)

    def put(self, events):
        """Never blocks: called in the driver's thread."""
        for event in events:
            try:
                self._inbox.put_nowait(event)
            except queue.Full:
                _logger.error("The disk does not keep up: an event was dropped")

    def _write(self):
        stopping = False
        while not stopping:
            batch = [self._inbox.get()]
            while len(batch) < 500:
                try:
                    batch.append(self._inbox.get_nowait())
                except queue.Empty:
                    break
            stopping = None in batch
            events = [event for event in batch if event is not None]
            while events and not self._stored(events):
                if self._stop.wait(1.0):
                    return

    def _stored(self, events):
        try:
            self.spool.put(events)
        except sqlite3.Error as why:
            _logger.error("The spool cannot be written, trying again: %s", why)
            return False
        self._news.set()
        return True

    def _send(self):
        pause, stopping = 0, False
        while not stopping:
            self._news.wait(1.0)
            self._news.clear()
            stopping = self._stop.is_set()  # then this is the last attempt
            try:
                while self.send_batch():
                    pause, self.failure = 0, None
            except Refused as why:
                pause = min(LAST_PAUSE, pause * 2 if pause else self._pause)
                self._report(why)
                self._news.set()  # try again after the pause
                self._stop.wait(max(pause * random.uniform(0.75, 1.25), why.wait))
            except sqlite3.Error as why:
                _logger.error("The spool cannot be read, trying again: %s", why)
                self._stop.wait(1.0)

    def _report(self, why):
        if str(why) != self.failure:
            self.failure = str(why)
            _logger.warning("%s; %s events wait on disk", why, len(self.spool))

    def send_batch(self, limit=MAX_EVENTS):
        """Send the oldest events; returns how many were answered for.

        :raise Refused: nothing was taken, try again later
        """
        rows = fit(self.spool.next(limit))
        if not rows:
            return 0
        events = []
        for _id, age, _tries, event in rows:
            event["live"] = event.get("live", True) and age <= LIVE_SECONDS
            events.append(event)
        try:
            answer = self.odoo.post("/usu_callcard/events", {"events": events})
        except Refused as why:
            if why.status in (400, 413):
                return self._split(rows, why)
            raise
        return self._settle(rows, answer.get("results"))

    def _split(self, rows, why):
        """A batch that cannot be read: find the event that spoils it."""
        if len(rows) > 1:
            return self.send_batch(max(1, len(rows) // 2))
        number, _age, _tries, event = rows[0]
        _logger.error("Event %s/%s given up: %s", event["call"], event["seq"], why)
        self.spool.done([number])
        return 1

    def _settle(self, rows, results):
        results = results if isinstance(results, list) else []
        status = {
            (one.get("call"), one.get("seq")): one
            for one in results
            if isinstance(one, dict)
        }
        done, failed = [], []
        for number, _age, tries, event in rows:
            key = (event["call"], event["seq"])
            result = status.get(key, {"status": "error", "error": "no answer for it"})
            if result.get("status") != "error":
                done.append(number)
            elif tries + 1 >= MAX_TRIES:
                _logger.error("Event %s/%s given up: %s", *key, result.get("error"))
                done.append(number)
            else:
                failed.append(number)
        self.spool.done(done)
        if failed:
            self.spool.failed(failed)
            if not done:
                raise Refused("Odoo could not store the oldest events")
        return len(done)


def fit(rows):
    """As many of the rows as one message may hold."""
    size, kept = 20, []
    for row in rows:
        size += len(json.dumps(row[3], ensure_ascii=False).encode()) + 20
        if kept and size > MAX_BYTES:
            break
        kept.append(row)
    return kept
