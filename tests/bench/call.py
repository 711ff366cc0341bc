"""From a client's INVITE to the painted card, beside its parts, in one run.

    ./usu bench call [--quick] [--clients 100000] [--calls 50] [--flood 500]

A real Asterisk, the connector, one Odoo with workers, one operator in Chromium, known
clients called at random among many. Each call is timed from the INVITE to
  bus    the web client's websocket got the message
  card   company, category and warning are painted (two animation frames later)
Then ``--flood`` calls within seconds, posted as the connector posts them: every one
must be in the log and must have reached the operator's browser. The exit status is 1
only when one was lost. Needs Asterisk from Debian's mirror.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [
    str(ROOT / folder)
    for folder in ("tests", "tests/asterisk", "tests/scenarios", "tests/bench")
]
sys.path.append(str(ROOT / "addons/usu_callcard/connector"))

import _call_world as world  # noqa: E402
import env as tools  # noqa: E402
import kit  # noqa: E402
from usu_callcard_connector.poster import sign  # noqa: E402

HERE = Path(__file__).resolve().parent
# notes when a card appears, and when its client is painted
WATCH = """() => {
    const now = () => performance.timeOrigin + performance.now();
    const painted = (note) => requestAnimationFrame(() => requestAnimationFrame(note));
    window.seen = {};
    new MutationObserver(() => {
        for (const card of document.querySelectorAll(".o-usu-Card")) {
            const id = card.dataset.call;
            const seen = (window.seen[id] ||= {});
            if (!seen.ring) {
                seen.ring = now();
            }
            if (!seen.asked && card.querySelector(".o-usu-Card-warning")) {
                seen.asked = true;
                painted(() => (seen.card = now()));
            }
        }
    }).observe(document.body, { childList: true, subtree: true });
}"""
FILL = """
import sys
sys.path.insert(0, {folder!r})
from _routing_fill import clients
first = clients(env, {count})
firm = env["res.partner"].create({{"name": "Northern Light", "is_company": True}})
vip = env["usu.client.category"].search([("name", "=", "VIP")], limit=1)
env.flush_all()
env.cr.execute(
    "UPDATE res_partner SET usu_note = 'Allergic to lidocaine', usu_category_id = %s,"
    " parent_id = %s, commercial_partner_id = %s WHERE id >= %s AND id < %s",
    [vip.id, firm.id, firm.id, first, first + {count}],
)
env.cr.commit()
env.cr._cnx.autocommit = True
env.cr.execute("VACUUM ANALYZE res_partner")
env.cr.execute("VACUUM ANALYZE usu_contact_point")
"""


def main(argv):
    parser = argparse.ArgumentParser(prog="usu bench call")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--clients", type=int, default=100_000)
    parser.add_argument("--calls", type=int, default=50)
    parser.add_argument("--flood", type=int, default=500)
    options = parser.parse_args(argv)
    if options.quick:
        options.clients, options.calls, options.flood = 1000, 5, 50
    with tools.scratch(demo=True) as db:
        tools.shell(db, FILL.format(folder=str(HERE), count=options.clients))
        with tools.Server(db, name="call") as server:
            return measure(server, options)


def measure(server, options):
    from conftest import Rpc
    from playwright.sync_api import sync_playwright

    rpc = Rpc(server)
    world.make_clinic(rpc)
    with sync_playwright() as play, tempfile.TemporaryDirectory() as folder:
        chromium = play.chromium.launch(
            executable_path=_chromium(), args=["--no-sandbox"]
        )
        page = open_page(chromium, server)
        try:
            with kit.Asterisk(folder) as pbx:
                with world.Connector(pbx, server.url, server.db, folder):
                    rows = ring(pbx, page, rpc, options)
        except kit.NotAvailable as why:
            print(f"no Asterisk here: {why}")
            return 0
        report(rows, options)
        lost = flood(server, page, rpc, options)
        chromium.close()
    return 1 if lost else 0


def _chromium():
    from conftest import _chromium as found

    return found()


def open_page(chromium, server):
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    values = {"db": server.db, "login": "call_anna", "password": "call_anna"}
    context.request.post(
        f"{server.url}/web/session/authenticate",
        data={"jsonrpc": "2.0", "params": values},
    )
    page = context.new_page()
    page.goto(f"{server.url}/odoo")
    page.wait_for_selector(".o_main_navbar", timeout=90_000)
    page.wait_for_timeout(3000)
    page.evaluate(WATCH)
    return page


def ring(pbx, page, rpc, options):
    """One call after another; milliseconds of each from its INVITE."""
    pbx.phone("101")
    dice = random.Random(7)
    rows = []
    for _index in range(options.calls + 3):
        number = f"7916{dice.randrange(options.clients):07d}"
        began = time.time() * 1000
        call = pbx.trunk_call(number, did=world.ONE)
        page.wait_for_selector(".o-usu-Card-warning")
        page.wait_for_timeout(100)
        found = rpc("usu.call", "search_read", [], ["id"], 0, 1, "id desc")[0]
        seen = page.evaluate("id => seen[id]", str(found["id"]))
        rows.append((seen["ring"] - began, seen["card"] - began))
        call.hangup()
        page.wait_for_selector(".o-usu-Card", state="detached")
        pbx.wait_quiet()
    return rows[3:]  # the first ones warm up what is compiled and cached once


def share(values, part):
    values = sorted(values)
    return values[min(int(len(values) * part), len(values) - 1)]


def report(rows, options):
    print(f"{len(rows)} calls, {options.clients} clients; ms from the INVITE")
    print(f"{'':34}{'p50':>8}{'p95':>8}{'max':>8}")
    names = ("ringing card (number only)", "whole card painted")
    figures = {}
    for name, values in zip(names, zip(*rows, strict=True), strict=True):
        p50, p95, most = share(values, 0.5), share(values, 0.95), max(values)
        print(f"{name:34}{p50:8.0f}{p95:8.0f}{most:8.0f}")
        figures[name] = [round(p50), round(p95), round(most)]
    print(json.dumps({"bench": "call", "clients": options.clients, **figures}))


def flood(server, page, rpc, options):
    """Many calls at once, posted as the connector does; how many were lost."""
    began = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: post(server.url, n), range(options.flood)))
    seconds = time.monotonic() - began
    domain = [["outside_id", "=like", "flood.%"]]
    logged = rpc("usu.call", "search_count", domain)
    end = time.monotonic() + 120
    cards = 0
    while cards < options.flood and time.monotonic() < end:
        page.wait_for_timeout(500)
        cards = page.locator(".o-usu-Card").count()
    print(
        f"flood: {options.flood} calls posted in {seconds:.1f} s,"
        f" {logged} in the log, {cards} cards"
    )
    return options.flood - min(logged, cards)


def post(url, number):
    import urllib.error
    import urllib.request

    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    event = {
        **{"call": f"flood.{number}", "seq": 1, "type": "ring", "at": now},
        **{"direction": "incoming", "number": f"7916{number:07d}", "did": ""},
        **{"ringing": ["101"], "rang": ["101"], "started_at": now},
    }
    body = json.dumps({"events": [event]}).encode()
    while True:
        stamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "X-Usu-Pbx": world.CODE,
            "X-Usu-Timestamp": stamp,
            "X-Usu-Signature": sign(world.SECRET, stamp, body),
        }
        request = urllib.request.Request(url + "/usu_callcard/events", body, headers)
        try:
            return urllib.request.urlopen(request, timeout=60).read()
        except urllib.error.HTTPError as error:
            if error.code != 429:
                raise
            time.sleep(1)
