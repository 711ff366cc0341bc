"""The simulator of policies beside theory, and the policies beside one another.

    ./usu bench routing_simulator [--quick] [--seeds N] [--plot FILE]

Needs neither Odoo nor a database. Exit status 1 when an exact figure is off by more
than three standard errors or (long runs) 3 %, or when the strategies do not differ as
they are meant to.
"""

import argparse
import importlib.util
import json
import math
import multiprocessing
import random
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "addons/usu_routing/tools"


def _load():
    """The addon's tools as a package of their own, without the addon's models."""
    spec = importlib.util.spec_from_file_location(
        "routing_tools", TOOLS / "__init__.py", submodule_search_locations=[str(TOOLS)]
    )
    sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[spec.name])


_load()
from routing_tools import erlang, simulator, strategies  # noqa: E402

STREAM = random.Random(1)
HOUR = 3600.0


@strategies.register("random")
def _random(agents, request, now):
    """What the figures of the others are measured against."""
    ids = [agent.id for agent in agents]
    STREAM.shuffle(ids)
    return ids


def late(strategy):
    return simulator.Policy(strategy, (simulator.Step(strategy),))


def push(strategy):
    step = simulator.Step(strategy, capacity=False)
    return simulator.Policy(f"{strategy}, at once", (step,))


def desk(per_hour, seconds, count, **kw):
    workers = tuple(simulator.Worker(number) for number in range(1, count + 1))
    return {"workers": workers, "per_hour": per_hour, "service_s": seconds, **kw}


def central(per_hour, seconds, count):
    exact = erlang.erlang_c(per_hour / HOUR, seconds, count)
    return {"p_wait": exact.p_wait, "wait_all": exact.wait_mean}


def each(phases):
    p_wait, wait = erlang.erlang_arrivals(6 / HOUR, 480, phases)
    return {"p_wait": p_wait, "wait_all": wait}


def cases():
    """``(title, policy, scenario, {figure: theory}, exact)``"""
    basic = (36, 480, 6)
    for strategy in ("least_loaded", "longest_idle", "random", "most_experienced"):
        yield f"M/M/6 {strategy}", late(strategy), desk(*basic), central(*basic), True
    impatient = erlang.erlang_a(36 / HOUR, 480, 6, 180)
    yield (
        "Erlang A, patience 180 s",
        late("least_loaded"),
        desk(*basic, patience_s=180.0),
        {
            "p_wait": impatient.p_wait,
            "abandoned": impatient.p_abandon,
            "wait_all": impatient.wait_mean,
        },
        True,
    )
    yield "6 x M/M/1", push("random"), desk(*basic), each(1), True
    yield "6 x E6/M/1", push("round_robin"), desk(*basic), each(6), True
    for other in (
        (30, 480, 5),
        (60, 300, 6),
        (90, 420, 12),
        (12, 600, 3),
        (300, 480, 45),
        (720, 240, 55),
    ):
        name = "M/M/{2}, {0}/h, {1} s".format(*other)
        yield name, late("least_loaded"), desk(*other), central(*other), True
    for cv in (0.5, 1.5):
        about = erlang.allen_cunneen(36 / HOUR, 480, 6, cv)
        scenario = desk(*basic, service_cv=cv)
        name = f"log-normal, variation {cv}"
        yield name, late("least_loaded"), scenario, {"wait_all": about}, False


def _run(job):
    policy, scenario, arrivals, seed = job
    STREAM.seed(seed)
    scenario = simulator.Scenario(arrivals=arrivals, seed=seed, **scenario)
    return simulator.simulate(policy, scenario)


def against_theory(pool, seeds, arrivals, strict):
    """Print the table; the rows that do not hold."""
    print(
        f"{'case':28}{'figure':>10}{'theory':>11}{'simulated':>11}{'+-':>8}{'off %':>7}"
    )
    bad, rows = [], []
    for number, (title, policy, scenario, theory, exact) in enumerate(cases()):
        # seeds of its own for every case: luck must not lean all rows the same way
        first = 1000 * number
        jobs = [(policy, scenario, arrivals, first + seed) for seed in range(seeds)]
        results = pool.map(_run, jobs)
        for figure, expected in theory.items():
            found = sum(getattr(r, figure) for r in results) / seeds
            error = math.hypot(*(r.errors[figure] for r in results)) / seeds
            off = found / expected - 1.0
            if exact:
                held = abs(found - expected) <= 3 * error
                held &= not strict or abs(off) <= 0.03
            else:
                held = abs(off) <= 0.15
            mark = "" if held else "  NOT HELD"
            print(
                f"{title:28}{figure:>10}{expected:11.4f}{found:11.4f}"
                f"{error:8.3f}{100 * off:7.1f}{mark}"
            )
            numbers = (round(x, 4) for x in (expected, found, error))
            rows.append([title, figure, *numbers])
            if not held:
                bad.append(f"{title}: {figure}")
    return bad, rows


def clinic(per_hour, arrivals, **kw):
    crew = [(1, 8)] * 4 + [(2, 12)] * 3 + [(3, 20)]
    workers = tuple(
        simulator.Worker(number, level=level, cost=cost, slots=2)
        for number, (level, cost) in enumerate(crew, 1)
    )
    scenario = desk(per_hour, 420, 8, service_cv=1.0, success=((1, 0.7), (2, 0.92)))
    return scenario | {"workers": workers, **kw}, arrivals


