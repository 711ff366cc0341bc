"""Speed of the manager's view at full size.

    ./usu bench reports [--quick] [--size 1000000]

So many requests, calls and decisions over two years, at 20 desks of 10 people. Every
dashboard is asked for what the web client asks with its default filter, as the
administrator (all desks) and as the head of one desk; beside it the same without our
indexes, in a transaction given up again. Exit status 1 when a plan reads the whole of a
big table; the times are printed beside their goal only.
"""

import argparse
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
for folder in (HERE, HERE.parent / "prove", HERE.parents[1] / "tools"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

import _reports_fill as fill  # noqa: E402
import env as tools  # noqa: E402
from _routing_world import Verdicts, in_odoo, quantile, table  # noqa: E402

GOAL_MS = 1500
BIG = {"helpdesk_ticket", "usu_call", "usu_routing_decision", "usu_routing_presence"}
OURS = """
    SELECT indexname FROM pg_indexes WHERE indexname IN (
        'helpdesk_ticket_usu_received', 'helpdesk_ticket_usu_waits',
        'helpdesk_ticket_usu_partner', 'usu_call_usu_desk',
        'usu_call_number_index', 'usu_call__started_at_index',
        'usu_routing_decision_given')
"""


# --------------------------------------------------------- what the web client asks for


def weeks(field):
    return [(field, ">=", f"{datetime.utcnow() - timedelta(days=28):%Y-%m-%d}")]


def today(field):
    return [(field, ">=", f"{datetime.utcnow():%Y-%m-%d 00:00:00}")]


ANSWERS = ["service_level:avg", "answer_p50:avg", "answer_p95:avg", "missed:sum",
           "__count"]  # fmt: skip
FAIR = ["assigned:sum", "fair_share:sum", "deviation:sum", "present_hours:sum",
        "per_hour:avg", "spread:avg", "evenness:avg", "__count"]  # fmt: skip
CALLS = ["incoming:sum", "service_level:avg", "wait_p50:avg", "wait_p95:avg",
         "missed:sum", "called_back:sum", "__count"]  # fmt: skip


def pivot(env, model, domain, sets, aggregates):
    return env[model].formatted_read_grouping_sets(domain, sets, aggregates)


def rows(env, model, domain, order):
    fields = {"number": {}, "desk_id": {"fields": {"display_name": {}}}, "result": {}}
    return env[model].web_search_read(domain, fields, limit=80, order=order)


def dashboards():
    asked = [*weeks("date"), ("result", "!=", "none")]
    report, call = "usu.routing.report", "usu.call.report"
    waits = [("waiting_since", "!=", False)]
    incoming = [*weeks("date"), ("direction", "=", "incoming")]
    there = [*weeks("day"), ("present_hours", ">", 0)]
    by_desk = [[], ["desk_id"]]
    return {
        "wallboard": lambda env: env["usu.routing.wallboard"].get_board(),
        "waiting now": lambda env: rows(env, report, waits, "waiting_since"),
        "service level": lambda env: pivot(env, report, asked, by_desk, ANSWERS),
        "service level, channel": lambda env: pivot(
            env, report, asked, [[], ["desk_id"], ["desk_id", "channel"]], ANSWERS
        ),
        "service level, employee": lambda env: pivot(
            env, report, asked, [[], ["user_id"]], ANSWERS
        ),
        "service level, weekday": lambda env: pivot(
            env, report, asked, [[], ["weekday"], ["weekday", "hour"]], ANSWERS
        ),
        "repeat contacts": lambda env: pivot(
            env, report, asked, by_desk, ["repeat_rate:avg", "__count"]
        ),
        "repeat calls": lambda env: pivot(
            env, call, incoming, by_desk, ["repeat_rate:avg", "__count"]
        ),
        "busy hours": lambda env: env[report].formatted_read_group(
            weeks("date"), ["hour", "result"], ["__count"]
        ),
        "requests, list": lambda env: rows(env, report, weeks("date"), "date desc"),
        "fairness": lambda env: pivot(
            env, "usu.routing.fairness", there, by_desk, FAIR
        ),
        "calls": lambda env: pivot(env, call, incoming, by_desk, CALLS),
        "calls, hour": lambda env: pivot(
            env, call, incoming, [[], ["desk_id"], ["desk_id", "hour"]], CALLS
        ),
        "calls, list": lambda env: rows(env, call, incoming, "date desc"),
        "digest": digest,
    }


def digest(env):
    letter = env.ref("usu_routing_reports.usu_routing_reports_digest")
    return letter._compute_kpis(env.company, env.user)


# -------------------------------------------------------------------------- measurement


class Recorder:
    """The statements of a transaction that touch a big table."""

    def __init__(self, cr):
        self.cr, self.seen, self.plain = cr, [], cr.execute

    def __enter__(self):
        def execute(query, params=None, log_exceptions=True):
            text = str(getattr(query, "code", query))
            if text.lstrip().upper().startswith(("SELECT", "WITH")):
                self.seen.append((query, params))
            return self.plain(query, params, log_exceptions)

        self.cr.execute = execute
        return self.seen

    def __exit__(self, *exc):
        del self.cr.execute


def plan(cr, query, params):
    """``(big tables read whole, indexes used, milliseconds)`` of a statement."""
    from odoo.tools import SQL

    text = cr.mogrify(*(query.code, query.params) if isinstance(query, SQL)
                      else (query, params))  # fmt: skip
    cr.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + text.decode().replace("%", "%%"), ())
    found = cr.fetchone()[0][0]
    todo, whole, used = [found["Plan"]], set(), set()
    while todo:
        node = todo.pop()
        todo += node.get("Plans", [])
        if node["Node Type"].endswith("Seq Scan"):
            whole.add(node["Relation Name"])
        elif "Index Name" in node:
            used.add(node["Index Name"])
    return whole & BIG, used, found["Execution Time"]


