"""The reducer: a stream of PBX events in, snapshots of calls out.

Pure: no clock, no sockets; ``at`` and ``now`` are arguments. Repeated and slightly
reordered events change nothing. Two ways to use it::

    for event in recording:                 # a whole file
        reducer.feed(event, event["t"])
    reducer.calls()

    reducer.feed(event, time.time())        # live
    for call in reducer.changes(time.time()):
        send(call.to_event())
"""

import heapq
import itertools
from dataclasses import replace
from datetime import datetime

from .ami_events import AmiFacts
from .ari_events import AriFacts
from .endpoints import Endpoints
from .judge import judge
from .records import Call, order
from .switchboard import Switchboard

SETTLE = 0.3  # seconds between the last hang-up and the word that a call is over
ANNOUNCE = 0.5  # a call in that rings nobody (menu, queue) is told after this
LINGER = 10.0  # late events of a finished call are ignored, then its id is remembered
FORGOTTEN = 60.0  # the client is gone, some channel never said so


class Reducer:
    """
    :param trunks: names of trunk endpoints (``*`` allowed)
    :param contexts: dialplan contexts where calls from outside arrive
    :param extensions: regular expression of internal numbers
    :param max_idle: seconds without any event after which a call is given up
    :param max_calls: the same when more calls than this are open, oldest first
    :param on_error: called within ``except`` when a call cannot be judged, so that the
        others go on; without it the error is raised
    """

    def __init__(
        self,
        trunks=(),
        contexts=(),
        extensions=None,
        max_idle=4 * 3600,
        max_calls=2000,
        on_error=None,
    ):
        self.board = Switchboard(Endpoints(trunks, contexts, extensions))
        self.max_idle, self.max_calls = max_idle, max_calls
        self._on_error = on_error
        self._ami, self._ari = AmiFacts(self.board), AriFacts(self.board)
        self._later = []  # heap of (when, number, group): something to say then
        self._numbers = itertools.count()
        self._seeds = {}  # call id -> snapshot of an earlier run

    def feed(self, event, at):
        """One event, an AMI or an ARI dict.

        :param float at: when it came, seconds by our own clock
        """
        if "Event" in event:
            self._ami.feed(event, at)
        elif "type" in event:
            self._ari.feed(event, at)

    def alive(self, channels, bridges, at):
        """ARI's lists after a connection was made (AMI's come as events)."""
        self._ari.alive(channels, bridges, at)

    def gap(self):
        """The stream was interrupted: parts of the open calls may be missing."""
        for group in self.board.all_groups():
            group.gap = True

    def expect(self, call, number, at):
        """We are about to ring an employee and then dial ``number`` as ``call``."""
        channel = self.board.channel(call, at)
        if channel is not None:
            channel.inbound = False
            self.board.groups[call].numbers[call] = number

    def forget(self, call):
        """The expected call will not come (should it all the same, it is a call)."""
        group = self.board.groups.get(call)
        if group and not group.channels[call].name:
            self.board.bury(group, remember=False)

    def resume(self, snapshots):
        """Open calls as an earlier run of this program last told them."""
        for snapshot in snapshots:
            self._seeds[snapshot["call"]] = snapshot

    def calls(self, now=None):
        """Every call as known now, for a whole recording."""
        found = []
        for group in self.board.all_groups():
            if group.channels:
                at = group.touched if now is None else now
                found += [call for call in judge(group, self.board, at) if call.number]
        return sorted(
            found, key=lambda call: (round(call.started_at), order(call.call))
        )

    def changes(self, now):
        """Snapshots of calls with the outside that changed since the last time."""
        found = []
        changed, self.board.changed = self.board.changed, {}
        while self._later and self._later[0][0] <= now:
            group = heapq.heappop(self._later)[2]
            group.due = None
            changed.setdefault(id(group), group)
        for group in changed.values():
            # not one that was joined to another or forgotten meanwhile
            if group.channels and self.board.groups.get(next(iter(group.ids))) is group:
                found += self._told(group, now)
        return found

    def _told(self, group, now):
        try:
            return self._tell(group, now)
        except Exception:
            if self._on_error is None:
                raise
            self._on_error()
            return []

    def _look_again(self, group, when):
        if group.due is None or when < group.due:
            group.due = when
            heapq.heappush(self._later, (when, next(self._numbers), group))

    def lost(self, now):
        """Give up calls that never end; call it every minute or so."""
        groups = sorted(self.board.all_groups(), key=lambda group: group.touched)
        surplus = len(groups) - self.max_calls
        found = []
        for position, group in enumerate(groups):
            if position < surplus or now - group.touched > self.max_idle:
                for call in list(group.said.values()):
                    found += self._closing(group, call, now, "lost")
                self.board.bury(group)
        return found

    def end_seeds(self, now):
        """Calls an earlier run left open and the PBX no longer has: they are over."""
        found = []
        for seed in self._seeds.values():
            call = from_event(seed, now)
            call.ended_at, call.ringing, call.on_hold = now, [], False
            call.outcome = "missed" if call.answered_at is None else "answered"
            call.cause, call.type, call.seq = "lost", "hangup", call.seq + 1
            found.append(call)
        self._seeds.clear()
        return found

    def _tell(self, group, now):
        found, known = [], set()
        calls = judge(group, self.board, now)
        for call in calls:
            call = self._seeded(group, call)
            known.add(call.call)
            found += self._tell_call(group, call, now)
        for gone in [call for call in group.said.values() if call.call not in known]:
            found += self._closing(group, gone, now, f"merged into {calls[0].call}")
        hung = all(channel.hung is not None for channel in group.channels.values())
        over = [call.ended_at is not None for call in calls]
        if all(over):
            end = group.touched + (LINGER if hung else FORGOTTEN)
            if now >= end:
                self.board.bury(group)
            else:
                self._look_again(group, end)
        return found

    def _tell_call(self, group, call, now):
        """[snapshot] when there is something new to say of this call."""
        before = group.said.get(call.call)
        if call.direction == "internal" and call.call in group.numbers:
            call.direction = "outgoing"  # ours, and the client is not dialled yet
        if call.direction == "internal" or (before and before.ended_at is not None):
            return []
        if call.ended_at is not None and now < call.ended_at + SETTLE:
            self._look_again(group, call.ended_at + SETTLE)
            return []
        if before is None and not self._worth_telling(group, call, now):
            self._look_again(group, call.started_at + ANNOUNCE)
            return []
        kind = kind_of_change(before, call)
        if kind is None:
            return []
        call.type, call.seq = kind, (before.seq if before else call.seq) + 1
        call.at = call.ended_at if kind == "hangup" else min(group.touched, now)
        group.said[call.call] = call
        return [replace(call)]

    def _worth_telling(self, group, call, now):
        """A call is told of when somebody is concerned, not at its first sign."""
        if not call.number:
            return False
        if call.direction == "incoming":
            concerned = call.rang or call.answered_at or call.ended_at is not None
            return bool(concerned) or now >= call.started_at + ANNOUNCE
        dialled = any(
            channel.dialled_at is not None
            and self.board.endpoints.kind(channel) == "trunk"
            for channel in group.channels.values()
        )
        asked = call.call in group.numbers and call.rang
        return bool(dialled or asked or call.answered_by or group.gap)

    def _seeded(self, group, call):
        """Add what an earlier run knew of this call."""
        if call.call not in group.seeds:
            # its first channel may be gone, then only the linked id remembers it
            ids = [call.call, *sorted(group.ids & self._seeds.keys())]
            known = next((one for one in ids if one in self._seeds), None)
            if known:
                group.seeds[call.call] = self._seeds.pop(known)
        seed = group.seeds.get(call.call)
        if seed is None:
            return call
        old = from_event(seed, call.started_at)
        call.call, call.direction = old.call, old.direction
        for name in ("number", "name", "did", "queue", "recording"):
            setattr(call, name, getattr(old, name) or getattr(call, name))
        for name in ("rang", "answered_by", "transfers"):
            was, new = getattr(old, name), getattr(call, name)
            setattr(call, name, was + [one for one in new if one not in was])
        call.started_at = old.started_at or call.started_at
        call.answered_at = old.answered_at or call.answered_at
        call.hold_seconds = round(old.hold_seconds + call.hold_seconds, 3)
        stop = call.answered_at or call.ended_at
        call.wait_seconds = round(stop - call.started_at, 3) if stop else None
        if call.outcome and call.answered_at is not None:
            call.outcome = "answered"
        call.seq = old.seq
        return call

    def _closing(self, group, call, now, cause):
        if call.ended_at is not None:
            return []
        outcome = "answered" if call.answered_at is not None else "missed"
        closed = replace(
            call,
            ended_at=now,
            outcome=outcome,
            cause=cause,
            ringing=[],
            on_hold=False,
            type="hangup",
            seq=call.seq + 1,
            at=now,
        )
        group.said[call.call] = closed
        return [replace(closed)]


