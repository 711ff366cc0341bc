"""A visit for the client's own calendar (RFC 5545, RFC 5546 3.2).

One visit has one UID for good; each change raises SEQUENCE, so that a calendar moves or
removes the entry it has instead of adding another. Times are UTC, which every calendar
shows in its owner's zone, also across a change of the clocks.
"""

from dataclasses import dataclass
from datetime import datetime, timezone

from icalendar import Calendar, Event, vCalAddress, vText


@dataclass(frozen=True)
class Visit:
    """``start``, ``stop``, ``stamp``: naive UTC. ``organizer``, ``attendee``: pairs of
    name and address; an empty address leaves the line out."""

    uid: str
    sequence: int
    start: datetime
    stop: datetime
    stamp: datetime
    summary: str
    description: str = ""
    location: str = ""
    url: str = ""
    organizer: tuple = ("", "")
    attendee: tuple = ("", "")


def write(visit, *, cancelled=False):
    """The visit as a calendar file.

    :param bool cancelled: the visit does not take place (METHOD:CANCEL)
    :return: bytes
    """
    calendar = Calendar()
    calendar.add("prodid", "-//USU Front Desk//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "REQUEST")
    event = Event()
    event.add("uid", visit.uid)
    event.add("sequence", visit.sequence)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("dtstamp", _utc(visit.stamp))
    event.add("dtstart", _utc(visit.start))
    event.add("dtend", _utc(visit.stop))
    event.add("summary", visit.summary)
    for name in ("description", "location", "url"):
        if value := getattr(visit, name):
            event.add(name, value)
    for name in ("organizer", "attendee"):
        person, address = getattr(visit, name)
        if address:
            event.add(name, _address(person, address), encode=0)
    calendar.add_component(event)
    return calendar.to_ical()


def _utc(moment):
    return moment.replace(microsecond=0, tzinfo=timezone.utc)


def _address(person, address):
    known = vCalAddress(f"mailto:{address}")
    if person:
        known.params["cn"] = vText(person.replace('"', "'"))
    return known
