"""Commands from Odoo: click to dial, without an open port at the clinic.

The connector opens Odoo's own WebSocket and subscribes to its PBX's signed channel
(docs/developer/contracts.md). A command is carried out once and before it expires.
"""

import json
import logging
import random
import re
import threading
import time
import uuid
from collections import OrderedDict

import requests
import websocket

from .poster import Refused

_logger = logging.getLogger(__name__)

FIRST_PAUSE, LAST_PAUSE = 1.0, 60.0
NUMBER = re.compile(r"\+?[0-9*#]{1,40}$")
EXTENSION = re.compile(r"[\w.\-]{1,32}$")
REMEMBERED = 1000


class Commands:
    def __init__(self, config, odoo, driver, line, clock=time.time):
        self._odoo, self._driver, self._line = odoo, driver, line
        self._channel, self._context = config.pbx_dial_channel, config.pbx_dial_context
        self._plus = config.pbx_dial_plus
        self._where = (config.odoo_websocket_url, config.odoo_database)
        self._clock = clock
        self._stop = threading.Event()
        self._stream, self._last, self._known = None, 0, OrderedDict()
        self._thread = threading.Thread(target=self._run, name="commands", daemon=True)
        self.connected = threading.Event()

    def start(self):
        self._thread.start()

    def stop(self):
        self._stop.set()
        if self._stream:
            self._stream.shutdown()
        self._thread.join(2)

    def _run(self):
        pause, said = FIRST_PAUSE, None
        while not self._stop.is_set():
            try:
                self._stream = connect(self._odoo, *self._where)
                self._subscribe()
                pause, said = FIRST_PAUSE, None
                self.connected.set()
                while not self._stop.is_set():
                    self._take(self._stream.recv())
            except (OSError, ValueError, websocket.WebSocketException) as why:
                if str(why) != said and not self._stop.is_set():
                    said = str(why)
                    _logger.warning("No commands from Odoo for now: %s", why)
            finally:
                self.connected.clear()
                if self._stream:
                    self._stream.shutdown()
                    self._stream = None
            self._stop.wait(pause * random.uniform(0.75, 1.25))
            pause = min(LAST_PAUSE, pause * 2)

    def _subscribe(self):
        data = {"channels": [self._odoo.subscription()], "last": self._last}
        self._stream.send(json.dumps({"event_name": "subscribe", "data": data}))
        self._stream.settimeout(None)

    def _take(self, frame):
        if not frame:
            raise websocket.WebSocketException("Odoo closed the connection")
        notifications = json.loads(frame)
        for notification in notifications if isinstance(notifications, list) else ():
            self._last = max(self._last, int(notification.get("id") or 0))
            message = notification.get("message") or {}
            if message.get("type") == "usu_callcard/command":
                self.obey(message.get("payload") or {})

    def obey(self, command):
        """Carry out one command, once, and answer for it."""
        number = command.get("id")
        if number in self._known or not isinstance(number, int):
            return
        self._known[number] = True
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        try:
            error = self._dial(command)
        except (KeyError, TypeError, ValueError):
            error = "the command cannot be read"
        result = {"id": number, "status": "error" if error else "ok", "error": error}
        if error:
            _logger.warning("Command %s failed: %s", number, error)
        try:
            self._odoo.post("/usu_callcard/command_result", result)
        except Refused as why:
            _logger.warning("The answer to command %s was not taken: %s", number, why)

    def _dial(self, command):
        """None when the PBX rings the employee, else why not."""
        if command.get("command") != "dial":
            return "the connector does not know this command"
        if self._clock() > float(command["expires"]):
            return "the command came too late"
        extension, number = str(command["extension"]), str(command["number"])
        if not EXTENSION.match(extension) or not NUMBER.match(number):
            return "the extension or the number cannot be dialled"
        call = f"usu-{uuid.uuid4().hex}"
        channel = self._channel.format(extension=extension)
        caller_id = f'"{number}" <{extension}>'
        self._line.expect(call, number)
        dialled = re.sub(r"^\+", lambda _: self._plus, number)
        error = self._driver.dial(channel, self._context, dialled, caller_id, call)
        if error:
            self._line.forget(call)
        return error


def connect(odoo, url="", database="", timeout=10):
    """Odoo's WebSocket. No User-Agent: Odoo then asks for no client version.

    :param url: where it is if it is not below Odoo's own address
    :param database: where Odoo serves several; chosen by a session, because Odoo
        closes a WebSocket (4001) whose database was named by a header alone
    """
    cookie = session_cookie(odoo.url, database, timeout) if database else None
    url = url or f"{odoo.url}/websocket"
    return websocket.create_connection(
        "ws" + url.removeprefix("ws").removeprefix("http"),
        timeout=timeout,
        origin=odoo.url,
        cookie=cookie,
    )


def session_cookie(url, database, timeout):
    """The cookie of a public session on ``database``; None if Odoo gives none."""
    with requests.Session() as session:
        session.get(f"{url}/web/login", params={"db": database}, timeout=timeout)
        found = session.cookies.get("session_id")
    return f"session_id={found}" if found else None
