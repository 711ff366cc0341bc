"""The ARI driver: Asterisk's REST interface, for PBXs that offer only that.

Source: docs.asterisk.org, ARI events and REST reference (Asterisk 13 to 22); read
2026-11. AMI tells more (queues, linked ids): prefer it where it can be had.
"""

import json
import logging
import random
import select
import threading
import time
from urllib.parse import urlencode

import requests
import websocket

_logger = logging.getLogger(__name__)

TIMEOUT = 5
PING_SECONDS, SILENT_SECONDS = 20.0, 60.0
FIRST_PAUSE, LAST_PAUSE = 1.0, 30.0
SOURCES = "channel:,bridge:"  # all channels, all bridges


class AriError(Exception):
    """The PBX cannot be used; the message says why in words."""


class AriDriver:
    can_dial = True

    def __init__(self, url, user, password, application):
        self._url, self._user = url.rstrip("/"), user
        self._password, self._application = password, application
        self._stop = threading.Event()
        self.connected = threading.Event()

    def run(self, line):
        """Listen until stopped; connects again for ever."""
        pause, said = FIRST_PAUSE, None
        while not self._stop.is_set():
            try:
                stream = self._connect()
                pause, said = FIRST_PAUSE, None
                try:
                    self._listen(stream, line)
                finally:
                    self.connected.clear()
                    stream.close()
                    line.interrupted()
            except AriError as why:
                if str(why) != said and not self._stop.is_set():
                    said = str(why)
                    _logger.warning("%s; trying again", why)
            until = time.monotonic() + pause * random.uniform(0.75, 1.25)
            while not self._stop.is_set() and time.monotonic() < until:
                self._stop.wait(0.2)
                line.flush()
            pause = min(LAST_PAUSE, pause * 2)

    def stop(self):
        self._stop.set()

    def _connect(self):
        """An open stream that tells of every channel and bridge.

        Not ``subscribeAll`` where it can be helped: that includes device states, with
        which a closing stream may lock up Asterisk's streams for good (its issue 2170,
        open in 2026-11; here 1 in 5 to 12 when the connector was killed). A user who
        may only read cannot subscribe in any other way.
        """
        stream = self._open()
        path = f"/applications/{self._application}/subscription"
        response = self._request("POST", path, eventSource=SOURCES)
        if response.status_code == 403:
            stream.close()
            return self._open(subscribeAll="true")
        if response.status_code != 200:
            stream.close()
            raise AriError(f"the PBX answers HTTP {response.status_code} to {path}")
        return stream

    def _open(self, **options):
        key = f"{self._user}:{self._password}"
        query = urlencode({"app": self._application, "api_key": key, **options})
        url = "ws" + self._url.removeprefix("http") + "/events?" + query
        try:
            return websocket.create_connection(url, timeout=TIMEOUT)
        except websocket.WebSocketBadStatusException as why:
            words = {401: f"refuses user {self._user!r} or its password"}
            words[404] = "has no ARI at this address (ari.conf: enabled = yes?)"
            said = words.get(why.status_code, f"answers HTTP {why.status_code}")
            raise AriError(f"the PBX at {self._url} {said}") from why
        except (OSError, websocket.WebSocketException) as why:
            raise AriError(f"the PBX at {self._url} cannot be reached: {why}") from why

    def _listen(self, stream, line):
        # Events queue up in the stream while the lists are fetched
        channels, bridges = self._get("/channels"), self._get("/bridges")
        line.alive(channels, bridges)
        line.synchronised()
        self.connected.set()
        _logger.info("Connected to the PBX at %s", self._url)
        heard = pinged = time.monotonic()
        while not self._stop.is_set():
            text = self._read(stream)
            now = time.monotonic()
            if text is not None:
                heard = now
                self._take(text, line)
            elif now - heard > SILENT_SECONDS:
                raise AriError("the PBX has fallen silent")
            elif now - max(heard, pinged) > PING_SECONDS:
                pinged = now
                self._ping(stream)
            line.flush()

    def _read(self, stream):
        """The next text frame; "" for a control frame, None when nothing came."""
        try:
            pending = getattr(stream.sock, "pending", None)
            if not (pending and pending()):
                if not select.select([stream.sock], [], [], 0.1)[0]:
                    return None
            code, data = stream.recv_data(control_frame=True)
        except (OSError, ValueError, websocket.WebSocketException) as why:
            raise AriError(f"the connection to the PBX broke: {why}") from why
        if code == websocket.ABNF.OPCODE_CLOSE:
            raise AriError("the PBX closed the connection")
        return data if code == websocket.ABNF.OPCODE_TEXT else ""

    def _ping(self, stream):
        try:
            stream.ping()
        except (OSError, websocket.WebSocketException) as why:
            raise AriError(f"the connection to the PBX broke: {why}") from why

    def _take(self, text, line):
        if not text:
            return
        try:
            event = json.loads(text)
        except ValueError:
            return
        if event.get("type") == "ApplicationReplaced":
            raise AriError(f"another program took the name {self._application!r}")
        line.take(event)

    def _request(self, method, path, **parameters):
        try:
            return requests.request(
                method,
                self._url + path,
                params=parameters,
                auth=(self._user, self._password),
                timeout=TIMEOUT,
            )
        except requests.RequestException as why:
            raise AriError(f"the PBX at {self._url} cannot be reached: {why}") from why

    def _get(self, path):
        response = self._request("GET", path)
        if response.status_code != 200:
            raise AriError(f"the PBX answers HTTP {response.status_code} to {path}")
        return response.json()

    def dial(self, channel, context, number, caller_id, call):
        """Ring ``channel``, then dial ``number`` from it.

        :return: None when the PBX took the order, else why not
        """
        try:
            response = self._request(
                "POST",
                "/channels",
                endpoint=channel,
                extension=number,
                context=context,
                priority=1,
                callerId=caller_id,
                timeout=30,
                channelId=call,
            )
        except AriError as why:
            return str(why)
        if response.status_code == 200:
            return None
        if response.status_code == 403:
            return f"the PBX's user {self._user!r} may only read"
        try:
            said = response.json().get("message") or response.json().get("error")
        except ValueError:
            said = None
        return f"the PBX refuses: {said or response.status_code}"

    def check(self):
        """What a person should know of this end, as lines beginning ok or FAILED."""
        try:
            self._connect().close()
            about = self._get("/asterisk/info")
            count = len(self._get("/channels"))
        except AriError as why:
            return [f"FAILED {why}"]
        version = (about.get("system") or {}).get("version", "of unknown version")
        return [
            f"ok     logged in at {self._url}",
            f"ok     Asterisk {version}",
            f"ok     live channels can be listed ({count} now)",
        ]
