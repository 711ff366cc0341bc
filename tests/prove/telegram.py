"""Telegram: every update once, every answer delivered, whoever is killed.

    ./usu prove telegram [--quick]

A Bot API server on loopback holds the updates of many people; poller, processing and
sending are killed with SIGKILL at every point of the way and started again. Then:
each of 500 messages stands in exactly one dialogue, in the order it was written, and
every answer reached its person in order. What Telegram had taken when the sender died
before noting it may arrive a second time, once per such kill: the Bot API has no means
to ask. Afterwards Telegram is away, then floods: everything arrives once.
"""

import json
import sys
from pathlib import Path

import env

HERE = Path(__file__).resolve().parent
PEOPLE = 50


def main(argv):
    from tests.fakes.telegram import FakeTelegram

    count = 100 if "--quick" in argv else 500
    with env.scratch() as db, FakeTelegram() as fake:
        for number in range(count):
            person = 700 + number % PEOPLE
            fake.says(person, f"message {number:04d}")
        code = (
            f"import sys; sys.path[:0] = [{str(env.ROOT)!r}, {str(HERE)!r}]\n"
            f"COUNT = {count}\nPEOPLE = {PEOPLE}\n"
            f"URL = {fake.url!r}\nTOKEN = {fake.token!r}\n"
            f"exec(open({str(HERE / '_telegram_kill.py')!r}).read())\n"
        )
        printed = env.shell(db, code)
        lines = [x for x in printed.splitlines() if "RESULT " in x]
        if not lines:
            sys.exit(f"usu prove telegram: no result\n{printed[-2000:]}")
        result = json.loads(lines[-1].split("RESULT ", 1)[1])
        result |= delivered(fake, count)
    print(f"kill -9, Telegram: {json.dumps(result)}", flush=True)
    bad = [
        name
        for name, held in (
            ("every update in exactly one dialogue", result["once"] == count),
            ("in the order written", not result["out_of_order"]),
            ("no answer lost", not result["answers_lost"]),
            (
                "no answer doubled beyond the kills between sending and noting",
                result["answers_doubled"] <= result["kills_while_sending"],
            ),
            ("answers in order", not result["answers_out_of_order"]),
            ("every point was reached", result["kills"] >= result["points"]),
        )
        if not held
    ]
    print(json.dumps({"held": not bad, "broken": bad}))
    return int(bool(bad))


def delivered(fake, count):
    """What the people received, of the answers ``answer NNNN``."""
    lost = doubled = disorder = 0
    for person in range(700, 700 + PEOPLE):
        texts = [t for t in fake.texts(person) if t.startswith("answer ")]
        wanted = [f"answer {n:04d}" for n in range(person - 700, count, PEOPLE)]
        lost += len(set(wanted) - set(texts))
        doubled += len(texts) - len(set(texts))
        disorder += list(dict.fromkeys(texts)) != wanted
    return {
        "answers_lost": lost,
        "answers_doubled": doubled,
        "answers_out_of_order": disorder,
    }
