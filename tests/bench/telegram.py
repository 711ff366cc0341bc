"""Telegram: updates taken per second, processed per second, answers sent per second.

    ./usu bench telegram [MESSAGES] [--quick]

``webhook`` is a running server with two workers and eight callers at once; the rest is
one process. Beside them the cost of one bare ``message_post`` in a channel, so that
the ratios mean something on a busy machine.
"""

import json
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import env

HERE = Path(__file__).resolve().parent
CALLERS = 8


def main(argv):
    from tests.fakes.telegram import FakeTelegram

    numbers = [int(a) for a in argv if a.isdigit()]
    count = numbers[0] if numbers else (60 if "--quick" in argv else 300)
    with env.scratch() as db, FakeTelegram() as fake:
        ready = _shell(db, "prepare", fake, count)
        rows = {"webhook taken": webhook(db, ready, count)}
        rows |= _shell(db, "measure", fake, count)
    print(f"{'telegram':24}{'per second':>12}{'CPU ms each':>14}")
    for name, row in rows.items():
        print(f"{name:24}{row['per_second']:12.1f}{row.get('cpu_ms', 0):14.1f}")
    print(json.dumps(rows))
    return 0


def webhook(db, ready, count):
    """Updates pushed to a real server; the slowest of a hundred as p95."""
    with env.Server(db, workers=2, name="telegram") as server:
        url = f"{server.url}/usu_intake/telegram/{ready['bot']}"
        headers = {
            "Content-Type": "application/json",
            "X-Telegram-Bot-Api-Secret-Token": ready["secret"],
        }

        def push(number):
            body = json.dumps(update(number)).encode()
            start = time.perf_counter()
            request = urllib.request.Request(url, body, headers)
            urllib.request.urlopen(request, timeout=60).read()
            return time.perf_counter() - start

        for number in range(8):
            push(-number - 1)  # warm
        alone = sorted(push(10**6 + number) for number in range(40))
        start = time.perf_counter()
        with ThreadPoolExecutor(CALLERS) as pool:
            walls = sorted(pool.map(push, range(count)))
        seconds = time.perf_counter() - start
    return {
        "per_second": round(count / seconds, 1),
        "alone_p95_ms": round(alone[int(len(alone) * 0.95)] * 1000, 1),
        "p95_ms": round(walls[int(len(walls) * 0.95)] * 1000, 1),
    }


def update(number):
    person = 700 + number % 20
    return {
        "update_id": 50_000 + number,
        "message": {
            "message_id": abs(number) + 1,
            "date": 1,
            "from": {"id": person, "is_bot": False, "first_name": "P"},
            "chat": {"id": person, "type": "private"},
            "text": f"message {number}",
        },
    }


def _shell(db, step, fake, count):
    code = (
        f"COUNT = {count}\nURL = {fake.url!r}\nTOKEN = {fake.token!r}\n"
        f"STEP = {step!r}\n"
        f"exec(open({str(HERE / '_telegram_rate.py')!r}).read())\n"
    )
    printed = env.shell(db, code)
    lines = [x for x in printed.splitlines() if "RESULT " in x]
    if not lines:
        sys.exit(f"usu bench telegram: no result\n{printed[-2000:]}")
    return json.loads(lines[-1].split("RESULT ", 1)[1])
