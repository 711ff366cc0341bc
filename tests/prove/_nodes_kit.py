"""Two Odoo nodes behind an nginx on one database, and who comes to them."""

import base64
import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import altcha.v2 as altcha
import env
import requests
import websocket

CONF = """
worker_processes 1;
daemon off;
pid {root}/nginx.pid;
error_log {root}/error.log warn;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {root}/body;
    proxy_temp_path {root}/proxy;
    fastcgi_temp_path {root}/fastcgi;
    uwsgi_temp_path {root}/uwsgi;
    scgi_temp_path {root}/scgi;
    map $http_upgrade $connection_upgrade {{ default upgrade; "" ""; }}
    upstream pages {{ {pages} }}
    upstream bus {{ {bus} }}
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-Host $http_host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto http;
    proxy_connect_timeout 5s;
    proxy_read_timeout 720s;
    proxy_next_upstream error timeout;
    server {{
        listen 127.0.0.1:{port};
        location /websocket {{
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_pass http://bus;
        }}
        location / {{
            proxy_set_header Connection "";
            proxy_pass http://pages;
        }}
    }}
}}
"""


def nginx_program():
    """nginx of this machine, else Debian's package unpacked into the cache."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found:
        return found
    folder = env.CACHE / "nginx"
    program = folder / "usr/sbin/nginx"
    if not program.exists():
        with tempfile.TemporaryDirectory(dir=env.CACHE) as work:
            fetch = ["apt-get", "-o", "APT::Sandbox::User=", "-qq", "download", "nginx"]
            subprocess.run(fetch, cwd=work, check=True)
            (deb,) = Path(work).glob("nginx_*.deb")
            subprocess.run(["dpkg-deb", "-x", deb, folder], check=True)
    return str(program)


class Nginx:
    """Asks the nodes in turn; ``away`` names those that get nothing new."""

    def __init__(self, nodes):
        self.nodes = nodes
        (self.port,) = env.free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}"
        self.root = Path(tempfile.mkdtemp(prefix="usu-nginx-"))
        self.process = None

    def write(self, away=()):
        def servers(ports):
            return " ".join(
                f"server 127.0.0.1:{port} max_fails=1 fail_timeout=1s"
                f"{' down' if node in away else ''};"
                for node, port in zip(self.nodes, ports, strict=True)
            )

        text = CONF.format(
            root=self.root,
            port=self.port,
            pages=servers(n.port for n in self.nodes),
            bus=servers(n.gevent_port for n in self.nodes),
        )
        (self.root / "nginx.conf").write_text(text)

    def __enter__(self):
        self.write()
        command = [nginx_program(), "-e", self.root / "error.log", "-p", self.root]
        self.process = subprocess.Popen([*command, "-c", self.root / "nginx.conf"])
        end = time.monotonic() + 15
        while time.monotonic() < end:
            with contextlib.suppress(requests.ConnectionError):
                requests.get(self.url + "/web/health", timeout=30)
                return self
            time.sleep(0.1)
        raise RuntimeError((self.root / "error.log").read_text()[-2000:])

    def send_to_all_but(self, *away):
        """The gentle way: requests under way are finished where they are."""
        self.write(away)
        self.process.send_signal(signal.SIGHUP)
        time.sleep(1)

    def __exit__(self, *exc):
        self.process.terminate()
        self.process.wait(10)
        shutil.rmtree(self.root, ignore_errors=True)


def end(node, sig=signal.SIGTERM):
    """As a container's engine does it: the signal goes to the first process alone."""
    if sig == signal.SIGKILL:
        os.killpg(node.process.pid, sig)
    else:
        node.process.send_signal(sig)
    node.process.wait(60)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(node.process.pid, signal.SIGKILL)


