"""When is a visit possible? Interval arithmetic over plain values.

Every time is naive UTC. An interval is a pair ``(start, stop)`` without its end.
Nothing here reads a clock or a record: the facts and the limits are arguments.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import datetime, timedelta

GRID = 300  # seconds; every zone is a multiple of it away from UTC


@dataclass(frozen=True)
class Shape:
    """What a visit takes: itself, the time around it, how often one may begin."""

    duration: timedelta
    before: timedelta = timedelta()
    after: timedelta = timedelta()
    step: timedelta = timedelta(minutes=30)

    def span(self, start):
        """What a visit beginning then takes from its doctor and its room."""
        return start - self.before, start + self.duration + self.after


@dataclass
class Line:
    """One doctor or room: hours of work and what each of its places (a room may have
    several) is taken by."""

    work: list
    seats: list = field(default_factory=lambda: [[]])

    def __post_init__(self):
        self.seats = [merge(busy) for busy in self.seats]
        self.work = merge(self.work)

    def at_work(self, start, stop):
        """Whether the hours of work hold all of it."""
        place = bisect_right(self.work, (start, datetime.max)) - 1
        return place >= 0 and self.work[place][1] >= stop

    def free_seats(self, span):
        """Numbers of the places nobody has taken in that time, from 1."""
        return [n for n, busy in enumerate(self.seats, 1) if not overlaps(busy, span)]

    def is_free(self, start, stop, span):
        return self.at_work(start, stop) and any(
            not overlaps(busy, span) for busy in self.seats
        )


def merge(intervals):
    """Sorted, with those that touch made one; empty ones left out."""
    merged = []
    for start, stop in sorted(intervals):
        if start >= stop:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


def overlaps(busy, span):
    """Whether one of these merged intervals overlaps the span."""
    place = bisect_left(busy, (span[1],))
    return place > 0 and busy[place - 1][1] > span[0]


def starts(line, rooms, shape, earliest, latest):
    """Every time a visit with this doctor may begin, in order.

    :param Line line: the doctor
    :param rooms: `Line`s of the rooms, one of which is needed; ``None``: no room
    :param Shape shape: what the visit takes
    :param earliest: no start before
    :param latest: no start at or after
    :return: list of naive UTC datetimes
    """
    found = []
    for begin, end in line.work:
        start = on_grid(begin)
        if start < earliest:
            start += -(-(earliest - start) // shape.step) * shape.step
        while start < latest and start + shape.duration <= end:
            if fits(line, rooms, shape, start):
                found.append(start)
            start += shape.step
    return found


def fits(line, rooms, shape, start):
    """Whether the doctor and, where one is needed, a room are free."""
    stop, span = start + shape.duration, shape.span(start)
    if not line.is_free(start, stop, span):
        return False
    return rooms is None or any(room.is_free(start, stop, span) for room in rooms)


def on_grid(moment):
    """The moment, or the next one that people name: five minutes."""
    over = (moment - datetime.min).total_seconds() % GRID
    return moment + timedelta(seconds=GRID - over) if over else moment
