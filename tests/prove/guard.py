"""What must hold for the guard when several Odoo processes answer visitors at once.

    ./usu prove guard [--quick]

C1 a limit lets exactly its number through, in processes, over HTTP with four workers,
and beside the usual count-then-insert; C2 a proof, a link and a code serve once however
many try at the same moment; C3 forged, expired, foreign and unworked proofs: none.
"""

import argparse
import base64
import json
import random
import sys
import urllib.request
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
for folder in (HERE, HERE.parents[1] / "tools"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

import env as tools  # noqa: E402
from _routing_world import (  # noqa: E402
    FORK,
    Verdicts,
    clock,
    in_odoo,
    milliseconds,
    table,
)

PROCESSES = 4
LIMIT = 20
FREE = {
    "name": "Proof",
    "check": "proof",
    "address_soft": 0,
    "address_hard": 0,
    "address_day": 0,
}


def visitor(env):
    """The guard as a visitor meets it."""
    return env(user=env.ref("base.public_user"), su=False)["usu.guard"]


def together(world, work, hits, *args):
    """``hits`` calls of ``work(env, *args)`` in every process, all at once.

    :return: answers with their number, milliseconds, seconds it took
    """
    barrier = FORK.Barrier(PROCESSES)
    began = clock()
    crew = world.crew(PROCESSES, _calls, work, hits, args, barrier)
    seconds = clock() - began
    answers = Counter(answer for done in crew for answer, _time in done)
    return answers, [time for done in crew for _answer, time in done], seconds


def _calls(world, _number, work, hits, args, barrier):
    world.transaction(lambda env: work(env, *args, warm=True))
    barrier.wait()
    done = []
    for _hit in range(hits):
        began = clock()
        try:
            answer, _tries = world.transaction(lambda env: work(env, *args))
        except Exception as error:  # noqa: BLE001 - counted: there must be none
            answer = type(error).__name__
        done.append((answer, (clock() - began) * 1000))
    return done


# ------------------------------------------------------------------ C1: exact limits


def limited(env, warm=False):
    admission = visitor(env)._limit("proof", "warm" if warm else "one visitor")
    return admission.error or "accepted"


def count_then_insert(env, warm=False):
    """The usual pattern: how many are there? one more."""
    if warm:
        return ""
    env.cr.execute("SELECT count(*) FROM proof_usual")
    if env.cr.fetchone()[0] >= LIMIT:
        return "limit"
    env.cr.execute("INSERT INTO proof_usual DEFAULT VALUES")
    return "accepted"


def c1(world, hits):
    with world.env() as env:
        env["usu.guard.rule"].create(FREE | {"action": "proof", "subject_hard": LIMIT})
        env.cr.execute("CREATE TABLE proof_usual (id serial)")
    return {
        "guard": together(world, limited, hits),
        "count, then insert": together(world, count_then_insert, hits),
    }


def _post(pipe, url, hits, barrier):
    body = {"jsonrpc": "2.0", "method": "call", "params": {"action": "x"}}
    request = urllib.request.Request(
        f"{url}/usu_guard/challenge",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    barrier.wait()
    done = []
    for _hit in range(hits):
        began = clock()
        with urllib.request.urlopen(request, timeout=60) as response:
            answer = json.load(response).get("result", {"usu_error": "failed"})
        done.append((answer.get("usu_error", "accepted"), (clock() - began) * 1000))
    pipe.send(done)


def over_http(db, hits):
    """The limit of the challenge route, four workers, four clients."""
    tools.cluster.sql(
        f"UPDATE usu_guard_rule SET address_hard = {LIMIT}"
        " WHERE action = 'guard_challenge'",
        db=db,
    )
    with tools.Server(db, workers=PROCESSES) as server:
        barrier, pipes = FORK.Barrier(PROCESSES), []
        began = clock()
        for _client in range(PROCESSES):
            ours, theirs = FORK.Pipe(duplex=False)
            FORK.Process(target=_post, args=(theirs, server.url, hits, barrier)).start()
            pipes.append(ours)
        done = [pair for pipe in pipes for pair in pipe.recv()]
        seconds = clock() - began
    return Counter(a for a, _t in done), [t for _a, t in done], seconds


# --------------------------------------------------------------- C2: single use


def replay(env, proof, warm=False):
    if warm:
        return ""
    admission = visitor(env)._admit("replay", proof=proof)
    return admission.error or "accepted"


def follow(env, token, warm=False):
    if warm:
        return ""
    return "accepted" if visitor(env)._redeem("link", token) else "refused"


def guess(env, token, warm=False):
    if warm:
        return ""
    answer = env["usu.guard.code"]._answer(token, "no digits")
    return answer["usu_error"] if answer["tries"] or warm else "last or none"


def solved(env, action):
    import altcha

    challenge = altcha.Challenge.from_dict(visitor(env)._issue(action))
    return altcha.Payload(challenge, altcha.solve_challenge(challenge)).to_base64()


def c2(world, hits):
    with world.env() as env:
        env["usu.guard.rule"].create(FREE | {"action": "replay"})
        proof = solved(env, "replay")
        token = visitor(env)._sign("link", {"id": 7}, 3600)
        code = env["usu.guard.code"]._take("replay")["token"]
    results = {
        "one proof": together(world, replay, hits, proof),
        "one link": together(world, follow, hits, token),
        "one code, guessed": together(world, guess, hits // 10, code),
    }
    with world.env() as env:
        env.cr.execute("SELECT max(tries) FROM usu_guard_code_issue")
        return results, env.cr.fetchone()[0]


# ------------------------------------------------------------------ C3: forgeries


def forgeries(env, count):
    """Proofs that must not count, of every kind we can think of."""
    guard, ledger = visitor(env), env["usu.guard.ledger"]
    good = {"c3": solved(env, "c3"), "other": solved(env, "other")}
    challenge = guard._issue("c3")
    content = json.loads(base64.b64decode(good["c3"]))
    shuffle = random.Random(20261122)

    def packed(change):
        copy = json.loads(json.dumps(content))
        change(copy)
        return base64.b64encode(json.dumps(copy).encode()).decode()

    def noise():
        raw = bytearray(good["c3"].encode())
        raw[shuffle.randrange(len(raw))] = shuffle.randrange(33, 127)
        return raw.decode()

    def same_proof(text):
        """The byte was in what is only told (the time it took), not in the proof."""
        try:
            other = json.loads(base64.b64decode(text))
            key = other["solution"]["derivedKey"].lower()
        except (ValueError, KeyError, TypeError, AttributeError):
            return False
        same_key = key == content["solution"]["derivedKey"]
        return same_key and other.get("challenge") == content["challenge"]

    def parameter(**changes):
        return lambda c: c["challenge"]["parameters"].update(changes)

    kinds = {
        "changed byte": noise,
        "other action": lambda: good["other"],
        "own signature": lambda: packed(
            lambda c: c["challenge"].update(signature=shuffle.randbytes(32).hex())
        ),
        "later end": lambda: packed(parameter(expiresAt=shuffle.randrange(2**33))),
        "cheaper": lambda: packed(parameter(cost=1, keyPrefix="")),
        "other visitor": lambda: packed(parameter(data={"act": "c3", "net": "x"})),
        "no work": lambda: packed(
            lambda c: c.update(
                challenge={k: challenge[k] for k in ("parameters", "signature")},
                solution={"counter": 0, "derivedKey": shuffle.randbytes(32).hex()},
            )
        ),
        "token as code": lambda: f"code.{guard._sign('c3', shuffle.random(), 60)}",
        "noise": lambda: shuffle.randbytes(200).hex(),
    }
    expired = ledger._now() - 10_000
    type(ledger)._now, now = lambda self: expired, type(ledger)._now
    good["late"] = solved(env, "c3")
    type(ledger)._now = now
    kinds["expired"] = lambda: good["late"]
    for number in range(count):
        kind = list(kinds)[number % len(kinds)]
        text = kinds[kind]()
        while kind == "changed byte" and same_proof(text):
            text = kinds[kind]()
        yield kind, text


def c3(world, count):
    accepted, tried = Counter(), Counter()
    with world.env() as env:
        env["usu.guard.rule"].create(FREE | {"action": "c3"})
        env["usu.guard.rule"].create(FREE | {"action": "other"})
        for kind, text in forgeries(env, count):
            tried[kind] += 1
            accepted[kind] += bool(visitor(env)._admit("c3", proof=text))
        control = bool(visitor(env)._admit("c3", proof=solved(env, "c3")))
    return tried, accepted, control


# ------------------------------------------------------------------------------- main


def show(title, results):
    rows = [
        (
            name,
            sum(answers.values()),
            answers["accepted"],
            sum(answers.values()) - answers["accepted"],
            milliseconds(times),
            f"{sum(answers.values()) / seconds:.0f}",
        )
        for name, (answers, times, seconds) in results.items()
    ]
    head = ("way", "tries", "accepted", "refused", "ms p50 / p95", "per second")
    table(title, head, rows)


def plain(result):
    return dict(result[0])


def prove(db, quick, verdicts):
    hits = 25 if quick else 100
    found = in_odoo(tools.config(db), db, c1, hits)
    found["guard, over HTTP"] = over_http(db, hits)
    show(f"C1: limit {LIMIT}, {PROCESSES} processes x {hits} requests", found)
    held = all(
        answers == Counter(accepted=LIMIT, limit=PROCESSES * hits - LIMIT)
        for name, (answers, _times, _seconds) in found.items()
        if name != "count, then insert"
    )
    verdicts.check("C1", held, {name: plain(r) for name, r in found.items()})

    hits = 50 if quick else 250
    found, tries = in_odoo(tools.config(db), db, c2, hits)
    show(f"C2: {PROCESSES} processes try the same at once", found)
    print(f"  tries counted against the code: {tries} of {PROCESSES * (hits // 10)}")
    once = [found[name][0] for name in ("one proof", "one link")]
    held = all(a["accepted"] == 1 and len(a) == 2 for a in once) and tries == 3
    held &= found["one code, guessed"][0]["code_wrong"] == 2
    verdicts.check("C2", held, {name: plain(r) for name, r in found.items()})

    count = 1000 if quick else 10_000
    tried, accepted, control = in_odoo(tools.config(db), db, c3, count)
    rows = [(kind, number, accepted[kind]) for kind, number in tried.items()]
    table("C3: proofs that must not count", ("kind", "tries", "accepted"), rows)
    print(f"  a good proof beside them: {'accepted' if control else 'refused'}")
    held = control and not sum(accepted.values()) and sum(tried.values()) == count
    figures = {"tries": count, "accepted": sum(accepted.values()), "control": control}
    verdicts.check("C3", held, figures)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args(argv)
    verdicts = Verdicts()
    with tools.scratch("usu_guard") as db:
        prove(db, options.quick, verdicts)
    return verdicts.end("guard")


if __name__ == "__main__":
    sys.exit(main())
