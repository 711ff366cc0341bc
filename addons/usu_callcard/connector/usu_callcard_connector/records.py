"""What the reducer remembers (Channel) and what it says (Call)."""

import re
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone

FOREVER = float("inf")
NAME = re.compile(
    r"^(?P<tech>[^/]+)/(?P<endpoint>.+?)(-[0-9A-Fa-f]+)?(?P<half>;[12])?$"
)
UNIQUE = re.compile(r"(\d+)\.(\d+)$")


def order(uid):
    """Sorts Asterisk's own ids by creation; () for ids made by a program."""
    found = UNIQUE.search(uid)
    return (0, int(found[1]), int(found[2])) if found else ()


@dataclass
class Channel:
    """One channel of the PBX and every fact learnt of it; times are our own clock."""

    uid: str
    seen: float
    touched: float = 0.0
    name: str = ""
    linkedid: str = ""  # the first one said: later ones come from merges
    created: bool = False  # its creation was seen, so exten and number are the first
    inbound: bool | None = None  # the far side called us (True) or we called it (False)
    number: str = ""
    caller_name: str = ""
    own_number: str = ""  # what the PBX calls this telephone
    exten: str = ""
    context: str = ""
    did: str = ""  # from the variable FROM_DID
    parent: str | None = None  # who dialled it
    dialled_at: float | None = None
    outside: str = ""  # outside number in its dial string
    dial_ends: list = field(default_factory=list)  # (time, status)
    ringing: bool = False
    up: bool = False
    moves: dict = field(default_factory=dict)  # bridge -> [(time, entered)]
    holds: list = field(default_factory=list)  # (time, on)
    queues: list = field(default_factory=list)  # (time, name)
    recording: str = ""
    hung: float | None = None
    cause: str = ""
    cause_text: str = ""

    @property
    def local(self):
        return self.name.startswith("Local/")

    @property
    def endpoint(self):
        found = NAME.match(self.name)
        return found["endpoint"] if found else ""

    @property
    def tech(self):
        return self.name.partition("/")[0]

    @property
    def order(self):
        """Creation order on the PBX; ids made by a program have none: time decides."""
        return order(self.uid) or (1, self.seen, 0)

    def intervals(self):
        """[(bridge, from, to)] of its stays in bridges, ``to`` infinite when inside."""
        found = []
        end = FOREVER if self.hung is None else self.hung
        for bridge, moves in self.moves.items():
            begin, first = None, True
            for at, entered in sorted(moves):
                if entered and begin is None:
                    begin = at
                elif not entered and begin is not None:
                    found.append((bridge, begin, at))
                    begin = None
                elif not entered and first:  # its entering was not seen
                    found.append((bridge, min(self.seen, at), at))
                first = False
            if begin is not None:
                found.append((bridge, begin, max(begin, end)))
        return found

    def hold_intervals(self):
        found, begin = [], None
        for at, on in sorted(self.holds):
            if on and begin is None:
                begin = at
            elif not on and begin is not None:
                found.append((begin, at))
                begin = None
        if begin is not None:
            found.append((begin, FOREVER if self.hung is None else self.hung))
        return found


def iso(moment):
    """Seconds since 1970 -> the contract's text; None stays None."""
    if moment is None:
        return None
    at = datetime.fromtimestamp(moment, timezone.utc)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Call:
    """A snapshot of one call. Times are seconds since 1970 (or since a recording's
    start); lists of extensions are in the order things happened.
    """

    call: str
    direction: str  # incoming | outgoing | internal
    number: str = ""
    name: str = ""
    did: str | None = None
    queue: str | None = None
    ringing: list = field(default_factory=list)
    rang: list = field(default_factory=list)
    extension: str | None = None
    answered_by: list = field(default_factory=list)
    transfers: list = field(default_factory=list)
    on_hold: bool = False
    hold_seconds: float = 0.0
    wait_seconds: float | None = None
    started_at: float | None = None
    answered_at: float | None = None
    ended_at: float | None = None
    outcome: str | None = None
    cause: str | None = None
    recording: str | None = None
    # how it is delivered
    seq: int = 0
    type: str = "update"
    at: float | None = None
    live: bool = True

    def to_event(self):
        """The contract's JSON object."""
        event = asdict(self)
        for key in ("at", "started_at", "answered_at", "ended_at"):
            event[key] = iso(event[key])
        return event