def measure(world, uid, what, times):
    took, whole, used, slowest = [], set(), set(), 0.0
    for number in range(times + 1):
        with world.env(uid, commit=False) as env:
            began = time.perf_counter()
            if number:
                what(env)
                took.append((time.perf_counter() - began) * 1000)
                continue
            with Recorder(env.cr) as seen:  # the first, cold run tells the plans
                what(env)
            for query, params in list(seen):
                read, through, own = plan(env.cr, query, params)
                whole |= read
                used |= through
                slowest = max(slowest, own)
    return {"times": took, "whole": whole, "used": used, "slowest": slowest}


def without(world, uid, what):
    """The same on a database without our indexes; one run."""
    with world.registry.cursor() as cr:
        cr.execute(OURS)
        for (name,) in cr.fetchall():
            cr.execute(f'DROP INDEX "{name}"')
        env = world.odoo.api.Environment(cr, uid, {})
        cr.execute("SET LOCAL statement_timeout = '10s'")
        began = time.perf_counter()
        try:
            what(env)
            took = (time.perf_counter() - began) * 1000
        except Exception:  # noqa: BLE001 - ten seconds are answer enough
            took = None
        cr.rollback()
    return took


def bench(world, size, times):
    began = time.monotonic()
    head_id = fill.fill(world, size)
    print(f"filled: {time.monotonic() - began:.0f} s", flush=True)
    got = {}
    for name, what in dashboards().items():
        got[name] = {
            "admin": measure(world, 2, what, times),
            "head": measure(world, head_id, what, times),
            "peer": without(world, 2, what),
        }
    return got


def report(got, size):
    verdicts, lines = Verdicts(), []
    for name, one in got.items():
        admin, head = one["admin"], one["head"]
        middle = quantile(admin["times"], 0.5)
        whole = sorted(admin["whole"] | head["whole"])
        peer, goal = one["peer"], "mail" if name == "digest" else GOAL_MS
        lines.append(
            [name, f"{middle:.0f}", f"{max(admin['times']):.0f}",
             f"{quantile(head['times'], 0.5):.0f}", goal, f"{admin['slowest']:.0f}",
             "over 10,000" if peer is None else f"{peer:.0f}",
             ", ".join(whole) or "no"]
        )  # fmt: skip
        figures = {"p50_ms": round(middle), "goal_ms": goal, "whole": whole}
        verdicts.check(name, not whole, figures)
    table(
        f"{size:,} requests, calls and decisions each; milliseconds",
        ["dashboard", "all desks", "worst", "one desk", "goal", "slowest query, cold",
         "without our indexes", "reads all of"],
        lines,
    )  # fmt: skip
    for name, one in got.items():
        used = sorted(i for i in one["admin"]["used"] if any(b in i for b in BIG))
        print(f"  {name}: {', '.join(used)}")
    return verdicts.end("reports at size")


def main(argv):
    parser = argparse.ArgumentParser(prog="reports", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--size", type=int)
    args = parser.parse_args(argv)
    size = args.size or (50_000 if args.quick else 1_000_000)
    with tools.scratch("usu_callcard_reports") as db:
        got = in_odoo(tools.config(db), db, bench, size, 3 if args.quick else 5)
    return report(got, size)


if __name__ == "__main__":
    tools.start()
    sys.exit(main(sys.argv[1:]))