class Guest:
    """A visitor of the site: opens a dialogue and writes."""

    def __init__(self, url, channel, name, phone):
        self.url, self.channel, self.name, self.phone = url, channel, name, phone
        self.http = requests.Session()
        self.sent, self.repeated, self.slowest = [], 0, 0.0
        self.token = self.dialogue = None

    def call(self, path, **params):
        answer = self.http.post(
            self.url + path,
            json={"jsonrpc": "2.0", "method": "call", "params": params},
            timeout=60,
        )
        answer.raise_for_status()
        answer = answer.json()
        if "error" in answer:
            raise RuntimeError(answer["error"]["data"]["message"])
        return answer["result"]

    def open(self, text):
        session = {"channel_id": self.channel, "previous_operator_id": None}
        path = "/im_livechat/cors/get_session"
        shown = self.call(path, **session, persisted=False)
        parts = {k: shown["usu_challenge"][k] for k in ("parameters", "signature")}
        solved = altcha.solve_challenge(altcha.Challenge.from_dict(parts))
        proof = json.dumps({"challenge": parts, "solution": solved.to_dict()})
        who, number = (q["id"] for q in shown["usu_form"]["questions"])
        opened = self.call(
            path,
            **session,
            persisted=True,
            usu_proof=base64.b64encode(proof.encode()).decode(),
            usu_answers={str(who): self.name, str(number): self.phone},
            usu_text=text,
            usu_page=self.url,
        )
        self.token = opened["store_data"]["Store"]["guest_token"]
        self.dialogue = opened["channel_id"]
        self.write(text)
        return self

    def write(self, text):
        """Until it is taken; a browser shows its visitor a button for that."""
        begun = time.monotonic()
        while True:
            try:
                self.call(
                    "/im_livechat/cors/message/post",
                    guest_token=self.token,
                    thread_model="discuss.channel",
                    thread_id=self.dialogue,
                    post_data={
                        "body": text,
                        "message_type": "comment",
                        "subtype_xmlid": "mail.mt_comment",
                    },
                )
                break
            except requests.RequestException:
                self.repeated += 1
                time.sleep(0.2)
        self.sent.append(text)
        self.slowest = max(self.slowest, time.monotonic() - begun)


NEW_CHANNEL = ("discuss.channel/joined", "usu_routing/task")


class Listener(threading.Thread):
    """A browser's websocket: keeps all it hears, comes back when it is cut off."""

    def __init__(self, url, version, cookie="", channels=()):
        super().__init__(daemon=True)
        self.url, self.version, self.cookie = url, version, cookie
        self.channels = list(channels)
        self.heard, self.last, self.subscribed = {}, 0, 0.0
        self.cut, self.over = -1, threading.Event()
        self.ready = threading.Event()

    def begin(self):
        self.start()
        if not self.ready.wait(90):
            raise RuntimeError(f"no websocket at {self.url}")
        return self

    def run(self):
        while not self.over.is_set():
            with contextlib.suppress(OSError, websocket.WebSocketException):
                self._listen()
            self.ready.clear()
            time.sleep(0.3)

    def _listen(self):
        address = (
            f"{self.url.replace('http', 'ws', 1)}/websocket?version={self.version}"
        )
        with contextlib.closing(
            websocket.create_connection(
                address, cookie=self.cookie, origin=self.url, timeout=30
            )
        ) as socket:
            socket.settimeout(1)
            self.cut += 1
            self._subscribe(socket)
            self.ready.set()
            while not self.over.is_set():
                with contextlib.suppress(websocket.WebSocketTimeoutException):
                    said = socket.recv()
                    if not said:
                        return
                    self._take(socket, json.loads(said))

    def _subscribe(self, socket):
        self.subscribed = time.monotonic()
        data = {"channels": self.channels, "last": self.last}
        socket.send(json.dumps({"event_name": "subscribe", "data": data}))

    def _take(self, socket, notes):
        for note in notes:
            self.heard[note["id"]] = (note["message"], time.monotonic())
            self.last = max(self.last, note["id"])
        # as the web client does: a new dialogue is a new channel to listen to; not too
        # often, or Odoo ends the connection
        new = any(n["message"]["type"] in NEW_CHANNEL for n in notes)
        if new and time.monotonic() - self.subscribed > 2:
            self._subscribe(socket)

    def payloads(self, kind):
        found = list(self.heard.values())
        return [m["payload"] for m, _at in found if m["type"] == kind]

    def has(self, kind, wanted):
        return any(wanted in json.dumps(p) for p in self.payloads(kind))


def hears(kind, wanted, *listeners, seconds=30):
    """Until one of them has heard it; seconds since the call."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        if any(one.has(kind, wanted) for one in listeners):
            return time.monotonic() - begun
        time.sleep(0.01)
    raise AssertionError(f"{listeners[0].url} did not hear {kind} {wanted!r}")