def owner(name, **kw):
    return simulator.Policy(
        name, (simulator.Step("owner", **kw), simulator.Step("least_loaded"))
    )


def policies():
    return [
        push("random"),
        push("round_robin"),
        push("least_loaded"),
        late("least_loaded"),
        late("longest_idle"),
        late("fewest_today"),
        late("most_experienced"),
        late("cheapest"),
        owner("owner always", capacity=False),
        owner("owner 120 s", timeout_s=120.0),
        owner("owner's pile 120 s", capacity=False, timeout_s=120.0),
        owner("owner 30 s", timeout_s=30.0),
    ]


def among_themselves(pool, arrivals, rates=(60, 85)):
    """``{(policy, rate): Result}`` of the clinic, printed."""
    jobs, keys = [], []
    for policy in policies():
        for rate in rates:
            scenario, count = clinic(rate, arrivals, returning=0.4)
            jobs.append((policy, scenario, count, 1))
            keys.append((policy.name, rate))
    table = dict(zip(keys, pool.map(_run, jobs), strict=True))
    head = "".join(f"{f'p95 {r}/h':>10}" for r in rates)
    print(f"{'clinic, 8 employees':26}{head}{'cost':>7}{'transfers':>11}{'Jain':>7}"
          f"{'own, %':>8}")  # fmt: skip
    for policy in policies():
        quiet, *_, busy = (table[policy.name, rate] for rate in rates)
        waits = "".join(f"{table[policy.name, r].wait_p95:10.0f}" for r in rates)
        print(
            f"{policy.name:26}{waits}{quiet.cost:7.2f}{quiet.transfers:11.3f}"
            f"{quiet.jain:7.3f}{100 * busy.continuity:8.0f}"
        )
    return table


def meant(table):
    """Which of the intended differences do not show."""
    least, cheap, best, turn = (
        table[name, 60]
        for name in ("least_loaded", "cheapest", "most_experienced",
                     "round_robin, at once")
    )  # fmt: skip
    timer, free = table["owner 120 s", 85], table["least_loaded", 85]
    rules = {
        "cheapest saves 6 %": cheap.cost <= 0.94 * least.cost,
        "experienced saves 35 % of transfers": best.transfers <= 0.65 * least.transfers,
        "least loaded is fair": least.jain >= 0.99,
        "waiting for a free one beats turns": least.wait_p95 <= 0.1 * turn.wait_p95,
    }
    ratio = timer.wait_p95 / free.wait_p95
    print(f"owner rule with 120 s at 85/h: p95 wait {ratio:.2f} x that without it")
    return [name for name, held in rules.items() if not held]


def plot(table, path):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    names = [policy.name for policy in policies()]
    figures, axes = pyplot.subplots(2, 2, figsize=(13, 8), sharey=True)
    panels = (
        ("wait_p95", "95 % wait no longer than, s", 1),
        ("cost", "cost per request", 1),
        ("transfers", "transfers per request", 1),
        ("jain", "fairness of busy time (1 is equal)", 1),
    )
    for axis, (figure, title, _scale) in zip(axes.flat, panels, strict=True):
        for place, rate in enumerate((60, 85)):
            heights = [y + 0.4 * place for y in range(len(names))]
            values = [getattr(table[name, rate], figure) for name in names]
            axis.barh(heights, values, height=0.38, label=f"{rate} requests per hour")
        axis.set_title(title)
        axis.grid(axis="x", alpha=0.3)
    axes[0, 0].set_xscale("symlog", linthresh=10)
    axes[0, 0].set_yticks([y + 0.2 for y in range(len(names))], names)
    axes[0, 0].invert_yaxis()
    axes[0, 0].legend()
    figures.tight_layout()
    figures.savefig(path, dpi=90)
    print(f"plot: {path}")


def main(argv):
    parser = argparse.ArgumentParser(prog="routing_simulator", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="half a minute")
    parser.add_argument("--seeds", type=int, default=12)
    default = Path(tempfile.gettempdir()) / "usu_routing_simulator.png"
    parser.add_argument("--plot", default=str(default))
    args = parser.parse_args(argv)
    seeds, arrivals = (2, 20_000) if args.quick else (args.seeds, 200_000)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        bad, rows = against_theory(pool, seeds, arrivals, strict=not args.quick)
        table = among_themselves(pool, 10_000 if args.quick else 120_000)
    bad += meant(table)
    began = time.perf_counter()
    _run((late("least_loaded"), desk(36, 480, 6), 200_000, 1))
    seconds = time.perf_counter() - began
    print(f"200,000 requests, one policy: {seconds:.1f} s")
    plot(table, args.plot)
    if bad:
        print("NOT HELD: " + "; ".join(bad))
    shown = ("wait_p50", "wait_p95", "cost", "transfers", "jain", "continuity")
    figures = {
        f"{name} {rate}/h": {key: round(getattr(result, key), 4) for key in shown}
        for (name, rate), result in table.items()
    }
    report = {"theory": rows, "clinic": figures, "seconds_200k": round(seconds, 2)}
    print(json.dumps(report | {"held": not bad}))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
