"""Two Odoo nodes on one PostgreSQL behind nginx: who meets whom, and restarts.

    ./usu prove two_nodes [--across]

First everybody is tied to one node: the visitor writes at the first, the employee
listens at the second and answers there; a telephone event and a letter come in at the
first, pop-up and card appear at the second; files and sessions are shared.

Then all come through nginx, and under load (visitors writing, calls beginning and
ending, letters arriving) each node is restarted in turn the gentle way, and at last one
is killed outright. What was taken must be there exactly once; what was refused in the
meantime is counted. ``--across``: the first part only.
"""

import contextlib
import json
import signal
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import env
import requests

sys.path[:0] = [str(Path(__file__).resolve().parent), str(env.ROOT / "tests")]
sys.path.append(str(env.ROOT / "addons/usu_callcard/connector"))
from _nodes_kit import Guest, Listener, Nginx, end, hears  # noqa: E402
from conftest import Rpc  # noqa: E402
from usu_callcard_connector.poster import sign  # noqa: E402

from tests.dovecot import Dovecot, letter  # noqa: E402

# two of us ask for the same job at once
EXPECTED = "already executing"
SECRET, PBX = "secret-of-two-nodes", "nodes"
ANNA, BORIS = "nodes_anna", "nodes_boris"
SEED = """
from odoo import Command
users = env["res.users"].create([{"name": n.title(), "login": f"nodes_{n}",
    "password": f"nodes_{n}", "group_ids": [
        Command.link(env.ref("usu_routing.usu_routing_group_user").id),
        Command.link(env.ref("im_livechat.im_livechat_group_user").id)]}
    for n in ("anna", "boris")])
desk = env["helpdesk.ticket.team"].create(
    {"name": "Two nodes", "user_ids": [Command.set(users.ids)]})
for name in desk.usu_agent_ids._fields:
    if name.startswith("capacity_"):
        desk.usu_agent_ids.write({name: 0})
rules = env["usu.guard.rule"].search([])
rules.write(dict.fromkeys(("address_soft", "address_hard", "address_day",
    "subject_soft", "subject_hard", "site_soft"), 0))
chat = env["im_livechat.channel"].create({"name": "Two nodes", "usu_desk_id": desk.id,
    "user_ids": [Command.set(users.ids)], "usu_question_ids": [
    Command.create({"name": "Your name", "role": "name", "required": True}),
    Command.create({"name": "Telephone", "kind": "phone", "role": "phone"})]})
env["usu.pbx"].create({"name": "Two nodes", "code": %(pbx)r, "secret": %(secret)r,
    "desk_id": desk.id, "extension_ids": [
        Command.create({"number": str(101 + i), "user_id": u.id})
        for i, u in enumerate(users)]})
env["res.partner"].create([{"name": f"Client {i}", "email": f"c{i}@home.test"}
    for i in range(400)])
env["ir.config_parameter"].set_param("web.base.url", %(url)r)
env["ir.config_parameter"].set_param("usu_intake.letters_per_hour", "1000000")
env["fetchmail.server"].search([]).write({"active": False})
post = env["fetchmail.server"].create({"name": "Two nodes", "server_type": "imap",
    "server": "127.0.0.1", "port": %(imap)d, "user": "desk@clinic.test",
    "password": "secret", "state": "done", "usu_intake": True, "usu_team_id": desk.id,
    "usu_address": "desk@clinic.test", "usu_check_dkim": False,
    "usu_acknowledge": False})
env.cr.commit()
print("SEEDED", json.dumps({"chat": chat.id, "desk": desk.id, "post": post.id}))
"""
PRESENT = """
for login in ("nodes_anna", "nodes_boris"):
    user = env["res.users"].search([("login", "=", login)])
    env["mail.presence"]._update_presence(user)
env.cr.commit()
"""


