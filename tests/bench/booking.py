"""What a page of free times costs: 10 doctors, 31 days, 2,000 entries in the calendars.

    ./usu bench booking [--quick]

The page of times beside the page of services, which shows no free time: same server,
same frame, taking turns. The figures decide nothing; the exit status is 1 only if a
page was not shown or showed no time.
"""

import argparse
import json
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
for folder in (HERE, HERE.parent / "prove", HERE.parents[1] / "tools"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

import env as tools  # noqa: E402
from _booking_world import Visitor, prepare  # noqa: E402
from _routing_world import quantile, table  # noqa: E402

CALENDARS = """
from datetime import timedelta
from odoo import fields
users = env['res.users'].with_context(no_reset_password=True).create([
    {'name': f'Doctor {n}', 'login': f'bench_doctor_{n}'} for n in range(10)])
week = env['resource.calendar'].create({'name': 'Nine to six', 'tz': 'UTC',
    'attendance_ids': [(5, 0, 0)] + [(0, 0, {'name': 'Day', 'dayofweek': str(day),
        'hour_from': begin, 'hour_to': end, 'day_period': period})
        for day in range(7) for begin, end, period in
        ((9, 13, 'morning'), (14, 18, 'afternoon'))]})
people = Resource.create([{'name': user.name, 'resource_type': 'user', 'tz': 'UTC',
    'user_id': user.id, 'calendar_id': week.id} for user in users])
now = fields.Datetime.now().replace(hour=0, minute=0, second=0)
quiet = dict(no_mail_to_attendees=True, dont_notify=True, tracking_disable=True)
for n, user in enumerate(users):
    env['calendar.event'].with_context(**quiet).create([{
        'name': 'Meeting', 'user_id': user.id,
        'partner_ids': [(6, 0, user.partner_id.ids)],
        'start': now + timedelta(days=k // 5 + 1, hours=9 + k % 5 * 1.5),
        'stop': now + timedelta(days=k // 5 + 1, hours=9.5 + k % 5 * 1.5),
    } for k in range(EVENTS // 10)])
result = service('Bench', people)
"""
PAGES = {
    "times": "/book/{}",
    "one doctor's times": "/book/{}?doctor=",
    "services": "/book",
}


def measure(visitor, paths, turns):
    times, sizes = {name: [] for name in paths}, {}
    for turn in range(turns + 2):
        for name, path in paths.items():
            began = time.perf_counter()
            answer = visitor.session.get(visitor.url + path, timeout=60)
            took = (time.perf_counter() - began) * 1000
            answer.raise_for_status()
            sizes[name] = len(answer.content)
            if turn >= 2:  # the first ones fill caches
                times[name].append(took)
    return times, sizes


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args(argv)
    events, turns = (400, 10) if options.quick else (2000, 60)
    with tools.scratch("usu_intake_booking") as db:
        service = prepare(db, f"EVENTS = {events}\n" + CALENDARS)
        with tools.Server(db, workers=2) as server:
            visitor = Visitor(server.url, 0)
            shown = len(visitor.open(f"/book/{service}"))
            paths = {name: path.format(service) for name, path in PAGES.items()}
            doctor = tools.cluster.sql(
                "SELECT min(resource_id) FROM usu_booking_service_doctor_rel", db=db
            )[0][0]
            paths["one doctor's times"] += doctor
            times, sizes = measure(visitor, paths, turns)
    base = quantile(times["services"], 0.5)
    rows = [
        (
            name,
            f"{quantile(found, 0.5):.0f}",
            f"{quantile(found, 0.95):.0f}",
            f"{quantile(found, 0.5) / base:.1f}",
            f"{sizes[name] / 1000:.0f}",
        )
        for name, found in times.items()
    ]
    head = ("page", "ms p50", "ms p95", "x services", "kB")
    table(f"10 doctors, 31 days, {events} entries", head, rows)
    figures = {"events": events, "times_shown": shown, "p95_ms": rows[0][2]}
    print(json.dumps({"bench": "booking", **figures, "kB": rows[0][4]}))
    return 0 if shown else 1


if __name__ == "__main__":
    sys.exit(main())
