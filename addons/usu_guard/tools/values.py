"""Plain values of the guard: no environment, no clock."""

from dataclasses import dataclass
from typing import Any, NamedTuple

DAY = 86400
SITE_WINDOW = 60


@dataclass(frozen=True)
class Rule:
    """The limits of one action; 0 means no limit.

    :param check: ``none`` | ``proof`` | ``code``: what every visitor must show
    :param window_seconds: length of the window of ``address_*`` and ``subject_*``
    :param address_soft: above it the visitor types a code
    :param address_hard: above it requests of that address are refused
    :param address_day: the same for 24 hours
    :param site_soft: requests of all visitors in a minute; above it all type a code
    """

    action: str
    check: str = "proof"
    window_seconds: int = 600
    address_soft: int = 10
    address_hard: int = 30
    address_day: int = 0
    subject_soft: int = 0
    subject_hard: int = 0
    site_soft: int = 0


@dataclass(frozen=True)
class Admission:
    """What the guard says to one request.

    :param need: what would help: ``None``, ``"proof"`` or ``"code"``
    :param error: a key for the screen, empty when allowed
    :param retry_after: seconds until the same request may pass; 0 if unknown
    """

    allowed: bool
    need: str | None = None
    error: str = ""
    retry_after: int = 0

    def __bool__(self):
        return self.allowed

    def refusal(self):
        """The answer of a controller that refuses."""
        return {
            "usu_error": self.error,
            "need": self.need,
            "retry_after": self.retry_after,
        }


class Counter(NamedTuple):
    """One thing that is counted: by whom, for how long, up to what."""

    scope: str
    window: int
    soft: int
    hard: int


class Hits(NamedTuple):
    """What a counter reached, and when (Unix time) its window ends."""

    count: int
    until: float


class Verdict(NamedTuple):
    refused: bool
    soft: bool
    retry_after: int


class Evidence(NamedTuple):
    """What a visitor showed.

    :param kind: ``"proof"``, ``"code"`` or empty
    :param error: empty, or why the evidence does not count
    :param nonce: to be spent, so that the evidence counts once
    :param until: Unix time after which the evidence is void anyway
    """

    kind: str = ""
    error: str = ""
    nonce: str = ""
    until: float = 0.0
    payload: Any = None