class World:
    """The clinic, its nodes, and what was sent to it."""

    def __init__(self, db, post):
        self.db = db
        options = {"proxy_mode": True, "workers": 2, "cron": 1}
        self.nodes = [env.Server(db, name=f"node{i}", **options) for i in (1, 2)]
        self.post = post
        self.box = post.mailbox("desk@clinic.test")
        self.calls, self.letters, self.refused = [], [], 0

    def seed(self, url):
        values = {"pbx": PBX, "secret": SECRET, "url": url}
        code = "import json\n" + SEED % (values | {"imap": self.post.imap_port})
        printed = env.shell(self.db, code)
        self.ids = json.loads(printed.split("SEEDED ", 1)[1].splitlines()[0])

    def rpc(self, url, login="admin"):
        return Rpc(SimpleNamespace(url=url, db=self.db), login, login)

    def present(self):
        env.shell(self.db, PRESENT)

    def listener(self, url, socket, login):
        http = requests.Session()
        params = {"db": self.db, "login": login, "password": login}
        answer = http.post(
            url + "/web/session/authenticate", json={"params": params}, timeout=60
        ).json()["result"]
        cookie = f"session_id={http.cookies['session_id']}"
        one = Listener(socket, answer["websocket_worker_version"], cookie)
        one.login = login
        return one.begin()

    def event(self, url, call, seq, kind, **values):
        """As the connector posts it: again until it is taken."""
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        event = {
            **{"call": call, "seq": seq, "type": kind, "at": now, "did": ""},
            **{"direction": "incoming", "number": f"7916{abs(hash(call)) % 10**7:07d}"},
            **{"ringing": ["101"], "rang": ["101"], "started_at": now},
            **values,
        }
        body = json.dumps({"events": [event]}).encode()
        while True:
            stamp = str(int(time.time()))
            headers = {
                "Content-Type": "application/json",
                "X-Usu-Pbx": PBX,
                "X-Usu-Timestamp": stamp,
                "X-Usu-Signature": sign(SECRET, stamp, body),
            }
            with contextlib.suppress(requests.RequestException):
                answer = requests.post(
                    url + "/usu_callcard/events", body, headers=headers, timeout=60
                )
                if answer.status_code == 200:
                    return answer.json()
            self.refused += 1
            time.sleep(0.3)

    def collect(self, rpc):
        """Fetch the mailbox now, at whichever node answers; it wakes the processing,
        which the scheduled jobs of both nodes do."""
        with contextlib.suppress(RuntimeError, OSError):
            _model, cron = rpc(
                "ir.model.data", "check_object_reference", "usu_intake", "ir_cron_fetch"
            )
            rpc("ir.cron", "method_direct_trigger", [cron])


def across(world):
    """Everybody tied to one node; seconds until the other node's people hear."""
    first, second = (n.url for n in world.nodes)
    socket_first, socket_second = (n.websocket_url for n in world.nodes)
    staff = [world.listener(second, socket_second, n) for n in (ANNA, BORIS)]
    world.present()
    took = {}

    def note(what, kind, wanted, *listeners):
        took[what] = hears(kind, wanted, *listeners, seconds=90)
        print(f"   {what:16} heard at the other node after {took[what] * 1000:5.0f} ms")

    guest = Guest(first, world.ids["chat"], "Marta", "+374 77 000001").open("Hello?")
    note("chat: task", "usu_routing/task", "Marta", *staff)
    note("chat: message", "discuss.channel/new_message", "Hello?", *staff)
    visitor = Listener(
        socket_first,
        staff[0].version,
        channels=[f"mail.guest_{guest.token}", f"discuss.channel_{guest.dialogue}"],
    ).begin()
    time.sleep(1)
    answers = next(one for one in staff if one.has("usu_routing/task", "Marta"))
    colleague = world.rpc(second, answers.login)
    colleague("discuss.channel", "message_post", [guest.dialogue], body="Good morning!")
    note("chat: answer", "discuss.channel/new_message", "Good morning!", visitor)
    world.event(first, "nodes.1", 1, "ring")
    note("call: ring", "usu_callcard/ring", '"ringing"', staff[0])
    world.event(first, "nodes.1", 2, "hangup", outcome="missed", ringing=[])
    note("call: gone", "usu_callcard/gone", '"id"', staff[0])
    world.box.append(letter(sender="c7@home.test", subject="Across the nodes"))
    world.collect(world.rpc(first))
    note("letter: task", "usu_routing/task", "Across the nodes", *staff)
    file = world.rpc(first)("ir.attachment", "create", {"name": "x", "datas": "eHl6"})
    (read,) = world.rpc(second)("ir.attachment", "read", [file], ["datas"])
    assert read["datas"] == "eHl6", "the nodes do not share their files"
    for listener in (*staff, visitor):
        listener.over.set()
    return took


