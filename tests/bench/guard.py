"""What protection costs a request, beside the same request without it, in one run.

    ./usu bench guard [--quick]

Every line is an Odoo transaction as a request has one, with ``work`` in it; the lines
take turns, so that they meet the same machine. The figures decide nothing; the exit
status is 1 only if a protected request was not admitted or a refused one was.
"""

import argparse
import base64
import json
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
for folder in (HERE, HERE.parent / "prove", HERE.parents[1] / "tools"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

import env as tools  # noqa: E402
from _routing_world import Verdicts, in_odoo, quantile, table  # noqa: E402

EFFORT = 3
RULES = {
    "bench_open": {"check": "proof", "address_hard": 0, "subject_hard": 10**9},
    "bench_full": {"check": "none", "address_hard": 0, "subject_hard": 1},
}


def visitor(env):
    return env(user=env.ref("base.public_user"), su=False)["usu.guard"]


def solve(challenge):
    import altcha

    parts = altcha.Challenge.from_dict(challenge)
    return altcha.Payload(parts, altcha.solve_challenge(parts)).to_base64()


class Works:
    """What is measured: ``name -> work(env)``; each says what came of it."""

    def __init__(self, proofs, codes):
        self.proofs, self.codes = proofs, codes
        content = json.loads(base64.b64decode(proofs[0]))
        content["challenge"]["signature"] = "00" * 32
        self.forged = base64.b64encode(json.dumps(content).encode()).decode()

    def unprotected(self, env):
        return bool(env.user)

    def counted(self, env):
        return visitor(env)._limit("bench_open", "bench").allowed

    def admitted(self, env):
        guard, proof = visitor(env), self.proofs.pop()
        return guard._admit("bench_open", proof=proof, subject="bench").allowed

    def over_limit(self, env):
        return visitor(env)._limit("bench_full", "bench").error == "limit"

    def no_proof(self, env):
        return visitor(env)._admit("bench_open").error == "proof_missing"

    def forged_proof(self, env):
        guard = visitor(env)
        return guard._admit("bench_open", proof=self.forged).error == "proof_invalid"

    def challenge(self, env):
        return "signature" in visitor(env)._issue("bench_open")

    def code_shown(self, env):
        return bool(env["usu.guard.code"]._media(self.codes[0], "audio"))

    def code_guessed(self, env):
        return "usu_error" in env["usu.guard.code"]._answer(self.codes[1], "no")


def prepare(env, runs):
    from captcha.audio import AudioCaptcha

    none = dict.fromkeys(("address_soft", "address_hard", "address_day"), 0)
    for action, limits in RULES.items():
        values = {"name": action, "action": action, **none, **limits}
        env["usu.guard.rule"].create(values)
    guard = visitor(env)
    type(guard)._effort, effort = lambda self: EFFORT, type(guard)._effort
    proofs = [solve(guard._issue("bench_open")) for _run in range(runs + 2)]
    type(guard)._effort = effort
    began = time.perf_counter()
    env["usu.guard.code"]._make(env.cr, AudioCaptcha())
    recording = time.perf_counter() - began
    began = time.perf_counter()
    env["usu.guard.code"]._make(env.cr)
    picture = time.perf_counter() - began
    env.cr.commit()
    codes = [env["usu.guard.code"]._take("bench_open")["token"] for _code in "ab"]
    return Works(proofs, codes), recording, picture


def measure(world, runs):
    with world.env() as env:
        works, recording, picture = prepare(env, runs)
        visitor(env)._limit("bench_full", "bench")
    names = [name for name in vars(Works) if not name.startswith("_")]
    times = {name: [] for name in names}
    queries, right = {}, dict.fromkeys(names, True)
    for _run in range(runs + 2):
        for name in names:
            before = world.odoo.sql_db.sql_counter
            began = time.perf_counter()
            answer, _tries = world.transaction(getattr(works, name))
            times[name].append((time.perf_counter() - began) * 1000)
            queries[name] = world.odoo.sql_db.sql_counter - before
            right[name] &= answer
    return times, queries, right, recording, picture


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args(argv)
    runs = 20 if options.quick else 200
    with tools.scratch("usu_guard") as db:
        found = in_odoo(tools.config(db), db, measure, runs)
    times, queries, right, recording, picture = found
    base = quantile(times["unprotected"][2:], 0.5)
    rows, figures = [], {}
    for name, taken in times.items():
        p50, p95 = quantile(taken[2:], 0.5), quantile(taken[2:], 0.95)
        figures[name] = {"p50_ms": round(p50, 2), "queries": queries[name]}
        rows.append(
            (
                name.replace("_", " "),
                f"{p50:.2f}",
                f"{p95:.2f}",
                f"+{p50 - base:.2f}",
                queries[name] - queries["unprotected"],
                "yes" if right[name] else "NO",
            )
        )
    head = ("request", "ms p50", "p95", "more than unprotected", "queries", "right")
    table(f"{runs} runs of each, in turns", head, rows)
    print(
        f"  made in advance: a recording {recording * 1000:.0f} ms,"
        f" a picture {picture * 1000:.0f} ms"
    )
    verdicts = Verdicts()
    verdicts.check("answers", all(right.values()), figures)
    return verdicts.end("guard")


if __name__ == "__main__":
    sys.exit(main())
