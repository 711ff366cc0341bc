"""The plain values that adapters and routing hand one another.

Frozen dataclasses without records, so that they can be kept, compared and tested
without a database. Times are naive UTC. Ids are ids of Odoo records.
"""

from dataclasses import dataclass, field
from datetime import datetime, timezone

CHANNELS = (
    "chat",
    "email",
    "telegram",
    "form",
    "appointment",
    "order",
    "call",
    "manual",
)
# What takes an employee's attention at once, and how much of it. A class has its own
# capacity per employee; the weight makes the classes comparable.
CHANNEL_CLASS = {"chat": "chat", "telegram": "chat", "call": "call"}
CLASSES = ("chat", "call", "written")
WEIGHT = {"chat": 1.0, "call": 3.0, "written": 0.2}
LIVE = frozenset({"chat", "call"})

LEVELS = ("verified", "known", "probable", "maybe")
CERTAIN = frozenset({"verified", "known"})


def utcnow():
    """Naive UTC with microseconds, which order decisions made within one second."""
    return datetime.now(timezone.utc).replace(tzinfo=None)


def channel_class(channel):
    """``chat`` | ``call`` | ``written`` of a channel; unknown channels are written."""
    return CHANNEL_CLASS.get(channel, "written")


@dataclass(frozen=True)
class Contact:
    """Who makes contact, as far as the adapter knows.

    :param partner_id: the client is certain (portal login, linked Telegram account)
    :param phone: as it was written or delivered, in any style
    :param country_code: ISO code the number is read in; the company's if empty
    :param verified: which of ``phone``, ``email``, ``telegram`` were proved to belong
        to the sender
    """

    partner_id: int | None = None
    name: str = ""
    phone: str = ""
    email: str = ""
    telegram_id: int | str | None = None
    country_code: str = ""
    lang: str = ""
    verified: frozenset = frozenset()


@dataclass(frozen=True)
class Candidate:
    """A client this contact may be.

    :param level: ``verified`` | ``known`` | ``probable`` | ``maybe``
    :param kind: ``partner`` | ``phone`` | ``email`` | ``telegram``: what matched
    :param value: the normalised value that matched
    :param reason: a sentence for people
    """

    partner_id: int
    level: str
    kind: str
    value: str
    reason: str


@dataclass(frozen=True)
class Receipt:
    """What became of something received.

    :param state: ``assigned`` | ``queued`` | ``duplicate``
    :param next_opening: when the desk opens again if nobody can answer now, or None
    :param candidates: all the clients it may be, best first
    """

    partner_id: int | None
    request_id: int
    user_id: int | None
    state: str
    reason: str
    token: str | None = None
    next_opening: datetime | None = None
    new_client: bool = False
    new_request: bool = False
    candidates: tuple[Candidate, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class DeskState:
    """Is somebody there?

    :param open: within the desk's hours; without a calendar: somebody is there
    :param staffed: an employee could answer now
    :param closes_at: end of the hours that run now, or None
    :param next_opening: start of the next hours when closed, or None if unknown
    """

    open: bool
    staffed: bool
    closes_at: datetime | None = None
    next_opening: datetime | None = None
