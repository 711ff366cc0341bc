"""What must hold for the choice of a person when several Odoo processes work at once.

    ./usu prove routing [--quick] [--only R1,R12] [--scale 0.3]

R1 nobody busier than another gets the request; R2 a burst goes to different people;
R3 loads stay true under churn, rollbacks and a kill -9; R10 timers fire in time, with a
browser open and without; R12 one client who writes four letters at once has one
request; R14 the choice does not depend on who causes it; R15 what a person decides by
hand is never overwritten; R16 the pop-up is on the screen in time, and there is one
task; R17 a strategy comes and goes with its addon; R18 beside OCA's service levels and
its way of assigning; ID every writing of every number. R1, R2, R12 and R14 run OCA's
ways beside ours, on a database without our addons where they write. R10, R16
(Chromium), R17 and R18 (package index) are left out of --quick.
docs/developer/routing-proofs.md has the whole list.
"""

import argparse
import sys
import time
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
for folder in (HERE, HERE.parents[1] / "tools"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

import _routing_beside as beside  # noqa: E402
import _routing_choice as choice  # noqa: E402
import _routing_churn as churn  # noqa: E402
import _routing_live as live  # noqa: E402
import _routing_numbers as numbers  # noqa: E402
import _routing_once as once  # noqa: E402
import env  # noqa: E402
from _routing_world import (  # noqa: E402
    Verdicts,
    in_odoo,
    milliseconds,
    quantile,
    table,
)

WORKERS, AGENTS = 4, 50
# how much of each: as the gate runs it, and in full
QUICK = {"R1": 80, "R2": 2, "R3": 100, "R12": 5, "R14": 6, "R15": 12, "ID": 50}
FULL = {"R1": 2000, "R2": 20, "R3": 10_000, "R10": 12, "R12": 50, "R14": 6, "R15": 500,
        "R16": 40, "R17": 1, "R18": 1, "ID": 1}  # fmt: skip
ALONE = {"R17": beside.comes_and_goes, "R18": beside.beside}  # databases of their own
FIXED = {"R14", "ID", *ALONE}  # their size is no amount of work
PEER_QUICK = {"R1": 40, "R2": 1, "R12": 3}
PEER_FULL = {"R1": 400, "R2": 5, "R12": 50}


def ours(world, names, sizes):
    """Everything that runs on the database with our addons."""
    work = {
        "R1": lambda n: choice.ours(world, WORKERS, n, AGENTS),
        "R2": lambda n: choice.burst(world, n),
        "R3": lambda n: churn.churn(world, WORKERS, n),
        "R10": lambda n: live.live(world, world.db, live.timers, n),
        "R12": lambda n: once.letters(world, n),
        "R14": lambda n: once.rights(world, n),
        "R15": lambda n: once.races(world, n),
        "R16": lambda n: live.live(world, world.db, live.popups, n),
        "ID": lambda n: numbers.recognise(world, n),
    }
    return {name: work[name](sizes[name]) for name in names if name in work}


def peers(world, names, sizes, ways):
    """The same without our addons."""
    found = {}
    if "R1" in names:
        found["R1"] = [
            choice.peer(world, way, WORKERS, sizes["R1"], AGENTS) for way in ways
        ]
    if "R2" in names:
        found["R2"] = {way: choice.burst_peer(world, way, sizes["R2"]) for way in ways}
    if "R12" in names:
        found["R12"] = once.naive_letters(world, sizes["R12"])
    return found


@contextmanager
def without_ours():
    """A database with Odoo's and OCA's addons only."""
    name = f"scratch_peer_{int(time.monotonic() * 1000) % 10**8}"
    env.cluster.clone(env.template(), name)
    try:
        yield name
    finally:
        env.cluster.drop(name)


# ---------------------------------------------------------------------------- reporting


def r1(verdicts, got, others, wanted):
    results = [got, *others]
    choice.show("R1: 4 processes, 50 equal employees", results)
    held = got["requests"] == wanted // WORKERS * WORKERS and got["spread"] <= 1
    held &= not (got["wrong"] or got["failed"] or got["retries"])
    verdicts.check("R1", held, {r["way"]: choice.plain(r) for r in results})


def r2(verdicts, got, others, wanted):
    found = {"usu_routing": got, **others}
    table(
        "R2: 8 requests at the same moment, 50 idle employees",
        ["way", "bursts", "different people: least", "most"],
        [[way, len(n), min(n), max(n)] for way, n in found.items()],
    )
    verdicts.check("R2", set(got) == {8} and len(got) == wanted, found)


def r3(verdicts, got, others, wanted):
    shown = ("operations", "looks", "breaches", "over_at_end", "drift", "failed",
             "gave_up", "orphan_counts", "orphan_after_60s")  # fmt: skip
    table(
        f"R3: churn by 4 processes, {got['operations'] / got['seconds']:.1f} per s: "
        + ", ".join(f"{what} {count}" for what, count in got["tally"].items()),
        ["operations", "looks", "over capacity", "at the end", "wrong loads", "failed",
         "gave up", "orphan after kill -9", "60 s later"],
        [[got[key] for key in shown]],
    )  # fmt: skip
    none = ("breaches", "over_at_end", "drift", "failed", "gave_up")
    held = not any(got[key] for key in none)
    held &= got["orphan_counts"] == 1 and got["orphan_after_60s"] == 0
    verdicts.check("R3", held, {key: got[key] for key in (*shown, "tally")})


def r12(verdicts, got, naive, wanted):
    times = milliseconds(got.pop("times"))
    keys = ("clients", "partners", "requests", "lost", "failed")
    table(
        "R12: four first letters of a new client at the same moment",
        ["way", *keys[:3], "letters lost", "failed", "retries", "ms p50 / p95",
         "repeat harmless"],
        [
            ["usu_routing", *(got[key] for key in (*keys, "retries")), times,
             got["repeat"]],
            ["look, then create", *(naive.get(key, "") for key in keys), "", "", ""],
        ],
    )  # fmt: skip
    held = got["partners"] == got["requests"] == wanted and got["repeat"]
    held &= not (got["lost"] or got["failed"])
    verdicts.check("R12", held, {"usu_routing": got, "look, then create": naive})


def r14(verdicts, got, others, wanted):
    words = {True: "the least busy", False: "somebody else"}
    rows = zip(got["who"], got["chosen"], got["counted"], strict=True)
    table(
        "R14: who is chosen, by who causes the choice",
        ["caused by", "usu_routing", "count with own rights"],
        [[who, words[mine], words[theirs]] for who, mine, theirs in rows],
    )
    verdicts.check("R14", all(got["chosen"]), got)


def r15(verdicts, got, others, wanted):
    keys = ("races", "overwritten", "failed", "retries", "clock_chose")
    table(
        "R15: a person gives a request by hand while the clock gives it to somebody",
        ["races", "overwritten", "person refused", "repeats", "clock chose in"],
        [[got[key] for key in keys]],
    )
    verdicts.check("R15", not (got["overwritten"] or got["failed"]), got)


def r10(verdicts, got, others, wanted):
    rows = [
        [name, len(late), f"{quantile(late, 0.5):.1f}", f"{quantile(late, 0.95):.1f}",
         f"{max(late):.1f}", goal]
        for name, late, goal in (
            ("an employee's browser is open", got["open"], "p95 5"),
            ("nobody there, the minute's job", got["alone"], "most 65"),
        )
    ]  # fmt: skip
    table("R10: seconds from the end of a timer to the next employee",
          ["", "timers", "p50", "p95", "most", "goal"], rows)  # fmt: skip
    held = quantile(got["open"], 0.95) <= 5 and max(got["alone"]) <= 65
    verdicts.check("R10", held and not got["errors"], got)


def r16(verdicts, got, others, wanted):
    times = got.pop("times")
    table(
        "R16: from the commit to the pop-up in a browser",
        ["requests", "ms p50 / p95", "goal p95", "one task each", "moves", "ends"],
        [[len(times), milliseconds(times), "2000", got["one_task"], got["moved"],
          got["done"]]],
    )  # fmt: skip
    held = quantile(times, 0.95) <= 2000 and len(times) == wanted
    held &= got["one_task"] and got["moved"] and got["done"] and not got["errors"]
    verdicts.check("R16", held, {**got, "p95_ms": round(quantile(times, 0.95))})


def r17(verdicts, got, others, wanted):
    table(
        "R17: a strategy from an addon of its own",
        ["lines", "chosen with it", "uninstalled, the next step"],
        [[got["lines"], got["with_addon"], got["without"]]],
    )
    held = got["lines"] <= 25 and got["with_addon"].startswith("The longest")
    held &= bool(got["without"]) and got["without"] != got["with_addon"]
    verdicts.check("R17", held, got)


def r18(verdicts, got, others, wanted):
    table(
        "R18: beside OCA's addons",
        ["", ""],
        [
            ["tests with helpdesk_mgmt_sla", got["tests_with_sla"]],
            ["of these failed", got["failed_with_sla"]],
            ["with helpdesk_mgmt_assign_method: received, by the policy",
             got["received_by_policy"]],
            ["  nobody there, the queue", got["queued_by_policy"]],
            ["  typed in, by the other addon", got["typed_by_other"]],
        ],
    )  # fmt: skip
    held = got["tests_with_sla"] > 150 and not got["failed_with_sla"]
    held &= got["received_by_policy"] and got["queued_by_policy"]
    held &= got["typed_by_other"] and all(len(d) == 1 for d in got["decisions"])
    verdicts.check("R18", held, got)


def numbers_known(verdicts, got, others, wanted):
    keys = ("numbers", "countries", "asked", "right", "wrong")
    table("ID: a client by every writing of the number", keys,
          [[got[key] for key in keys]])  # fmt: skip
    enough = got["numbers"] >= 200 and got["countries"] >= 12
    held = enough and got["right"] == got["asked"] and not got["wrong"]
    verdicts.check("ID", held, got)


REPORTS = {"R1": r1, "R2": r2, "R3": r3, "R10": r10, "R12": r12, "R14": r14, "R15": r15,
           "R16": r16, "R17": r17, "R18": r18, "ID": numbers_known}  # fmt: skip


def scaled(sizes, scale):
    return {
        name: size if name in FIXED else max(int(size * scale), 4)
        for name, size in sizes.items()
    }


def main(argv):
    parser = argparse.ArgumentParser(prog="routing", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a minute, as the gate")
    parser.add_argument("--only")
    parser.add_argument("--scale", type=float, default=1.0, help="0.3: fewer of each")
    args = parser.parse_args(argv)
    sizes, peer_sizes = (QUICK, PEER_QUICK) if args.quick else (FULL, PEER_FULL)
    names = args.only.split(",") if args.only else list(sizes)
    sizes, peer_sizes = (scaled(of, args.scale) for of in (sizes, peer_sizes))
    ways = list(choice.PEERS)[: 1 if args.quick else None]
    verdicts = Verdicts()
    # in full each proof reports as soon as it is done; the quick ones load Odoo once
    groups = [names] if args.quick else [[name] for name in names]
    with env.scratch("usu_routing") as db, without_ours() as peer:
        if {"R10", "R16"} & set(names):
            env.shell(db, env.ASSETS)  # for the browser
        for group in groups:
            got = in_odoo(env.config(db), db, ours, group, sizes)
            others = {}
            got |= {name: ALONE[name]() for name in group if name in ALONE}
            if set(group) & set(peer_sizes):
                others = in_odoo(env.config(peer), peer, peers, group, peer_sizes, ways)
            for name in group:
                REPORTS[name](verdicts, got[name], others.get(name), sizes[name])
    return verdicts.end("routing")


if __name__ == "__main__":
    env.start()
    sys.exit(main(sys.argv[1:]))
