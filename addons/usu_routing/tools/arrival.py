"""What an adapter handed over, on its way through the routing."""

from dataclasses import dataclass, field
from typing import Any

from .values import Contact

# matters of their own, even if the client has an open request
APART = frozenset({"appointment", "order"})


@dataclass(frozen=True)
class Arrival:
    """One thing that arrived; see ``usu.routing._receive`` for its parts.

    :param apart: a matter of its own, no continuation of an open request
    :param preferred: res.users who acts already, or empty
    """

    contact: Contact
    channel: str
    title: str
    body: Any
    external_id: str | None
    apart: bool
    preferred: Any
    level: int = 0
    skills: frozenset = frozenset()
    values: dict = field(default_factory=dict)
