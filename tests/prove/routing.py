"""What must hold for the choice of a person when several Odoo processes work at once.

    ./usu prove routing [--quick] [--only R1,R12]

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
import _routing_world  # noqa: E402
import env  # noqa: E402
from _routing_world import Verdicts, milliseconds, table  # noqa: E402

ALL = ("R1", "R2", "R3", "R12", "R14", "R15")


@contextmanager
def without_ours():
    """A database with Odoo's and OCA's addons only."""
    name = f"scratch_peer_{int(time.monotonic() * 1000) % 10**8}"
    env.cluster.clone(env.template(), name)
    try:
        yield name
    finally:
        env.cluster.drop(name)


def in_odoo(db, work, *args):
    return _routing_world.in_odoo(env.config(db), db, work, *args)


def r1(verdicts, db, peer, quick):
    count, beside = (120, 60) if quick else (2000, 400)
    results = [in_odoo(db, choice.ours, 4, count, 50)]
    ways = list(choice.PEERS)[: 1 if quick else None]
    results += [in_odoo(peer, choice.peer, way, 4, beside, 50) for way in ways]
    choice.show("R1: 4 processes, 50 equal employees", results)
    ours = results[0]
    held = ours["requests"] == count and ours["spread"] <= 1
    held &= not (ours["wrong"] or ours["failed"] or ours["retries"])
    verdicts.check("R1", held, {r["way"]: choice.plain(r) for r in results})


def r2(verdicts, db, peer, quick):
    rounds, beside = (2, 1) if quick else (20, 5)
    found = {"usu_routing": in_odoo(db, choice.burst, rounds)}
    for way in list(choice.PEERS)[: 1 if quick else None]:
        found[way] = in_odoo(peer, choice.burst_peer, way, beside)
    table(
        "R2: 8 requests at the same moment, 50 idle employees",
        ["way", "bursts", "different people: least", "most"],
        [[way, len(got), min(got), max(got)] for way, got in found.items()],
    )
    verdicts.check("R2", set(found["usu_routing"]) == {8}, found)


def r3(verdicts, db, peer, quick):
    got = in_odoo(db, churn.churn, 4, 240 if quick else 10_000)
    shown = ("operations", "looks", "breaches", "over_at_end", "drift", "failed",
             "orphan_counts", "orphan_after_60s")  # fmt: skip
    table(
        f"R3: churn by 4 processes, {got['operations'] / got['seconds']:.1f} per s: "
        + ", ".join(f"{what} {count}" for what, count in got["tally"].items()),
        ["operations", "looks", "over capacity", "at the end", "wrong loads", "failed",
         "orphan after kill -9", "60 s later"],
        [[got[key] for key in shown]],
    )  # fmt: skip
    held = not any(got[key] for key in ("breaches", "over_at_end", "drift", "failed"))
    held &= got["orphan_counts"] == 1 and got["orphan_after_60s"] == 0
    verdicts.check("R3", held, {key: got[key] for key in (*shown, "tally")})


def r12(verdicts, db, peer, quick):
    clients, beside = (6, 6) if quick else (50, 50)
    ours = in_odoo(db, once.letters, clients)
    naive = in_odoo(peer, once.naive_letters, beside)
    table(
        "R12: four first letters of a new client at the same moment",
        ["way", "clients", "partners", "requests", "letters lost", "failed", "retries",
         "ms p50 / p95", "repeat harmless"],
        [
            ["usu_routing", clients, ours["partners"], ours["requests"], ours["lost"],
             ours["failed"], ours["retries"], milliseconds(ours["times"]),
             ours["repeat"]],
            ["look, then create", beside, naive["partners"], naive["requests"], "",
             naive["failed"], "", "", ""],
        ],
    )  # fmt: skip
    held = ours["partners"] == ours["requests"] == clients and ours["repeat"]
    held &= not (ours["lost"] or ours["failed"])
    ours.pop("times")
    verdicts.check("R12", held, {"usu_routing": ours, "look, then create": naive})


def r14(verdicts, db, peer, quick):
    got = in_odoo(db, once.rights)
    words = {True: "the least busy", False: "somebody else"}
    rows = zip(got["who"], got["chosen"], got["counted"], strict=True)
    table(
        "R14: who is chosen, by who causes the choice",
        ["caused by", "usu_routing", "count with own rights"],
        [[who, words[ours], words[theirs]] for who, ours, theirs in rows],
    )
    verdicts.check("R14", all(got["chosen"]), got)


def r15(verdicts, db, peer, quick):
    got = in_odoo(db, once.races, 20 if quick else 500)
    table(
        "R15: a person gives a request by hand while the clock gives it to somebody",
        ["races", "overwritten", "person refused", "repeats", "clock chose in"],
        [[got[key] for key in
          ("races", "overwritten", "failed", "retries", "clock_chose")]],
    )  # fmt: skip
    verdicts.check("R15", not (got["overwritten"] or got["failed"]), got)


def main(argv):
    parser = argparse.ArgumentParser(prog="routing", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default=",".join(ALL))
    args = parser.parse_args(argv)
    verdicts = Verdicts()
    proofs = {"R1": r1, "R2": r2, "R3": r3, "R12": r12, "R14": r14, "R15": r15}
    with env.scratch("usu_routing") as db, without_ours() as peer:
        for name in args.only.split(","):
            proofs[name](verdicts, db, peer, args.quick)
    return verdicts.end("routing")


if __name__ == "__main__":
    env.start()
    sys.exit(main(sys.argv[1:]))
