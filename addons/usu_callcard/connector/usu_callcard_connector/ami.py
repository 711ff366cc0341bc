"""The AMI driver: Asterisk's manager interface over one TCP connection.

Source: docs.asterisk.org, AMI v2 to v11 (Asterisk 13 to 22); read 2026-11. The
connection only listens; the one action that acts is Originate, for click to dial.
After every connection the PBX is asked for its live channels, and the reducer mends.
"""

import itertools
import logging
import queue
import random
import select
import socket
import threading
import time

from . import text
from .ami_events import FROM_DID, KINDS

_logger = logging.getLogger(__name__)

CONNECT_SECONDS, SILENT_SECONDS, PING_SECONDS = 5.0, 45.0, 15.0
FIRST_PAUSE, LAST_PAUSE = 1.0, 30.0
ORDER_SECONDS = 0.7  # to wait for the word that a telephone cannot be rung
MAX_BLOCK = 1024 * 1024
RIGHTS = "it needs read = call,agent,dialplan,reporting and write = reporting"
WANTED = frozenset(kind.encode() for kind in KINDS)
VARIABLES = [name.encode() for name in (*FROM_DID, "MIXMONITOR_FILENAME")]


class AmiError(Exception):
    """The PBX cannot be used; the message says why in words."""


class Connection:
    """One logged-in connection. Reading belongs to one thread, sending to any."""

    def __init__(self, host, port, user, password, events="on"):
        self._buffer = b""
        self._lock = threading.Lock()
        self._ids = itertools.count(1)
        where = f"the PBX at {host}:{port}"
        try:
            self.socket = socket.create_connection((host, port), CONNECT_SECONDS)
        except OSError as why:
            raise AmiError(f"{where} cannot be reached: {why}") from why
        try:
            self._log_in(where, user, password, events)
        except BaseException:
            self.socket.close()
            raise

    def _log_in(self, where, user, password, events):
        self.send("Login", Username=user, Secret=password, Events=events)
        deadline = time.monotonic() + CONNECT_SECONDS
        while time.monotonic() < deadline:
            for block in self.receive(0.5):
                if b"Response: Success" in block:
                    return
                if b"Response: Error" in block:
                    raise AmiError(f"{where} refuses user {user!r} or its password")
        raise AmiError(f"{where} does not answer as an Asterisk manager interface")

    def send(self, action, **fields):
        """Send an action; returns its id."""
        number = fields.pop("ActionID", None) or f"usu-{next(self._ids)}"
        lines = [f"Action: {action}", f"ActionID: {number}"]
        lines += [f"{key}: {_line(value)}" for key, value in fields.items()]
        data = ("\r\n".join(lines) + "\r\n\r\n").encode()
        try:
            with self._lock:
                self.socket.sendall(data)
        except OSError as why:
            raise AmiError(f"the connection to the PBX broke: {why}") from why
        return number

    def receive(self, timeout):
        """The blocks that came within ``timeout``; [] when none. Raises AmiError."""
        try:
            if not select.select([self.socket], [], [], timeout)[0]:
                return []
            data = self.socket.recv(256 * 1024)
        except (OSError, ValueError) as why:
            raise AmiError(f"the connection to the PBX broke: {why}") from why
        if not data:
            raise AmiError("the PBX closed the connection")
        *blocks, self._buffer = (self._buffer + data).split(b"\r\n\r\n")
        if len(self._buffer) > MAX_BLOCK:
            raise AmiError("the PBX sends something that is no manager event")
        return blocks

    def close(self):
        self.socket.close()


def _line(value):
    """A field's value; line ends would begin a field of their own."""
    return " ".join(str(value).split())


def wanted(block):
    """Is this a block the reducer reads? Most are not: look before parsing."""
    if not block.startswith(b"Event: "):
        return False
    kind = block[7 : block.find(b"\r\n")]
    if kind == b"VarSet":
        return any(b"Variable: " + name + b"\r\n" in block for name in VARIABLES)
    if kind == b"Newexten":
        return b"Application: Queue\r\n" in block
    return kind in WANTED


def parse(block):
    """A block of "Key: value" lines as a dict; repeated keys give a list."""
    event = {}
    for line in text.decode(block).split("\r\n"):
        key, colon, value = line.partition(":")
        if not colon:
            continue
        value = value.strip()
        if key in event:
            before = event[key]
            event[key] = (
                [*before, value] if isinstance(before, list) else [before, value]
            )
        else:
            event[key] = value
    return event


