"""R10 and R16: a running server and a real browser.

R16: how long from the commit of a request to the pop-up on the screen of whoever became
responsible, and is there always exactly one task. R10: how late a timer fires, while an
employee's browser is open and on Odoo's minute job alone.
"""

import re
import time
from contextlib import contextmanager
from functools import partial

import env as tools
from _routing_choice import receive
from _routing_world import ADMIN, closed_stage, desk, people

WAIT_SECONDS = 12
LATEST_MS = 30_000
# every pop-up by its request's title: when it was on the screen, Unix milliseconds
WATCH = """
() => {
    window.usuShown = {};
    new MutationObserver(() => {
        for (const el of document.querySelectorAll(".o-usu-Task")) {
            const title = el.querySelector("strong")?.textContent;
            if (title && !(title in window.usuShown)) {
                window.usuShown[title] = Date.now();
            }
        }
    }).observe(document.body, { childList: true, subtree: true });
}
"""


@contextmanager
def browser_of(server, login):
    """A page of the web client of this employee."""
    import shutil

    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        page = chromium.new_page()
        page.goto(f"{server.url}/web/login")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", login)
        page.press("input[name=password]", "Enter")
        page.wait_for_selector(".o_main_navbar", timeout=180_000)
        page.wait_for_timeout(5_000)  # the bus connects after the page
        page.evaluate(WATCH)
        try:
            yield page
        finally:
            chromium.close()


def staff(world, count, name):
    """Employees who sign in with their login as password; a desk with two of them."""
    with world.env() as env:
        groups = ("usu_routing.usu_routing_group_user",)
        user_ids = people(env, count, name, groups)
        for user in env["res.users"].browse(user_ids):
            user.password = user.login
        steps = [{"strategy": "least_loaded", "respect_capacity": False,
                  "wait_seconds": WAIT_SECONDS, "on_timeout": "again"}]  # fmt: skip
        return user_ids, desk(env, user_ids, steps, name).id


def _give(world, desk_id, key):
    """``(request, responsible, Unix milliseconds just before the commit)``"""
    with world.registry.cursor() as cr:
        env = world.odoo.api.Environment(cr, 1, {})
        receipt = receive(env, desk_id, key, channel="email")
        env.cr.flush()
        before = time.time() * 1000
    return receipt.request_id, receipt.user_id, before


# ------------------------------------------------------------------------- R16: pop-up


def popups(world, server, count):
    user_ids, desk_id = staff(world, 1, "r16")
    with world.env() as env:
        login = env["res.users"].browse(user_ids[0]).login
    given, late = {}, []
    with browser_of(server, login) as page:
        for n in range(count):
            request_id, _user, before = _give(world, desk_id, f"r16-{n}")
            title = f"Request r16-{n}"
            given[request_id] = title
            try:
                page.wait_for_function(
                    "(title) => title in window.usuShown", arg=title, timeout=LATEST_MS
                )
                late.append(page.evaluate("(t) => window.usuShown[t]", title) - before)
            except Exception:  # noqa: BLE001 - a pop-up that did not come is counted
                late.append(LATEST_MS)
            page.wait_for_timeout(100)
    work = partial(_tasks, request_ids=list(given), user_id=user_ids[0])
    return {"times": late, **world.transaction(work)[0]}


def _tasks(env, request_ids, user_id):
    """One task each; on a hand-over it moves; when the request ends it is done."""
    receiver = people(env, 1, "r16_other")[0]
    tickets = env["helpdesk.ticket"].browse(request_ids)
    tickets.team_id.user_ids = [(4, receiver)]
    first = _open_tasks(env, request_ids)
    for ticket in tickets[::2]:
        ticket.with_user(ADMIN).user_id = receiver
    moved = _open_tasks(env, request_ids)
    tickets[1::2].with_user(ADMIN).write({"stage_id": closed_stage(env).id})
    ended = _open_tasks(env, request_ids)
    one = [[user_id]] * len(request_ids)
    after = [[user_id] if n % 2 else [receiver] for n in range(len(request_ids))]
    end = [[] if n % 2 else [receiver] for n in range(len(request_ids))]
    return {"one_task": first == one, "moved": moved == after, "done": ended == end}


def _open_tasks(env, request_ids):
    """Employees of the open tasks of each request."""
    env.flush_all()
    env.cr.execute(
        "SELECT res_id, array_agg(user_id) FROM mail_activity WHERE active"
        " AND res_model = 'helpdesk.ticket' AND res_id = ANY(%s) GROUP BY res_id",
        [request_ids],
    )
    found = dict(env.cr.fetchall())
    return [found.get(request_id, []) for request_id in request_ids]


# ------------------------------------------------------------------------- R10: timers


def timers(world, server, count):
    """How late requests are passed on, in seconds, with a browser and without."""
    user_ids, desk_id = staff(world, 3, "r10")
    with world.env() as env:
        login = env["res.users"].browse(user_ids[0]).login
    with browser_of(server, login):
        with_browser = _lateness(world, desk_id, count, "open")
    alone = _lateness(world, desk_id, max(count // 2, 2), "alone")
    return {"open": with_browser, "alone": alone}


def _lateness(world, desk_id, count, name):
    ids = []
    for n in range(count):
        with world.env() as env:
            receipt = receive(env, desk_id, f"r10-{name}-{n}", channel="chat")
            ids.append(receipt.request_id)
        time.sleep(0.3)
    end = time.monotonic() + WAIT_SECONDS + 90
    rows = []
    while len(rows) < count and time.monotonic() < end:
        time.sleep(1.0)
        with world.env(commit=False) as env:
            rows = _passed_on(env, ids)
    # nothing of this part may fire in the next
    world.transaction(lambda env: _close(env, ids), uid=ADMIN)
    missing = count - len(rows)
    return [row[0] for row in rows] + [90.0] * missing


def _close(env, ids):
    tickets = env["helpdesk.ticket"].browse(ids)
    tickets.write({"stage_id": closed_stage(env).id})


def _passed_on(env, ids):
    """Seconds from the end of the first timer to the decision that passed it on."""
    env.cr.execute(
        "SELECT extract(epoch FROM min(e.date) - date_trunc('second', a.date))::float"
        " - %s FROM usu_routing_decision a JOIN usu_routing_decision e"
        " ON e.previous_token = a.token AND e.kind = 'escalate'"
        " WHERE e.request_ref = ANY(%s) AND a.kind = 'assign' GROUP BY a.token, a.date",
        [WAIT_SECONDS, ids],
    )
    return env.cr.fetchall()


# ----------------------------------------------------------------------------- running


def live(world, conf_db, work, count):
    """``work`` beside a server with a cron thread on the same database."""
    with tools.Server(conf_db, cron=1, name="routing") as server:
        result = work(world, server, count)
        log = server.log.read_text(errors="replace")
    result["errors"] = len(re.findall(r" (?:ERROR|CRITICAL) ", log))
    return result
