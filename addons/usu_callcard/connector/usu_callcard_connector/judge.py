"""Judgement: from a group's facts to snapshots of calls. Pure; no clock.

A group is a forest: every channel hangs below the one that dialled it. Each tree is a
call as somebody began it. A tree with the outside world in it is an *external* call;
the internal ones beside it (somebody was consulted, a call was picked up) are part of
it. Where two external calls were merged by a transfer, the older goes on and the other
one ends there.
"""

from . import text
from .contact import Contacts, join, seconds
from .records import FOREVER, Call

NOT_REACHED = {"CHANUNAVAIL", "CONGESTION"}
SLACK = 0.15  # seconds by which events may be out of order
NO_NUMBER = {"", "s", "i", "t", "h", "o"}


def judge(group, board, now):
    """The calls of a group: the one that goes on first, then those merged into it."""
    trees = _trees(group.channels, board)
    external = [tree for tree in trees if tree.direction != "internal"]
    main = (external or trees)[:1]
    calls = []
    for tree in main:
        extra = [
            one for one in trees if one.direction == "internal" and one is not tree
        ]
        calls.append(_Judgement(group, board, tree, extra, now).call())
    for tree in external[1:]:
        calls.append(_Judgement(group, board, tree, [], now, merged=main[0]).call())
    return calls


class Tree:
    def __init__(self, top):
        self.top = top
        self.channels = []
        self.direction = "internal"

    @property
    def order(self):
        return self.top.order


def _trees(channels, board):
    trees = {}
    for channel in channels.values():
        top = _top(channel, channels)
        trees.setdefault(top.uid, Tree(top)).channels.append(channel)
    for tree in trees.values():
        tree.channels.sort(key=lambda channel: (channel.seen, channel.order))
    _adopt(trees, board)
    for tree in trees.values():
        outside = [c for c in tree.channels if board.endpoints.kind(c) == "trunk"]
        if tree.top in outside and _called_us(tree.top):
            tree.direction = "incoming"
        elif outside:
            tree.direction = "outgoing"
    timed = any(not tree.order[0] == 0 for tree in trees.values())
    return sorted(
        trees.values(), key=lambda tree: tree.top.seen if timed else tree.order
    )


def _top(channel, channels):
    seen = set()
    while channel.uid not in seen:
        seen.add(channel.uid)
        above = channel.parent
        if above is None and channel.inbound is False:
            above = channel.linkedid  # its dialling was not seen
        if above not in channels:
            break
        channel = channels[above]
    return channel


def _called_us(channel):
    if channel.inbound is not None:
        return channel.inbound
    return not channel.linkedid or channel.linkedid == channel.uid


def _adopt(trees, board):
    """A dialled channel without its dialler belongs to the call that began first."""
    begun = [tree for tree in trees.values() if _called_us(tree.top)]
    if not begun:
        return
    first = min(begun, key=lambda tree: (tree.top.seen, tree.order))
    for uid, tree in list(trees.items()):
        orphan = not _called_us(tree.top) and tree.top.dialled_at is None
        if orphan and tree is not first:
            first.channels += tree.channels
            del trees[uid]


def _in_rounds(channels, endpoints):
    """In order of dialling; those dialled at the same time by their number."""
    rounds = []
    for channel in sorted(channels, key=lambda one: (one.dialled_at, one.order)):
        if not rounds or channel.dialled_at - rounds[-1][0].dialled_at > SLACK:
            rounds.append([])
        rounds[-1].append(channel)
    for one in rounds:
        one.sort(key=lambda channel: (endpoints.number(channel), channel.order))
    return [channel for one in rounds for channel in one]


