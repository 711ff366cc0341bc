"""Nobody is ever booked twice, whoever comes at the same moment.

    ./usu prove booking [--quick]

B1 eight visitors press the button of one time at once, over HTTP with four workers:
exactly as many get it as there are doctors (1, 3, and 3 with a single room), the
others get the next free times, nobody an error. B2 eight whose hold ran out send their
names at once: as many are booked. B3 afterwards no doctor and no room has two visits
that overlap, and each visit has its request.
"""

import argparse
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
for folder in (HERE, HERE.parents[1] / "tools"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

import env as tools  # noqa: E402
from _booking_world import Visitor, prepare, together  # noqa: E402
from _routing_world import Verdicts, milliseconds, table  # noqa: E402

VISITORS = 8
WORKERS = 4
SERVICES = """
result = {'one doctor': [service('One', doctors(1)), 1],
          'three doctors': [service('Three', doctors(3)), 3],
          'three doctors, one room': [service('Room', doctors(3), 1), 1]}
"""
EXPIRE = (
    "UPDATE usu_booking SET hold_until = '2000-01-01' WHERE state = 'held';"
    "UPDATE usu_booking_slot SET hold_until = '2000-01-01' WHERE state = 'held'"
)
BOOKED = (
    "SELECT count(*) FROM usu_booking"
    " WHERE service_id = {} AND start = '{}' AND state = 'booked'"
)
OVERLAPS = (
    "SELECT count(*) FROM usu_booking_slot a JOIN usu_booking_slot b"
    " ON a.id < b.id AND a.resource_id = b.resource_id"
    " AND tsrange(a.start, a.stop) && tsrange(b.start, b.stop)"
)
UNREGISTERED = (
    "SELECT count(*) FROM usu_booking WHERE state = 'booked'"
    " AND (ticket_id IS NULL OR event_id IS NULL OR partner_id IS NULL)"
)


def number(db, query):
    return int(tools.cluster.sql(query, db=db)[0][0])


def press(db, visitors, service, start):
    """One round of B1: all press, who got it sends the name, twice at once."""
    answers = Counter(together(visitors, lambda v: v.hold(service, start)))
    times = [v.took for v in visitors]
    winners = [v for v in visitors if v.link]
    sent = Counter()
    if winners:
        sent = Counter(together(winners, lambda v: v.book()))
    return answers, sent, number(db, BOOKED.format(service, start[:-1])), times


def expired(db, visitors, service, start):
    """One round of B2: every hold ran out before its visitor had typed."""
    for visitor in visitors:
        if visitor.hold(service, start) != "held":
            return Counter({"error: not held": 1}), 0
        tools.cluster.sql(EXPIRE, db=db)
    answers = Counter(together(visitors, lambda v: v.book()))
    return answers, number(db, BOOKED.format(service, start[:-1]))


def moments(count):
    """Half hours from the day after tomorrow on."""
    first = datetime.utcnow().replace(hour=0, minute=0, second=0, microsecond=0)
    first += timedelta(days=2)
    return [
        f"{first + timedelta(minutes=30 * n):%Y-%m-%dT%H:%MZ}" for n in range(count)
    ]


def prove(db, rounds, verdicts):
    services = prepare(db, SERVICES)
    rows, b1, b2 = [], True, True
    with tools.Server(db, workers=WORKERS) as server:
        visitors = [Visitor(server.url, n) for n in range(VISITORS)]
        for visitor in visitors:
            visitor.open(f"/book/{services['one doctor'][0]}")
        late = max(2, rounds // 5)
        for name, (service, capacity) in services.items():
            slots = moments(rounds + late)
            total, kept, times, right = Counter(), Counter(), [], 0
            for start in slots[:rounds]:
                answers, sent, booked, took = press(db, visitors, service, start)
                times += took
                total, kept = total + answers, kept + sent
                right += (
                    answers == Counter(held=capacity, offered=VISITORS - capacity)
                    and sent == Counter(booked=capacity)
                    and booked == capacity
                )
            b1 &= right == rounds
            rows.append((name, rounds, right, dict(total), milliseconds(times)))
            total, right = Counter(), 0
            for start in slots[rounds:]:
                answers, booked = expired(db, visitors, service, start)
                total += answers
                right += booked == capacity and answers == Counter(
                    booked=capacity, offered=VISITORS - capacity
                )
            b2 &= right == late
            rows.append((f"{name}: holds ran out", late, right, dict(total), ""))
        problems = [line for line in server.warnings() if "ERROR" in line]
    head = ("at once 8 visitors", "rounds", "exact", "answers", "ms p50 / p95")
    table("B1, B2: one time, eight visitors", head, rows)
    for line in problems[:5]:
        print(f"  log: {line[:160]}")
    verdicts.check("B1", b1 and not problems, {"rounds": rounds * len(services)})
    verdicts.check("B2", b2, {"rounds": late * len(services)})
    found = {"overlaps": number(db, OVERLAPS), "unregistered": number(db, UNREGISTERED)}
    print(f"\nB3: {found}")
    verdicts.check("B3", not any(found.values()), found)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args(argv)
    verdicts = Verdicts()
    with tools.scratch("usu_intake_booking") as db:
        prove(db, 5 if options.quick else 50, verdicts)
    return verdicts.end("booking")


if __name__ == "__main__":
    sys.exit(main())