class Load:
    """Visitors, telephone and post, until told to end."""

    def __init__(self, world, url, visitors=6):
        self.world, self.url = world, url
        self.over = threading.Event()
        self.guests = [
            Guest(url, world.ids["chat"], f"Load {n}", f"+374 77 2{n:05d}").open(
                f"v{n} m0"
            )
            for n in range(visitors)
        ]
        jobs = [(self.visitor, n) for n in range(visitors)]
        jobs += [(self.telephone, n) for n in range(2)] + [(self.mail, 0)]
        jobs += [(self.collector, 0)]
        self.threads = [threading.Thread(target=j, args=(n,)) for j, n in jobs]
        for thread in self.threads:
            thread.start()

    def visitor(self, number):
        count = 0
        while not self.over.wait(0.3):
            count += 1
            self.guests[number].write(f"v{number} m{count}")

    def telephone(self, number):
        count = 0
        while not self.over.wait(0.2):
            count += 1
            call = f"load.{number}.{count}"
            self.world.event(self.url, call, 1, "ring")
            answered = {"ringing": [], "extension": "101", "answered_by": ["101"]}
            self.world.event(self.url, call, 2, "answer", **answered)
            ended = answered | {"outcome": "answered", "live": True}
            self.world.event(self.url, call, 3, "hangup", **ended)
            self.world.calls.append(call)

    def mail(self, _number):
        count = 0
        while not self.over.wait(1.5):
            count += 1
            subject = f"Load letter {count}"
            self.world.box.append(letter(sender=f"c{count}@home.test", subject=subject))
            self.world.letters.append(subject)

    def collector(self, _number):
        rpc = self.world.rpc(self.url)
        while not self.over.wait(2):
            self.world.collect(rpc)

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join(120)


def restarts(world, nginx):
    """Under load: each node gently, then one killed. Seconds of each, what was cut."""
    times = {}
    for number, node in enumerate(world.nodes, 1):
        begun, refused = time.monotonic(), total_refused(world)
        nginx.send_to_all_but(node)
        end(node)
        node.start()
        nginx.send_to_all_but()
        time.sleep(3)
        spent = time.monotonic() - begun
        times[f"node {number} restarted"] = (spent, total_refused(world) - refused)
    begun, refused = time.monotonic(), total_refused(world)
    end(world.nodes[0], signal.SIGKILL)
    time.sleep(3)
    world.nodes[0].start()
    time.sleep(3)
    spent = time.monotonic() - begun
    times["node 1 killed"] = (spent, total_refused(world) - refused)
    return times


def total_refused(world):
    return world.refused + sum(g.repeated for g in world.load.guests)


