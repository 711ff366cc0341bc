"""A telephone event: outside text in, checked plain values out.

An event is a snapshot of a call as the connector knows it. Nothing here knows Odoo:
``parse`` refuses what is malformed and cleans what people or a PBX may have mangled.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

TYPES = (
    "ring",
    "answer",
    "hold",
    "unhold",
    "transfer",
    "hangup",
    "recording",
    "update",
)
DIRECTIONS = ("incoming", "outgoing")
OUTCOMES = ("answered", "missed", "busy")
TRANSFERS = ("blind", "attended")

# parts in a call with which an employee has the card
HAS_CARD = ("ringing", "talking", "spoke")

MAX_LIST = 50
# a clock that is further away than this from ours is not believed
MAX_SKEW = timedelta(minutes=5)
# an event that is older than this rings nobody
MAX_RING_AGE = timedelta(seconds=30)

_CONTROL = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)


class EventError(ValueError):
    """The event cannot be understood; the text says why."""


@dataclass(frozen=True)
class Transfer:
    kind: str
    source: str
    target: str


@dataclass(frozen=True)
class CallEvent:
    """One snapshot. Times are naive UTC, numbers as given, extensions are text."""

    call: str
    seq: int
    type: str
    at: datetime
    direction: str
    number: str = ""
    name: str = ""
    did: str = ""
    queue: str = ""
    ringing: tuple = ()
    rang: tuple = ()
    extension: str = ""
    answered_by: tuple = ()
    transfers: tuple = ()
    on_hold: bool = False
    hold_seconds: float = 0.0
    wait_seconds: float = 0.0
    started_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = ""
    cause: str = ""
    live: bool = True

    @property
    def state(self):
        """``ringing``, ``talking`` or ``ended``."""
        if self.type == "hangup" or self.ended_at:
            return "ended"
        return "talking" if self.answered_at else "ringing"

    @property
    def legs(self):
        """State of each extension that took part: ``{extension: state}``, in order.

        ``ringing`` its telephone rings now; ``talking`` it speaks now; ``spoke`` it has
        spoken; ``missed`` it rang and nobody lifted it.
        """
        legs = dict.fromkeys((*self.rang, *self.ringing), "missed")
        legs.update(dict.fromkeys(self.answered_by, "spoke"))
        if self.state == "ended":
            # an employee who dialled and was not answered has been at the telephone
            if self.extension and self.direction == "outgoing":
                legs.setdefault(self.extension, "spoke")
            return legs
        legs.update(dict.fromkeys(self.ringing, "ringing"))
        if self.extension and (
            self.extension in self.answered_by or self.direction == "outgoing"
        ):
            legs[self.extension] = "talking"
        return legs


def clean(value, limit=128):
    """One line of harmless text out of whatever a PBX sends."""
    if value is None or isinstance(value, bool):
        return ""
    if not isinstance(value, str | int | float):
        raise EventError("a text was expected")
    text = str(value).encode("utf-8", "replace").decode("utf-8")
    return " ".join(_CONTROL.sub(" ", text).split())[:limit]


def parse_time(value):
    """ISO 8601 text to naive UTC; None and "" give None.

    :raise EventError: not a time
    """
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
        if moment.tzinfo:
            moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        raise EventError("a time was expected (ISO 8601)") from error
    return moment


def _one_of(data, key, allowed, default=None):
    value = data.get(key) or default
    if value not in allowed and value != default:
        raise EventError(f"{key} is unknown")
    if value is None:
        raise EventError(f"{key} is missing")
    return value


def _list(data, key):
    values = data.get(key)
    if values is None:
        return []
    if not isinstance(values, list):
        raise EventError(f"{key} must be a list")
    return values[:MAX_LIST]


def _texts(data, key):
    texts = (clean(value, 32) for value in _list(data, key))
    return tuple(dict.fromkeys(text for text in texts if text))


def _seconds(data, key):
    try:
        value = float(data.get(key) or 0)
    except (TypeError, ValueError) as error:
        raise EventError(f"{key} must be a number") from error
    # also turns "not a number" into nothing
    return value if 0 <= value < 7 * 86400 else 0.0


def _transfers(data):
    transfers = []
    for item in _list(data, "transfers"):
        if not isinstance(item, dict) or item.get("kind") not in TRANSFERS:
            raise EventError("transfers holds something unknown")
        source, target = clean(item.get("from"), 32), clean(item.get("to"), 32)
        transfers.append(Transfer(item["kind"], source, target))
    return tuple(transfers)


def _key(data):
    """``(call, seq, at)``: which event this is, and of when."""
    if not isinstance(data, dict):
        raise EventError("an event must be an object")
    call, seq = clean(data.get("call")), data.get("seq")
    if not call:
        raise EventError("call is missing")
    if not isinstance(seq, int) or isinstance(seq, bool) or not 0 <= seq < 2**31:
        raise EventError("seq must be a whole number")
    at = parse_time(data.get("at"))
    if not at:
        raise EventError("at is missing")
    return call, seq, at


def parse(data, now):
    """Turn the JSON of one event into a :class:`CallEvent`.

    :param dict data: as described in docs/developer/contracts.md
    :param datetime now: UTC, naive
    :raise EventError: the event cannot be used; nothing of it may be stored

    A live event whose time is more than ``MAX_SKEW`` away from ``now`` comes from a PBX
    with a wrong clock: all its times are moved by the difference.
    """
    call, seq, at = _key(data)
    live = data.get("live", True) is not False
    shift = now - at if live and abs(now - at) > MAX_SKEW else timedelta()

    def moment(key):
        value = parse_time(data.get(key))
        return value + shift if value else None

    return CallEvent(
        call=call,
        seq=seq,
        type=_one_of(data, "type", TYPES),
        at=at + shift,
        direction=_one_of(data, "direction", DIRECTIONS),
        number=clean(data.get("number"), 64),
        name=clean(data.get("name")),
        did=clean(data.get("did"), 64),
        queue=clean(data.get("queue"), 64),
        ringing=_texts(data, "ringing"),
        rang=_texts(data, "rang"),
        extension=clean(data.get("extension"), 32),
        answered_by=_texts(data, "answered_by"),
        transfers=_transfers(data),
        on_hold=data.get("on_hold") is True,
        hold_seconds=_seconds(data, "hold_seconds"),
        wait_seconds=_seconds(data, "wait_seconds"),
        started_at=moment("started_at"),
        answered_at=moment("answered_at"),
        ended_at=moment("ended_at"),
        outcome=_one_of(data, "outcome", OUTCOMES, ""),
        cause=clean(data.get("cause"), 64),
        live=live,
    )


def audience(before, after, *, may_ring):
    """Who must learn what when a call's participants change.

    :param dict before: user -> leg state as stored, ``{}`` for a new call
    :param dict after: user -> leg state now
    :param bool may_ring: the event is fresh enough to interrupt people
    :return: ``(ring, update, gone)``, three lists of users in order: a card appears,
        changes, disappears
    """
    ring, update, gone = [], [], []
    for user, state in after.items():
        known = before.get(user)
        if state == "missed":
            if known == "ringing":
                gone.append(user)
        elif known == state or (known in HAS_CARD and state != "ringing"):
            update.append(user)
        elif may_ring and state != "spoke":
            ring.append(user)
    gone += [u for u, s in before.items() if s == "ringing" and u not in after]
    return ring, update, gone
