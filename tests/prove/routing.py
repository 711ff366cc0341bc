"""What must hold for the choice of a person when several Odoo processes work at once.

    ./usu prove routing [--quick] [--only R1,R12] [--scale 0.3]

R1 nobody busier than another gets the request; R2 a burst goes to different people;
R3 loads stay true under churn, rollbacks and a kill -9; R12 one client who writes four
letters at once has one request; R14 the choice does not depend on who causes it;
R15 what a person decides by hand is never overwritten. R1, R2, R12 and R14 run OCA's
ways beside ours, on a database without our addons where they write.
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

import _routing_choice as choice  # noqa: E402
import _routing_churn as churn  # noqa: E402
import _routing_once as once  # noqa: E402
import env  # noqa: E402
from _routing_world import Verdicts, in_odoo, milliseconds, table  # noqa: E402

WORKERS, AGENTS = 4, 50
# how much of each: as the gate runs it, and in full
QUICK = {"R1": 80, "R2": 2, "R3": 100, "R12": 5, "R14": 6, "R15": 12}
FULL = {"R1": 2000, "R2": 20, "R3": 10_000, "R12": 50, "R14": 6, "R15": 500}
PEER_QUICK = {"R1": 40, "R2": 1, "R12": 3}
PEER_FULL = {"R1": 400, "R2": 5, "R12": 50}


def ours(world, names, sizes):
    """Everything that runs on the database with our addons."""
    work = {
        "R1": lambda n: choice.ours(world, WORKERS, n, AGENTS),
        "R2": lambda n: choice.burst(world, n),
        "R3": lambda n: churn.churn(world, WORKERS, n),
        "R12": lambda n: once.letters(world, n),
        "R14": lambda n: once.rights(world, n),
        "R15": lambda n: once.races(world, n),
    }
    return {name: work[name](sizes[name]) for name in names}


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


REPORTS = {"R1": r1, "R2": r2, "R3": r3, "R12": r12, "R14": r14, "R15": r15}


def main(argv):
    parser = argparse.ArgumentParser(prog="routing", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a minute, as the gate")
    parser.add_argument("--only", default=",".join(REPORTS))
    parser.add_argument("--scale", type=float, default=1.0, help="0.3: fewer of each")
    args = parser.parse_args(argv)
    names = args.only.split(",")
    sizes, beside = (QUICK, PEER_QUICK) if args.quick else (FULL, PEER_FULL)
    sizes, beside = (
        {name: max(int(size * args.scale), 4) for name, size in of.items()}
        for of in (sizes, beside)
    )
    ways = list(choice.PEERS)[: 1 if args.quick else None]
    verdicts = Verdicts()
    # in full each proof reports as soon as it is done; the quick ones load Odoo once
    groups = [names] if args.quick else [[name] for name in names]
    with env.scratch("usu_routing") as db, without_ours() as peer:
        for group in groups:
            got = in_odoo(env.config(db), db, ours, group, sizes)
            others = {}
            if set(group) & set(beside):
                others = in_odoo(env.config(peer), peer, peers, group, beside, ways)
            for name in group:
                REPORTS[name](verdicts, got[name], others.get(name), sizes[name])
    return verdicts.end("routing")


if __name__ == "__main__":
    env.start()
    sys.exit(main(sys.argv[1:]))