def stored(world, listeners):
    """Compare what was sent with what is there."""
    rpc = world.rpc(world.nodes[1].url)
    rows = {}
    sent, there, disorder = [], [], 0
    for guest in world.load.guests:
        found = rpc(
            *("mail.message", "search_read"),
            [["model", "=", "discuss.channel"], ["res_id", "=", guest.dialogue]],
            ["body"],
            order="id",
        )
        texts = [f["body"].replace("<p>", "").replace("</p>", "") for f in found]
        texts = [t for t in texts if t.startswith("v")]
        disorder += list(dict.fromkeys(texts)) != guest.sent
        sent += guest.sent
        there += texts
    rows["messages of visitors"] = (sent, there)
    found = rpc("usu.call", "search_read", [["outside_id", "=like", "load.%"]])
    there = [c["outside_id"] for c in found if c["outside_id"] in world.calls]
    ended = [c for c in found if c["outside_id"] in world.calls and c["ended_at"]]
    rows["calls, ended"] = (world.calls, [c["outside_id"] for c in ended])
    found = rpc(
        "usu.intake.item", "search_read", [["subject", "=like", "Load letter%"]]
    )
    rows["letters, processed"] = (
        world.letters,
        [i["subject"] for i in found if i["state"] == "done"],
    )
    found = rpc("mail.message", "search_read", [["subject", "=like", "Load letter%"]])
    rows["letters on their requests"] = (
        world.letters,
        [m["subject"] for m in found if m["model"] == "helpdesk.ticket"],
    )
    ids = {
        c["id"]
        for c in rpc(
            "usu.call", "search_read", [["outside_id", "in", world.calls]], ["id"]
        )
    }
    heard = {p["id"] for p in listeners[0].payloads("usu_callcard/ring")}
    rows["rings heard by the employee"] = (sorted(ids), sorted(heard & ids))
    return rows, disorder


def judge(rows, disorder, kills):
    bad = []
    print(f"\n{'':30}{'sent':>8}{'there':>8}{'lost':>8}{'doubled':>9}")
    for name, (sent, there) in rows.items():
        lost = len(set(sent) - set(there))
        doubled = len(there) - len(set(there))
        print(f"{name:30}{len(sent):8}{len(there):8}{lost:8}{doubled:9}")
        # a visitor's browser cannot tell an answer that was cut off from a refusal
        allowed = kills if name.startswith("messages") else 0
        if lost or doubled > allowed:
            bad.append(f"{name}: {lost} lost, {doubled} doubled")
    if disorder:
        bad.append(f"{disorder} dialogues out of order")
    return bad


def under_load(world, nginx):
    listeners = [world.listener(nginx.url, nginx.url, ANNA)]
    world.present()
    world.load = Load(world, nginx.url)
    time.sleep(4)
    times = restarts(world, nginx)
    time.sleep(2)
    world.load.stop()
    rpc = world.rpc(nginx.url)
    until = time.monotonic() + 300
    open_items = [["subject", "=like", "Load letter%"], ["state", "=", "done"]]
    while rpc("usu.intake.item", "search_count", open_items) < len(world.letters):
        if time.monotonic() > until:
            break
        world.collect(rpc)
        time.sleep(2)
    time.sleep(2)
    rows, disorder = stored(world, listeners)
    listeners[0].over.set()
    for what, (seconds, refused) in times.items():
        print(f"   {what}: {seconds:.0f} s, {refused} requests asked again")
    slowest = max(g.slowest for g in world.load.guests)
    print(
        f"   a visitor waited {slowest:.1f} s at most; websocket cut {listeners[0].cut}"
    )
    killed = times["node 1 killed"][1]
    bad = judge(rows, disorder, killed)
    gentle = sum(n for what, (_s, n) in times.items() if "restarted" in what)
    if gentle:
        bad.append(f"{gentle} requests refused while nodes were restarted gently")
    figures = {k: [len(s), len(t)] for k, (s, t) in rows.items()}
    return bad, figures | {"asked again": {k: n for k, (_s, n) in times.items()}}


def main(argv):
    figures, bad = {}, []
    with (
        env.scratch(*env.ADDONS) as db,
        Dovecot() as post,
        contextlib.ExitStack() as stack,
    ):
        world = World(db, post)
        nginx = Nginx(world.nodes)
        world.seed(nginx.url)
        for node in world.nodes:
            stack.enter_context(node)
        stack.enter_context(nginx)
        took = across(world)
        figures["across_ms"] = {k: round(v * 1000) for k, v in took.items()}
        if "--across" not in argv:
            bad, more = under_load(world, nginx)
            figures |= more
        noise = [x for n in world.nodes for x in n.warnings() if EXPECTED not in x]
        figures["log"] = len(noise)
        for line in noise[:8]:
            print(f"   {line[:200]}")
    print(json.dumps({"prove": "two_nodes", **figures, "bad": bad}))
    return int(bool(bad))
