"""The facts: channels, and which of them belong to one call.

Facts only add up: the same fact twice changes nothing, and facts may come in any
order. Channels are joined into groups by whatever ties them (a common linked id, one
dialling the other, the halves of a Local channel, a shared bridge, a transfer). No
judgement here; that is ``judge.py``.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

from . import text
from .endpoints import Endpoints
from .records import FOREVER, Channel

RING, UP = "Ring", "Up"
MAX_TOMBSTONES = 20000
SAME_PAIR = 2.0  # seconds between the first signs of a Local channel's two halves
LATE = 0.15  # seconds by which events may come out of order


@dataclass
class Group:
    """Channels of one call (or of several that were merged)."""

    ids: set = field(default_factory=set)
    channels: dict = field(default_factory=dict)  # uid -> Channel
    transfers: dict = field(default_factory=dict)  # key -> Transfer
    numbers: dict = field(default_factory=dict)  # id -> number we were asked to dial
    born: float = 0.0
    touched: float = 0.0
    due: float | None = None  # when to look at it again
    gap: bool = False  # part of its events may be missing
    said: dict = field(default_factory=dict)  # call id -> last snapshot said
    seeds: dict = field(default_factory=dict)  # call id -> snapshot of an earlier run


@dataclass
class Transfer:
    kind: str
    at: float
    transferer: str  # uid
    second: str = ""  # uid of the transferer's second channel
    transferee: str = ""  # uid
    target: str = ""  # uid, when known
    to: str = ""  # the number, of a blind transfer


class Switchboard:
    def __init__(self, endpoints=None):
        self.endpoints = endpoints or Endpoints()
        self.groups = {}  # id -> Group
        self.changed = {}  # id(Group) -> Group
        self._tombs = OrderedDict()  # ids of calls that are over
        self._halves = {}  # name of a Local channel without ;1 -> {half: Channel}
        self._bridges = {}  # bridge -> {uid inside: when it left}

    # Groups

    def other_half(self, channel):
        """The uid of the other half of a Local channel, or None."""
        other = {"1": "2", "2": "1"}.get(channel.name[-1:])
        half = self._halves.get(channel.name[:-2], {}).get(other)
        return half.uid if half else None

    def all_groups(self):
        return list({id(group): group for group in self.groups.values()}.values())

    def is_over(self, uid):
        return uid in self._tombs

    def channel(self, uid, at):
        """The channel of that id, made when new; None when its call is over."""
        if not uid or uid in self._tombs:
            return None
        group = self._group(uid, at)
        if uid not in group.channels:
            group.channels[uid] = Channel(uid, at)
        channel = group.channels[uid]
        channel.seen, channel.touched = min(channel.seen, at), max(channel.touched, at)
        group.touched = max(group.touched, at)
        self.changed[id(group)] = group
        return channel

    def _group(self, some_id, at):
        group = self.groups.get(some_id)
        if group is None:
            group = self.groups[some_id] = Group(ids={some_id}, born=at, touched=at)
        return group

    def join(self, one, other, at):
        """Both ids belong together."""
        if not one or not other or one == other or {one, other} & self._tombs.keys():
            return
        keep, gone = self._group(one, at), self._group(other, at)
        if keep is gone:
            return
        if len(keep.ids) < len(gone.ids):
            keep, gone = gone, keep
        keep.ids |= gone.ids
        keep.born, keep.touched = min(keep.born, gone.born), max(keep.touched, at)
        keep.gap |= gone.gap
        for name in ("channels", "transfers", "numbers", "said", "seeds"):
            getattr(keep, name).update(getattr(gone, name))
        for some_id in gone.ids:
            self.groups[some_id] = keep
        self.changed.pop(id(gone), None)
        self.changed[id(keep)] = keep

    def bury(self, group, remember=True):
        """Forget a group whose calls are over; late events of it will be ignored."""
        for some_id in group.ids:
            self.groups.pop(some_id, None)
            if remember:
                self._tombs[some_id] = True
        while len(self._tombs) > MAX_TOMBSTONES:
            self._tombs.popitem(last=False)
        for channel in group.channels.values():
            self._halves.pop(channel.name[:-2], None)
            for bridge in channel.moves:
                inside = self._bridges.get(bridge, {})
                inside.pop(channel.uid, None)
                if not inside:
                    self._bridges.pop(bridge, None)
        self.changed.pop(id(group), None)

    # Facts

    def see(self, uid, at, *, name="", linkedid="", state="", number=None, caller=None):
        """Any mention of a channel."""
        channel = self.channel(uid, at)
        if channel is None:
            return None
        if name and name != channel.name:
            channel.name = name
            self._pair_halves(channel, at)
        if linkedid:
            channel.linkedid = channel.linkedid or linkedid
            self.join(uid, linkedid, at)
        if state == UP:
            channel.up = True
        elif state == "Ringing":
            channel.ringing = True
        if number and not channel.number:
            channel.number = number
        if caller and not channel.caller_name:
            channel.caller_name = caller
        return channel

    def created(self, channel, state, number, caller, exten, context):
        """The first event of a channel: what it says of number and extension counts."""
        if channel.created:
            return
        channel.created = True
        channel.inbound = state == RING
        channel.number = number or channel.number
        channel.caller_name = caller or channel.caller_name
        channel.exten, channel.context = exten, context
        if not channel.inbound or self.endpoints.is_extension_number(number):
            channel.own_number = channel.own_number or number
        self.endpoints.saw_creation(channel)

    def placed(self, channel, context, exten):
        """Where a channel is whose creation was not seen."""
        if not channel.created:
            channel.context = channel.context or context
            channel.exten = channel.exten or exten
            self.endpoints.saw_later(channel)

    def dial(self, caller, dest, at, dialstring, own_number=""):
        if dest is None:
            return
        dest.inbound = False
        dest.dialled_at = min(at, dest.dialled_at or at)
        dest.own_number = own_number or dest.own_number
        dest.outside = dest.outside or text.dialled(dialstring, dest.endpoint)
        if caller and caller.uid != dest.uid:
            dest.parent = dest.parent or caller.uid
            self.join(caller.uid, dest.uid, at)
        self.endpoints.saw_dial(caller, dest, text.one(dialstring))

    def dial_end(self, caller, dest, at, status):
        if dest is None:
            return
        if caller and caller.uid != dest.uid:
            self.join(caller.uid, dest.uid, at)
        if status and status not in ("RINGING", "PROGRESS", "PROCEEDING"):
            if status not in [known for _at, known in dest.dial_ends]:
                dest.dial_ends.append((at, status))
        elif status == "RINGING":
            dest.ringing = True

    def move(self, channel, bridge, at, entered, holding=False):
        """Into or out of a bridge. Holding bridges (music, parking) join nobody."""
        if channel is None or holding or not bridge:
            return
        channel.moves.setdefault(bridge, []).append((at, entered))
        inside = self._bridges.setdefault(bridge, {})
        for other, left in list(inside.items()):
            if left > at - LATE:
                self.join(channel.uid, other, at)
        inside[channel.uid] = FOREVER if entered else at

    def hold(self, channel, at, on):
        if channel is not None:
            channel.holds.append((at, on))

    def queue(self, channel, at, name):
        if channel is not None and name:
            if name not in [known for _at, known in channel.queues]:
                channel.queues.append((at, name))

    def transfer(self, transfer):
        if self.is_over(transfer.transferer):
            return
        for other in (transfer.second, transfer.transferee, transfer.target):
            self.join(transfer.transferer, other, transfer.at)
        group = self._group(transfer.transferer, transfer.at)
        key = (transfer.kind, transfer.transferer, transfer.to)
        group.transfers.setdefault(key, transfer)
        self.changed[id(group)] = group

    def hangup(self, channel, at, cause="", cause_text=""):
        if channel is not None and channel.hung is None:
            channel.hung = at
            channel.cause, channel.cause_text = cause, cause_text
            for bridge in channel.moves:
                self._bridges[bridge][channel.uid] = at

    def only_alive(self, alive, at, since):
        """After an interruption: channels not listed ended while we were away.

        :param since: when the list began; what was heard of after it is alive
        """
        for group in self.all_groups():
            group.gap = True
            for channel in group.channels.values():
                listed = channel.uid in alive or channel.touched >= since
                if channel.hung is None and not listed:
                    self.hangup(channel, at)
                    self.changed[id(group)] = group

    def _pair_halves(self, channel, at):
        if not channel.local or channel.name[-2:] not in (";1", ";2"):
            return
        halves = self._halves.setdefault(channel.name[:-2], {})
        halves[channel.name[-1]] = channel
        first, second = halves.get("1"), halves.get("2")
        # a PBX begins its numbering again when it is restarted
        if first and second and abs(first.seen - second.seen) < SAME_PAIR:
            self.join(first.uid, second.uid, at)
            second.parent = first.uid