SHOWN = (
    "direction number name did queue ringing rang extension answered_by transfers "
    "on_hold outcome recording"
).split()


def kind_of_change(before, call):
    """The event type that says how ``call`` differs from ``before``; None: it does not.

    A snapshot may hold several changes at once; the weightiest names it.
    """
    if call.ended_at is not None:
        return "hangup"
    if before is None:
        if call.answered_by:
            return "answer"
        return "ring" if call.rang or call.direction == "outgoing" else "update"
    if len(call.transfers) > len(before.transfers):
        return "transfer"
    if set(call.answered_by) - set(before.answered_by):
        return "answer"
    if call.on_hold != before.on_hold:
        return "hold" if call.on_hold else "unhold"
    if set(call.ringing) - set(before.ringing):
        return "ring"
    if call.recording != before.recording:
        return "recording"
    changed = any(getattr(call, name) != getattr(before, name) for name in SHOWN)
    return "update" if changed else None


def from_event(event, now):
    """A Call of the contract's JSON object (as stored by the spool)."""
    values = {key: event[key] for key in Call.__dataclass_fields__ if key in event}
    for key in ("at", "started_at", "answered_at", "ended_at"):
        if isinstance(values.get(key), str):
            moment = datetime.fromisoformat(values[key].replace("Z", "+00:00"))
            values[key] = moment.timestamp()
    values["started_at"] = values.get("started_at") or now
    return Call(**values)
