"""An HTTP and WebSocket server that keeps Odoo's side of the contract.

A real server on a real socket; what it answers can be set, what it got is kept.
"""

import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class OdooSide:
    def __init__(self, secret="secret", pbx="main"):
        self.secret, self.pbx = secret, pbx
        self.events, self.batches, self.results = [], [], []
        self.refusals = []  # HTTP statuses to answer first
        self.answer = None  # function of an event -> its result
        self.commands, self.subscriptions = [], []
        self.news = threading.Condition()
        handler = type("Handler", (_Handler,), {"side": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # clients are killed here
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def wait(self, condition, timeout=10):
        """Until ``condition(self)`` holds."""
        deadline = time.monotonic() + timeout
        with self.news:
            while not condition(self):
                left = deadline - time.monotonic()
                if left <= 0 or not self.news.wait(left):
                    raise AssertionError(f"did not happen in {timeout} s")
        return self

    def final(self):
        """The event with the highest number of each call."""
        last = {}
        for event in self.events:
            if event["seq"] >= last.get(event["call"], event)["seq"]:
                last[event["call"]] = event
        return last

    def ended(self, count=1):
        ends = [one for one in self.final().values() if one["type"] == "hangup"]
        return len(ends) >= count

    def is_signed(self, headers, body):
        timestamp = headers.get("X-Usu-Timestamp", "")
        return (
            headers.get("X-Usu-Pbx") == self.pbx
            and timestamp.isdigit()
            and abs(time.time() - int(timestamp)) <= 300
            and self.signature(timestamp, body) == headers.get("X-Usu-Signature")
        )

    def signature(self, timestamp, body):
        message = timestamp.encode() + b"." + body
        return hmac.new(self.secret.encode(), message, hashlib.sha256).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    side = None

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        side = self.side
        status = side.refusals.pop(0) if side.refusals else 200
        if status == 200 and not side.is_signed(self.headers, body):
            status = 401
        answer = {}
        if status == 200:
            answer = self._take(json.loads(body))
        self._reply(status, answer)
        with side.news:
            side.news.notify_all()

    def _take(self, data):
        side = self.side
        if self.path == "/usu_callcard/command_result":
            side.results.append(data)
            return {}
        side.batches.append(len(data["events"]))
        results = []
        for event in data["events"]:
            key = {"call": event["call"], "seq": event["seq"]}
            result = side.answer(event) if side.answer else None
            results.append({**key, "status": "ok", **(result or {})})
            if results[-1]["status"] != "error":
                side.events.append(event)
        return {"results": results}

    def _reply(self, status, answer):
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        """The bus: a WebSocket that takes one subscription and sends commands."""
        key = self.headers.get("Sec-WebSocket-Key", "")
        accept = base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()
        self.send_response(101)
        for name, value in (
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Accept", accept),
        ):
            self.send_header(name, value)
        self.end_headers()
        frame = self._frame()
        side = self.side
        if frame is None:
            return
        side.subscriptions.append(json.loads(frame))
        with side.news:
            side.news.notify_all()
        while True:
            with side.news:
                side.news.wait_for(lambda: side.commands, 0.2)
                batch, side.commands[:] = list(side.commands), []
            if not self._send_all(batch):
                return

    def _send_all(self, batch):
        for number, payload in batch:
            message = {"type": "usu_callcard/command", "payload": payload}
            data = json.dumps([{"id": number, "message": message}]).encode()
            head = bytes([0x81, 126]) + len(data).to_bytes(2, "big")
            try:
                self.wfile.write(head + data)
                self.wfile.flush()
            except OSError:
                return False
        return True

    def _frame(self):
        head = self.rfile.read(2)
        if len(head) < 2:
            return None
        size = head[1] & 0x7F
        if size == 126:
            size = int.from_bytes(self.rfile.read(2), "big")
        mask = self.rfile.read(4)
        data = self.rfile.read(size)
        return bytes(octet ^ mask[i % 4] for i, octet in enumerate(data))
