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
import _routing_queries as queries  # noqa: E402
import env as tools  # noqa: E402
from _routing_world import Verdicts, desk, in_odoo, quantile, table  # noqa: E402

STEPS = [{"strategy": "least_loaded", "respect_capacity": False}]
WARM = 5
OURS = """
    SELECT indexname FROM pg_indexes WHERE tablename IN ('helpdesk_ticket',
    'usu_contact_point') AND indexname LIKE '%usu%' AND indexdef NOT LIKE '%pkey%'
"""


def timed(count, work):
    """Milliseconds of ``work(n)``, the first few runs left out; the last of them is
    the mean of this process's own work, without what others do on the machine."""
    times = []
    for n in range(count + WARM):
        if n == WARM:
            own = time.process_time()
        began = time.perf_counter()
        work(n)
        times.append((time.perf_counter() - began) * 1000)
    return times[WARM:], (time.process_time() - own) * 1000 / count


def explain(env, sql):
    """Pages touched, whole-table reads and index-only scans of a query, run warm."""
    from odoo.tools import SQL

    for _warm in range(2):
        rows = env.execute_query(SQL("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) %s", sql))
    plan, query = rows[0][0][0]["Plan"], rows[0][0][0]["Execution Time"]
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
        "query": query,
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
        fill.history(env, few.id, size // 5)
        ids = {"few": few.id, "many": many.id, "first_client": first_client}
    fill.settle(world.registry, "res_partner", "res_users", "usu_contact_point",
                "helpdesk_ticket", "usu_routing_agent", "usu_routing_decision",
                "usu_routing_alert", "mail_activity")  # fmt: skip
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

    times, own = timed(count, choose)
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
        peer, _own = timed(
            3,
            lambda n: env["helpdesk.ticket"]._read_group(
                domain, ["user_id"], ["__count"]
            ),
        )
    return {"times": times, "own": own, "locked": counted, "peer": peer, **plan}


def open_request(world, first_client, size, count):
    """R5: has this client an open request?"""
    stream = random.Random(5)
    picks = [first_client + stream.randrange(size) for _n in range(count + WARM)]
    with world.env() as env:
        routing, Partner = env["usu.routing"], env["res.partner"]

        def look(n):
            env.invalidate_all()
            routing._open_request(Partner.browse(picks[n]))

        times, own = timed(count, look)
        query = env["helpdesk.ticket"]._search(
            [("partner_id", "=", picks[0]), ("usu_open", "=", True)],
            order="usu_active_at desc nulls last, id desc",
            limit=1,
        )
        plan = explain(env, query.select())
    with Stock(world) as env:
        peer, _own = timed(
            3,
            lambda n: env["helpdesk.ticket"].search(
                [("partner_id", "=", picks[n]), ("closed", "=", False)], limit=1
            ),
        )
    return {"times": times, "own": own, "peer": peer, **plan}


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
            # a request knows its user and company, but no client and no number
            env["res.partner"].invalidate_model()
            env["usu.contact.point"].invalidate_model()
            styles = writings(f"916{picks[n]:07d}")
            found = routing._identify(Contact(phone=styles[n % len(styles)]))
            ids = [c.partner_id for c in found if c.level in ("verified", "known")]
            right += ids == [first_client + picks[n]]
            wrong += bool(set(ids) - {first_client + picks[n]})

        times, own = timed(count, who)
        number = f"+7916{picks[0]:07d}"
        query = env["usu.contact.point"]._search(
            [("kind", "=", "phone"), ("value", "in", [number])]
        )
        plan = explain(env, query.select())
    return {
        "times": times, "own": own, "right": right / (count + WARM), "wrong": wrong,
        "peers": identification_peers(world, first_client, picks), **plan,
    }  # fmt: skip


def identification_peers(world, first_client, picks):
    """The ways there are without contact points, given the same writings."""
    peers = {}
    with Stock(world) as env:
        Partner = env["res.partner"]

        def sanitized(number):
            e164 = env.user._phone_format(number=number, country=env.company.country_id)
            return [("phone_sanitized", "=", e164 or number)]

        def last_digits(number):
            digits = "".join(filter(str.isdigit, number))
            return [("phone", "ilike", digits[-8:])]

        ways = {
            "phone_sanitized =": sanitized,
            "phone_mobile_search =": lambda n: [("phone_mobile_search", "=", n)],
            "phone ilike last 8": last_digits,
        }
        for way, domain in ways.items():
            found, times = 0, []
            for number in range(15):
                pick = picks[number]
                styles = writings(f"916{pick:07d}")
                env.invalidate_all()
                began = time.perf_counter()
                partners = Partner.search(domain(styles[number % 7]), limit=5)
                times.append((time.perf_counter() - began) * 1000)
                found += bool(number) and partners.ids == [first_client + pick]
            peers[way] = {"times": times[1:], "right": found / 14}
    return peers


def bench(world, size, count):
    ids = prepare(world, size)
    return {
        "few": decisions(world, ids["few"], count),
        "many": decisions(world, ids["many"], max(count // 4, 10)),
        "open": open_request(world, ids["first_client"], size, count),
        "who": identification(world, ids["first_client"], size, count),
        "queries": queries.count(world, ids["few"], ids["first_client"] + 7),
    }


# ---------------------------------------------------------------------------- reporting


def both(times):
    return [f"{quantile(times, share):.2f}" for share in (0.5, 0.95)]


def line(what, got, goal, pages):
    whole = ", ".join(got["whole"]) or "no"
    row = [what, *both(got["times"]), goal, f"{got['own']:.2f}", f"{got['query']:.2f}"]
    row += [got["pages"], pages, whole]
    if "peer" not in got:
        return [*row, "", ""]
    stock = quantile(got["peer"], 0.5)
    return [*row, f"{stock:.1f}", f"{stock / got['query']:.0f} x"]


def figures(got, goal):
    return {
        "p50_ms": round(quantile(got["times"], 0.5), 2),
        "p95_ms": round(quantile(got["times"], 0.95), 2),
        "goal_ms": goal,
        "own_ms": round(got["own"], 2),
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
        ["what", "p50", "p95", "goal", "own work", "its query", "pages", "at most",
         "reads all of", "stock query", "ratio"],
        rows,
    )  # fmt: skip
    table(
        "who is it",
        ["way", "p50", "p95", "right"],
        [["usu_routing, 7 writings", *both(who["times"]), f"{who['right']:.0%}"]]
        + [[way, *both(peer["times"]), f"{peer['right']:.0%}"]
           for way, peer in who["peers"].items()],
    )  # fmt: skip
    table(
        "queries of a call in a fresh transaction",
        ["call", "queries", "reads all of"],
        [[name, number, ", ".join(whole) or "no"]
         for name, number, whole in got["queries"]],
    )  # fmt: skip
    print("  of a decision among 50, under the lock:", " / ".join(both(few["locked"])))
    verdicts.check("R4 50", _plan(few, 200) and few["only"], figures(few, 20))
    verdicts.check("R4 1000", _plan(many, 2500) and many["only"], figures(many, 60))
    verdicts.check("R5", _plan(one, 10), figures(one, 5))
    right = who["right"] == 1.0 and not who["wrong"]
    verdicts.check("identify", _plan(who, 10) and right, figures(who, 5))
    counts = {name: number for name, number, _whole in got["queries"]}
    whole = any(tables for _name, _number, tables in got["queries"])
    few_queries = counts["a choice"] <= 11 and counts["who is it (number)"] <= 2
    verdicts.check("queries", few_queries and not whole, counts)
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