class AmiDriver:
    can_dial = True

    def __init__(self, host, port, user, password):
        self._where = (host, port, user, password)
        self._stop = threading.Event()
        self._connection = None
        self._answers = {}  # ActionID -> queue
        self.connected = threading.Event()

    def run(self, line):
        """Listen until stopped; connects again for ever."""
        pause, said = FIRST_PAUSE, None
        while not self._stop.is_set():
            try:
                self._connection = Connection(*self._where)
                _logger.info("Connected to the PBX at %s:%s", *self._where[:2])
                pause, said = FIRST_PAUSE, None
                self._listen(line)
            except AmiError as why:
                if str(why) != said and not self._stop.is_set():
                    said = str(why)
                    _logger.warning("%s; trying again", why)
            finally:
                self.connected.clear()
                if self._connection:
                    self._connection.close()
                    self._connection = None
                    line.interrupted()
            self._idle(line, pause * random.uniform(0.75, 1.25))
            pause = min(LAST_PAUSE, pause * 2)

    def stop(self):
        self._stop.set()

    def _idle(self, line, seconds):
        until = time.monotonic() + seconds
        while not self._stop.is_set() and time.monotonic() < until:
            self._stop.wait(0.2)
            line.flush()

    def _listen(self, line):
        connection = self._connection
        connection.send("CoreShowChannels")
        heard = pinged = time.monotonic()
        while not self._stop.is_set():
            blocks = connection.receive(0.1)
            now = time.monotonic()
            if blocks:
                heard = now
                for block in blocks:
                    self._take(block, line)
            elif now - heard > SILENT_SECONDS:
                raise AmiError("the PBX has fallen silent")
            elif now - max(heard, pinged) > PING_SECONDS:
                pinged = now
                connection.send("Ping")
            line.flush()

    def _take(self, block, line):
        if wanted(block):
            event = parse(block)
            line.take(event)
            if event["Event"] == "CoreShowChannelsComplete":
                line.synchronised()
                self.connected.set()
        elif block.startswith(b"Response:") or b"OriginateResponse" in block[:40]:
            event = parse(block)
            waiting = self._answers.get(event.get("ActionID"))
            if waiting:
                waiting.put(event)
            elif "Permission denied" in str(event.get("Message")):
                _logger.warning("The PBX's user lacks rights: %s", RIGHTS)

    def dial(self, channel, context, number, caller_id, call):
        """Ring ``channel``, then dial ``number`` from it; the PBX's words if it fails.

        :return: None when the PBX took the order, else why not
        """
        connection = self._connection
        if connection is None:
            return "the PBX is not connected"
        answer = queue.Queue()
        action = f"{call}-order"
        self._answers[action] = answer
        try:
            connection.send(
                "Originate",
                **{
                    "ActionID": action,
                    "Channel": channel,
                    "Context": context,
                    "Exten": number,
                    "Priority": 1,
                    "CallerID": caller_id,
                    "Timeout": 30000,
                    "Async": "true",
                    "ChannelId": call,
                },
            )
            event = answer.get(timeout=5)
            if event.get("Response") == "Success":
                event = self._at_once(answer) or event
        except AmiError as why:
            return str(why)
        except queue.Empty:
            return "the PBX did not answer"
        finally:
            self._answers.pop(action, None)
        if event.get("Event") == "OriginateResponse":
            return "the telephone cannot be rung: is it switched on?"
        if event.get("Response") == "Success":
            return None
        return f"the PBX refuses: {event.get('Message') or 'no reason given'}"

    def _at_once(self, answer):
        """The PBX took the order; a telephone it cannot ring it tells right after."""
        try:
            event = answer.get(timeout=ORDER_SECONDS)
        except queue.Empty:
            return None
        return event if event.get("Response") == "Failure" else None

    def check(self):
        """What a person should know of this end, as lines beginning ok or FAILED."""
        try:
            connection = Connection(*self._where)
        except AmiError as why:
            return [f"FAILED {why}"]
        said = [f"ok     logged in at {self._where[0]}:{self._where[1]}"]
        try:
            said += self._ask(connection)
        except AmiError as why:
            said.append(f"FAILED {why}")
        finally:
            connection.close()
        return said

    def _ask(self, connection):
        connection.send("CoreSettings")
        connection.send("CoreShowChannels")
        said, deadline = [], time.monotonic() + CONNECT_SECONDS
        while time.monotonic() < deadline:
            for event in map(parse, connection.receive(0.5)):
                if "AsteriskVersion" in event:
                    said.append(f"ok     Asterisk {event['AsteriskVersion']}")
                elif event.get("Event") == "CoreShowChannelsComplete":
                    count = event.get("ListItems", "0")
                    return said + [f"ok     live channels can be listed ({count} now)"]
                elif "Permission denied" in str(event.get("Message")):
                    words = (
                        "the user lacks rights: read = call,agent,dialplan,reporting"
                    )
                    return said + [f"FAILED {words}; write = reporting"]
        return said + ["FAILED the PBX does not list its channels"]
