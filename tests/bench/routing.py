"""Speed of the choice, of the open request and of identification, at full size.

    ./usu bench routing [--quick] [--size 1000000]

R4 a decision among 50 and among 1,000 people, R5 the client's open request, and who a
telephone number is, each beside what Odoo and OCA offer for it, on the same rows in
the same run (our indexes are dropped for the peer, in a transaction given up again).
Exit status 1 when a plan reads a whole table or more pages than it may, or when a
number is taken for the wrong client; times are printed beside their goals only.
"""

import argparse
import random
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
for folder in (HERE, HERE.parent / "prove", HERE.parents[1] / "tools"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

import _routing_fill as fill  # noqa: E402
import env as tools  # noqa: E402
from _routing_world import Verdicts, desk, in_odoo, quantile, table  # noqa: E402

STEPS = [{"strategy": "least_loaded", "respect_capacity": False}]
WARM = 5
OURS = """
    SELECT indexname FROM pg_indexes WHERE tablename IN ('helpdesk_ticket',
    'usu_contact_point') AND indexname LIKE '%usu%' AND indexdef NOT LIKE '%pkey%'
"""


def timed(count, work):
    """Milliseconds of ``work(n)``, the first few runs left out."""
    times = []
    for n in range(count + WARM):
        began = time.perf_counter()
        work(n)
        times.append((time.perf_counter() - began) * 1000)
    return times[WARM:]


def explain(env, sql):
    """Pages touched, whole-table reads and index-only scans of a query, run warm."""
    from odoo.tools import SQL

    for _warm in range(2):
        rows = env.execute_query(SQL("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) %s", sql))
    plan = rows[0][0][0]["Plan"]
    nodes, todo = [], [plan]
    while todo:
        node = todo.pop()
        nodes.append(node)
        todo += node.get("Plans", [])
    scans = [n for n in nodes if n["Node Type"] in ("Seq Scan", "Parallel Seq Scan")]
    big = {"helpdesk_ticket", "usu_contact_point", "res_partner"}
    return {
        "pages": plan["Shared Hit Blocks"] + plan["Shared Read Blocks"],
        "whole": sorted({n["Relation Name"] for n in scans} & big),
        "only": any(n["Node Type"] == "Index Only Scan" for n in nodes),
    }


class Stock:
    """Without our indexes: what a database without our addons would do."""

    def __init__(self, world):
        self.world = world

    def __enter__(self):
        self.cursor = self.world.registry.cursor()
        self.cursor.execute(OURS)
        for (name,) in self.cursor.fetchall():
            self.cursor.execute(f'DROP INDEX "{name}"')
        return self.world.odoo.api.Environment(self.cursor, 1, {})

    def __exit__(self, *exc):
        self.cursor.rollback()
        self.cursor.close()


# -------------------------------------------------------------------------- the figures


def prepare(world, size):
    """Fill the database; ``{name: id}`` of what was made."""
    began = time.monotonic()
    with world.env() as env:
        few = desk(env, [], STEPS, "Fifty")
        many = desk(env, [], STEPS, "Thousand")
        first_few, first_many = fill.staff(env, few, 50), fill.staff(env, many, 1000)
        first_client = fill.clients(env, size)
        for team, first, count in ((few, first_few, 50), (many, first_many, 1000)):
            share = size * count // 1050
            fill.tickets(env, team, first, count, first_client, size, share)
        ids = {"few": few.id, "many": many.id, "first_client": first_client}
    fill.settle(world.registry, "res_partner", "res_users", "usu_contact_point",
                "helpdesk_ticket", "usu_routing_agent")  # fmt: skip
    print(
        f"filled with {size:,} requests and clients: {time.monotonic() - began:.0f} s"
    )
    return ids


def _members(env, desk_id):
    return env["helpdesk.ticket.team"].browse(desk_id).user_ids.ids


def decisions(world, desk_id, count):
    """R4: choose and reserve, as for a request that just arrived."""

    def choose(n):
        with world.env() as env:
            team = env["helpdesk.ticket.team"].browse(desk_id)
            env["usu.routing.chooser"]._choose(team, channel="email")

    times = timed(count, choose)
    with world.env() as env:
        user_ids = _members(env, desk_id)
        # without the reservations just made: their number is that of this loop
        limit = datetime.utcnow() + timedelta(seconds=1)
        plan = explain(env, env["usu.routing.reservation"]._open_sql(user_ids, limit))
        env.cr.execute(
            "SELECT duration_ms FROM usu_routing_decision WHERE desk_ref = %s",
            [desk_id],
        )
        counted = [row[0] for row in env.cr.fetchall()][WARM:]
    with Stock(world) as env:
        domain = [("user_id", "in", user_ids), ("closed", "=", False)]
        peer = timed(
            3,
            lambda n: env["helpdesk.ticket"]._read_group(
                domain, ["user_id"], ["__count"]
            ),
        )
    return {"people": len(user_ids), "times": times, "locked": counted, "peer": peer,
            **plan}  # fmt: skip


def open_request(world, first_client, size, count):
    """R5: has this client an open request?"""
    stream = random.Random(5)
    picks = [first_client + stream.randrange(size) for _n in range(count + WARM)]
    with world.env() as env:
        routing, Partner = env["usu.routing"], env["res.partner"]

        def look(n):
            env.invalidate_all()
            routing._open_request(Partner.browse(picks[n]))

        times = timed(count, look)
        query = env["helpdesk.ticket"]._search(
            [("partner_id", "=", picks[0]), ("usu_open", "=", True)],
            order="usu_active_at desc nulls last, id desc",
            limit=1,
        )
        plan = explain(env, query.select())
    with Stock(world) as env:
        peer = timed(
            3,
            lambda n: env["helpdesk.ticket"].search(
                [("partner_id", "=", picks[n]), ("closed", "=", False)], limit=1
            ),
        )
    return {"times": times, "peer": peer, **plan}


def writings(digits):
    """One number (ten national digits) as people and exchanges write it."""
    a, b, c, d = digits[:3], digits[3:6], digits[6:8], digits[8:]
    return (
        f"+7{digits}", f"+7 {a} {b}-{c}-{d}", f"8 ({a}) {b}-{c}-{d}", f"007{digits}",
        f"8{digits}", f"7{digits}", digits,
    )  # fmt: skip


def identification(world, first_client, size, count):
    """Who is this? By every writing of a number; how often it is the right one."""
    from odoo.addons.usu_routing.tools.values import Contact

    stream = random.Random(7)
    picks = [stream.randrange(min(size, 10**7)) for _n in range(count + WARM)]
    right = wrong = 0
    with world.env() as env:
        routing = env["usu.routing"]

        def who(n):
            nonlocal right, wrong
            env.invalidate_all()
            styles = writings(f"916{picks[n]:07d}")
            found = routing._identify(Contact(phone=styles[n % len(styles)]))
            ids = [c.partner_id for c in found if c.level in ("verified", "known")]
            right += ids == [first_client + picks[n]]
            wrong += bool(set(ids) - {first_client + picks[n]})

        times = timed(count, who)
        number = f"+7916{picks[0]:07d}"
        query = env["usu.contact.point"]._search(
            [("kind", "=", "phone"), ("value", "in", [number])]
        )
        plan = explain(env, query.select())
    peers = {}
    with Stock(world) as env:
        Partner = env["res.partner"]
        ways = {
            "phone_sanitized =": lambda n: [("phone_sanitized", "=", n)],
            "phone_mobile_search =": lambda n: [("phone_mobile_search", "=", n)],
            "phone ilike last 8": lambda n: [("phone", "ilike", n[-8:])],
        }
        for way, domain in ways.items():
            found, times_of = 0, []
            for pick in picks[:6]:
                number = f"+7916{pick:07d}"
                began = time.perf_counter()
                partners = Partner.search(domain(number), limit=5)
                times_of.append((time.perf_counter() - began) * 1000)
                found += partners.ids == [first_client + pick]
            peers[way] = {"times": times_of[1:], "right": found / 6}
    return {
        "times": times, "right": right / (count + WARM), "wrong": wrong,
        "peers": peers, **plan,
    }  # fmt: skip


def bench(world, size, count):
    ids = prepare(world, size)
    return {
        "few": decisions(world, ids["few"], count),
        "many": decisions(world, ids["many"], max(count // 4, 10)),
        "open": open_request(world, ids["first_client"], size, count),
        "who": identification(world, ids["first_client"], size, count),
    }


# ---------------------------------------------------------------------------- reporting


def both(times):
    return [f"{quantile(times, share):.2f}" for share in (0.5, 0.95)]


def line(what, got, goal, pages):
    whole = ", ".join(got["whole"]) or "no"
    peer = f"{quantile(got['peer'], 0.5):.1f}" if got.get("peer") else ""
    ratio = quantile(got["peer"], 0.5) / quantile(got["times"], 0.5) if peer else 0
    return [
        what, *both(got["times"]), goal, got["pages"], pages, whole, peer,
        f"{ratio:.0f} x" if peer else "",
    ]  # fmt: skip


def figures(got, goal):
    return {
        "p50_ms": round(quantile(got["times"], 0.5), 2),
        "p95_ms": round(quantile(got["times"], 0.95), 2),
        "goal_ms": goal,
        "pages": got["pages"],
    }


def report(got, size):
    verdicts = Verdicts()
    few, many, one, who = (got[key] for key in ("few", "many", "open", "who"))
    rows = [
        line("R4 decision, 50 people", few, 20, 200),
        line("R4 decision, 1,000 people", many, 60, 2500),
        line("R5 open request of a client", one, 5, 10),
        line("client by telephone number", who, 5, 10),
    ]
    table(
        f"{size:,} requests, {size:,} clients; milliseconds of whole ORM calls",
        ["what", "p50", "p95", "goal", "pages", "at most", "reads all of",
         "stock p50", "ratio"],
        rows,
    )  # fmt: skip
    table(
        "who is it",
        ["way", "p50", "p95", "right"],
        [["usu_routing, 7 writings", *both(who["times"]), f"{who['right']:.0%}"]]
        + [[way, *both(peer["times"]), f"{peer['right']:.0%}"]
           for way, peer in who["peers"].items()],
    )  # fmt: skip
    locked = quantile(few["locked"], 0.5), quantile(few["locked"], 0.95)
    print(
        f"  of a decision among 50, under the lock: {locked[0]:.2f} / {locked[1]:.2f}"
    )
    verdicts.check("R4 50", _plan(few, 200) and few["only"], figures(few, 20))
    verdicts.check("R4 1000", _plan(many, 2500) and many["only"], figures(many, 60))
    verdicts.check("R5", _plan(one, 10), figures(one, 5))
    right = who["right"] == 1.0 and not who["wrong"]
    verdicts.check("identify", _plan(who, 10) and right, figures(who, 5))
    return verdicts.end("routing at size")


def _plan(got, pages):
    return not got["whole"] and got["pages"] <= pages


def main(argv):
    parser = argparse.ArgumentParser(prog="routing", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--size", type=int)
    args = parser.parse_args(argv)
    size = args.size or (50_000 if args.quick else 1_000_000)
    with tools.scratch("usu_routing") as db:
        count = 40 if args.quick else 300
        got = in_odoo(tools.config(db), db, bench, size, count)
    return report(got, size)


if __name__ == "__main__":
    tools.start()
    sys.exit(main(sys.argv[1:]))
