"""Days and hours as a person in some zone sees them. Times of records are naive UTC."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytz

UTC = ZoneInfo("UTC")
YEARS = range(2000, 2200)  # what somebody may mean; no zone overflows there


def known(name):
    """The zone's name if there is such a zone, else ''."""
    text = name if isinstance(name, str) else ""
    return text if text in pytz.all_timezones_set else ""


def local(moment, zone):
    """Naive UTC -> aware, in the zone."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))


def day_of(moment, zone):
    """The day somebody in that zone has at that moment."""
    return local(moment, zone).date()


def day_bounds(day, zone):
    """``(start, stop)`` of a day in that zone; 23 or 25 hours when clocks change."""
    return midnight(day, zone), midnight(day + timedelta(days=1), zone)


def midnight(day, zone):
    moment = datetime.combine(day, time.min, ZoneInfo(zone))
    return moment.astimezone(UTC).replace(tzinfo=None)


def same_clock(one, other, moment):
    """Whether two zones show the same time at that moment."""
    return local(moment, one).utcoffset() == local(moment, other).utcoffset()


def read_day(text):
    """ISO day typed or linked by anybody -> date, or ``None``."""
    try:
        day = date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return day if day and day.year in YEARS else None


def read_moment(text):
    """ISO time of a button, UTC to the minute -> naive datetime, or ``None``."""
    try:
        moment = datetime.strptime(str(text)[:20], "%Y-%m-%dT%H:%MZ")
    except ValueError:
        return None
    return moment if moment.year in YEARS else None


def write_moment(moment):
    return moment.strftime("%Y-%m-%dT%H:%MZ")
