"""Looks whether a running clinic is in order, from outside.

    python check.py http://127.0.0.1 clinic secrets/admin_password
        [--addons usu_chat,...]     these are installed (else: all in this checkout)
        [--nodes 172.18.0.5,...]    the Odoo nodes, to be asked past nginx
        [--pbx secrets/pbx_secret]  enter the telephone system "main" with this secret
        [--calls]                   wait until its connector has reported a call

Needs the packages requests and websocket-client. It leaves one closed discussion
channel behind and no message to anybody.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import requests
import websocket

ROOT = Path(__file__).resolve().parent.parent
# from a block reserved for documentation: no visitor has it
FORGED = "203.0.113.9"


class Clinic:
    """A session of the administrator at one address; ``bus`` where its websocket is."""

    def __init__(self, url, bus=None, cookie=None):
        self.url, self.bus = url, bus or url
        self.http = requests.Session()
        if cookie:
            host = urlsplit(url).hostname
            self.http.cookies.set("session_id", cookie, domain=host)

    @property
    def cookie(self):
        return self.http.cookies["session_id"]

    def rpc(self, path, **params):
        body = {"jsonrpc": "2.0", "params": params}
        answer = self.http.post(self.url + path, json=body, timeout=60)
        answer.raise_for_status()
        answer = answer.json()
        if "error" in answer:
            sys.exit(f"{path}: {answer['error']['data']['message']}")
        return answer["result"]

    def login(self, db, password):
        self.info = self.rpc(
            "/web/session/authenticate", db=db, login="admin", password=password
        )
        return self

    def call(self, model, method, *args, **kwargs):
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self.rpc(path, model=model, method=method, args=args, kwargs=kwargs)

    def listen(self, channel, version):
        """A websocket that hears what is written to a discussion channel."""
        socket = websocket.create_connection(
            f"{self.bus.replace('http', 'ws', 1)}/websocket?version={version}",
            cookie=f"session_id={self.cookie}",
            origin=self.bus,
            timeout=15,
        )
        channels = [f"discuss.channel_{channel}"]
        data = {"channels": channels, "last": 0}
        socket.send(json.dumps({"event_name": "subscribe", "data": data}))
        return socket


def tell(text):
    sys.stdout.write(f"        {text}\n")


def demand(ok, what):
    if not ok:
        sys.exit(f"not in order: {what}")


def heard(listener, writer, version):
    """Write at one place, hear at the other; milliseconds it took at best."""
    channel = writer.call(
        "discuss.channel", "create", {"name": "check", "channel_type": "channel"}
    )
    socket, times = listener.listen(channel, version), []
    for number in range(4):
        mark = f"check {channel} {number} {time.time()}"
        start = time.monotonic()
        writer.call("discuss.channel", "message_post", [channel], body=mark)
        # the first may come before the subscription: then the next one is heard
        try:
            socket.settimeout(3 if number < 3 else 15)
            while mark not in socket.recv():
                pass
        except websocket.WebSocketTimeoutException:
            continue
        times.append((time.monotonic() - start) * 1000)
    socket.close()
    writer.call("discuss.channel", "write", [channel], {"active": False})
    demand(times, f"the websocket of {listener.bus} hears what {writer.url} writes")
    return min(times)


def edge(url):
    """What nginx alone decides."""
    get = requests.get(f"{url}/web/login", timeout=60)
    demand(get.status_code == 200, f"{url}/web/login: {get.status_code}")
    manager = requests.get(f"{url}/web/database/manager", timeout=60)
    demand(manager.status_code == 404, "the database manager can be reached")
    large = requests.post(f"{url}/usu_callcard/events", data=b"x" * 300_000, timeout=60)
    demand(large.status_code == 413, f"300 kB of events: {large.status_code}, not 413")
    style = requests.get(f"{url}/web/static/img/favicon.ico", timeout=60)
    demand(style.status_code == 200, "static files")


def inside(clinic, wanted):
    """What Odoo says about itself."""
    have = clinic.call(
        "ir.module.module",
        "search_read",
        [("name", "=like", "usu_%"), ("state", "=", "installed")],
        ["name", "latest_version"],
    )
    missing = sorted(set(wanted) - {m["name"] for m in have})
    demand(not missing, f"not installed: {', '.join(missing)}")
    names = (f"{m['name']} {m['latest_version']}" for m in have)
    tell(f"installed: {', '.join(names)}")
    devices = clinic.call("res.device.log", "search_read", [], ["ip_address"])
    seen = {d["ip_address"] for d in devices}
    demand(seen, "Odoo knows no address of this login")
    demand(FORGED not in seen, "a visitor can choose his own address")
    tell(f"address that Odoo sees: {', '.join(sorted(filter(None, seen)))}")


def nodes(addresses, cookie, version):
    """One session everywhere, files of one read by the other, messages both ways."""
    here, there = (
        Clinic(f"http://{a}:8069", f"http://{a}:8072", cookie) for a in addresses
    )
    data = "Y2xpbmlj" * 20_000
    file = here.call("ir.attachment", "create", {"name": "check", "datas": data})
    (read,) = there.call("ir.attachment", "read", [file], ["datas"])
    demand(read["datas"] == data, "the nodes share their files")
    here.call("ir.attachment", "unlink", [file])
    for listener, writer in ((here, there), (there, here)):
        took = heard(listener, writer, version)
        tell(f"written at {writer.url}, heard at {listener.bus}: {took:.0f} ms")


def calls(clinic):
    """A connector's calls have come; their log is what staff see."""
    for _ in range(120):
        found = clinic.call("usu.call", "search_read", [], ["display_name", "state"])
        if found:
            return tell(f"calls in Odoo: {len(found)}")
        time.sleep(0.5)
    demand(False, "no call came from the connector")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("db")
    parser.add_argument("password_file", type=Path)
    parser.add_argument("--addons", default="")
    parser.add_argument("--nodes", default="")
    parser.add_argument("--pbx", type=Path)
    parser.add_argument("--calls", action="store_true")
    args = parser.parse_args()
    edge(args.url)
    clinic = Clinic(args.url)
    clinic.http.headers["X-Forwarded-For"] = FORGED
    clinic.login(args.db, args.password_file.read_text().strip("\r\n"))
    version = clinic.info.get("websocket_worker_version", "")
    wanted = args.addons.split(",") if args.addons else ours()
    if args.pbx:
        secret = args.pbx.read_text().strip()
        values = {"name": "check", "code": "main", "secret": secret}
        clinic.call("usu.pbx", "create", values)
    elif args.calls:
        calls(clinic)
    elif args.nodes:
        nodes(args.nodes.split(","), clinic.cookie, version)
    else:
        inside(clinic, wanted)
        took = heard(clinic, clinic, version)
        tell(f"written and heard through {args.url}: {took:.0f} ms")


def ours():
    """Those that do not wait for another app."""
    found = ROOT.glob("addons/*/__manifest__.py")
    return [p.parent.name for p in found if '"auto_install"' not in p.read_text()]


if __name__ == "__main__":
    main()