class _Judgement:
    """One call: the tree it began with, and internal trees that became part of it."""

    def __init__(self, group, board, tree, extra, now, merged=None):
        self.group, self.ends, self.now = group, board.endpoints, now
        self.tree, self.top, self.merged = tree, tree.top, merged
        self.channels = tree.channels + [c for one in extra for c in one.channels]
        kind = {c.uid: self.ends.kind(c) for c in self.channels}
        self.parties = [c for c in self.channels if kind[c.uid] == "extension"]
        self.lines = [c for c in self.channels if kind[c.uid] == "trunk"]
        if tree.direction == "outgoing":
            self.clients = {c.uid for c in tree.channels if kind[c.uid] == "trunk"}
        else:
            self.clients = {self.top.uid}
        self.contacts = Contacts(group.channels, board.other_half)
        self.windows = {c.uid: self._windows(c) for c in self.parties + self.lines}

    def _windows(self, channel):
        if channel.uid in self.clients:
            return []
        found = self.contacts.windows(channel.uid, self.clients)
        if not found and self.group.gap and not self.contacts.bridged(self.clients):
            found = join(self.contacts.stays(channel.uid))
        return found

    def call(self):
        ended = self._ended()
        until = self.now if ended is None else ended
        talks = self._talks()
        answered_at = min(
            [at for at, _channel in talks] + self._outside_talks(), default=None
        )
        holds = self._holds()
        call = Call(
            call=self.top.uid,
            direction=self.tree.direction,
            number=self._number(),
            name=self._name(),
            did=self._did(),
            queue=self._queue(),
            ringing=[] if ended is not None else self._ringing(),
            rang=self._numbers(self._rung()),
            extension=self._extension(talks),
            answered_by=self._numbers(channel for _at, channel in talks),
            transfers=self._transfers(),
            on_hold=ended is None and any(end == FOREVER for _begin, end in holds),
            hold_seconds=round(seconds(holds, until), 3),
            started_at=self.top.seen,
            answered_at=answered_at,
            ended_at=ended,
            recording=next((c.recording for c in self.channels if c.recording), None),
        )
        stop = answered_at if answered_at is not None else ended
        if stop is not None:
            call.wait_seconds = round(max(0.0, stop - self.top.seen), 3)
        if ended is not None:
            call.outcome = self._outcome(answered_at)
            call.cause = self._cause()
        return call

    # Time

    def _ended(self):
        """When it was over: the client who called us hung up, else everybody did."""
        if self.merged:
            hung = [c.hung for c in self.parties] + [c.hung for c in self.lines]
            staff = [c.hung for c in self.parties]
            if staff and None not in staff:
                return max(staff)
            return None if None in hung else max(hung)
        if self.tree.direction == "incoming":
            return self.top.hung
        hung = [channel.hung for channel in self.channels]
        return None if None in hung else max(hung)

    def _talks(self):
        """[(since, channel)] of the employees who spoke, in order."""
        found = [
            (self.windows[channel.uid][0][0], channel)
            for channel in self.parties
            if self.windows[channel.uid]
        ]
        found.sort(key=lambda one: (one[0], one[1].order))
        if self.tree.direction == "internal" and found and self.top in self.parties:
            found.append((found[0][0], self.top))  # who called comes after the called
        return found

    def _holds(self):
        """Intervals in which an employee kept the client waiting."""
        found = []
        for channel in self.parties:
            windows = self.windows[channel.uid]
            if channel is self.top and self.tree.direction == "internal":
                windows = self.contacts.stays(channel.uid)
            for begin, end in channel.hold_intervals():
                if any(a - SLACK <= begin <= b + SLACK for a, b in windows):
                    found.append((begin, end))
        return found

    # People

    def _numbers(self, channels):
        return list(dict.fromkeys(self.ends.number(channel) for channel in channels))

    def _rung(self):
        rung = [
            channel
            for channel in self.parties
            if channel.dialled_at is not None
            and (
                channel.ringing
                or channel.up
                or not NOT_REACHED & {status for _at, status in channel.dial_ends}
            )
        ]
        own = {channel.uid for channel in self.tree.channels}
        mine = [channel for channel in rung if channel.uid in own]
        others = [channel for channel in rung if channel.uid not in own]
        return _in_rounds(mine, self.ends) + _in_rounds(others, self.ends)

    def _ringing(self):
        """Whose telephone rings now; the one lifted just now until it is connected."""
        incoming = self.tree.direction == "incoming"
        return self._numbers(
            channel
            for channel in self._rung()
            if channel.hung is None
            and not {status for _at, status in channel.dial_ends} - {"ANSWER"}
            and not self.windows[channel.uid]
            and (incoming or not channel.up)
        )

    def _extension(self, talks):
        """Who speaks now, or spoke last; before a call out is answered, its caller."""
        ends = [
            (self.windows[channel.uid][-1][::-1], channel)
            for _at, channel in talks
            if self.windows[channel.uid]
        ]
        if ends:
            return self.ends.number(max(ends, key=lambda one: one[0])[1])
        asked = self.top.uid in self.group.numbers
        if self.parties and (asked or self.tree.direction == "outgoing"):
            return self.ends.number(self.parties[0])
        return None

    def _transfers(self):
        mine = {channel.uid: channel for channel in self.channels}
        found = []
        for transfer in sorted(self.group.transfers.values(), key=lambda one: one.at):
            who = mine.get(transfer.transferer) or mine.get(transfer.second)
            if who is None or self.merged:
                continue
            sender = self.ends.number(who)
            to = transfer.to or self._target(transfer, sender)
            one = {"kind": transfer.kind, "from": sender, "to": to}
            if one not in found:
                found.append(one)
        return found

    def _target(self, transfer, sender):
        """Whom an attended transfer reached: said, or the last one dialled for it."""
        target = self.group.channels.get(transfer.target)
        if target and not target.local:
            return self._name_of(target)
        candidates = [
            channel
            for channel in self.group.channels.values()
            if channel.dialled_at is not None
            and not channel.local
            and channel.dialled_at <= transfer.at + SLACK
            and (channel.hung is None or channel.hung > transfer.at - SLACK)
            and channel.uid not in self.clients
        ]
        ours = [c for c in candidates if c.parent == transfer.second] or candidates
        ours.sort(key=lambda channel: (channel.dialled_at, channel.order))
        names = [self._name_of(channel) for channel in ours]
        return next((name for name in reversed(names) if name != sender), None)

    def _name_of(self, channel):
        if self.ends.kind(channel) == "trunk":
            return channel.outside or channel.number
        return self.ends.number(channel)

    # The outside

    def _number(self):
        if self.tree.direction == "incoming":
            return self.top.number or text.ANONYMOUS
        asked = self.group.numbers.get(self.top.uid)
        if self.tree.direction == "outgoing":
            lines = [c for c in self.tree.channels if c.uid in self.clients]
            said = [c.outside for c in lines] + [asked, self.top.exten]
            said += [c.own_number or c.number for c in lines]
        else:
            said = [asked, self.top.exten] + [
                self.ends.number(c) for c in self.parties if c.dialled_at is not None
            ]
        return next((one for one in said if one and one not in NO_NUMBER), "")

    def _name(self):
        if self.tree.direction != "incoming":
            return ""
        name = self.top.caller_name
        return "" if name == self.top.number else name

    def _did(self):
        if self.tree.direction != "incoming":
            return None
        exten = self.top.exten
        certain = self.top.created or len(text.digits(exten)) >= 5
        if exten.lower() in NO_NUMBER or not certain:
            exten = ""
        return exten or self.top.did or None

    def _queue(self):
        queues = [one for channel in self.channels for one in channel.queues]
        return max(queues)[1] if queues else None

    def _outcome(self, answered_at):
        if answered_at is not None:
            return "answered"
        if self.tree.direction == "outgoing":
            tried = [c for c in self.tree.channels if c.uid in self.clients]
            tried = tried[-1:] or self.parties
        else:
            tried = [c for c in self.parties + self.lines if c.dialled_at is not None]
        if self._queue():
            return "missed"
        if tried:
            busy = all(
                [status for _at, status in c.dial_ends][-1:] == ["BUSY"] for c in tried
            )
        else:
            busy = self.top.cause == "17"
        return "busy" if busy else "missed"

    def _outside_talks(self):
        """When a client who was passed on spoke with somebody outside."""
        if self.tree.direction != "incoming":
            return []
        windows = [self.windows[channel.uid] for channel in self.lines]
        return [one[0][0] for one in windows if one]

    def _cause(self):
        if self.merged:
            return f"merged into {self.merged.top.uid}"
        said = [self.top] + [c for c in self.channels if c.uid in self.clients]
        texts = [c.cause_text or c.cause for c in said if c.cause_text or c.cause]
        return texts[-1] if texts else None
