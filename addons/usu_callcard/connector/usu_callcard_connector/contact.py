"""Who was connected with whom, and when. Pure functions over a group's channels.

Two channels are connected while they are in the same bridge, or in two bridges with a
Local channel's halves in between. A telephone behind a Local channel (a queue's member
on FreePBX and Issabel) never shares a bridge with the client, and one that answered a
moment too late sits in a bridge that leads nowhere: hence the walk.
"""


class Contacts:
    """
    :param dict channels: uid -> Channel
    :param other_half: function Channel -> uid of the other Local half, or None
    """

    def __init__(self, channels, other_half):
        self._channels = channels
        self._other_half = other_half
        self._stays = {uid: chan.intervals() for uid, chan in channels.items()}
        self._inside = {}
        for uid, stays in self._stays.items():
            for bridge, begin, end in stays:
                self._inside.setdefault(bridge, []).append((uid, begin, end))

    def bridged(self, uids):
        """Was any of them ever seen in a bridge?"""
        return any(self._stays.get(uid) for uid in uids)

    def stays(self, uid):
        return [(begin, end) for _bridge, begin, end in self._stays.get(uid, ())]

    def windows(self, uid, clients):
        """[(from, to)] of the times channel ``uid`` could talk with one of ``clients``.

        In order of beginning, overlapping ones joined.
        """
        found, seen = [], set()
        todo = [(uid, float("-inf"), float("inf"))]
        while todo:
            here, begin, end = todo.pop()
            for bridge, since, until in self._stays.get(here, ()):
                since, until = max(since, begin), min(until, end)
                if since > until or (here, bridge) in seen:
                    continue
                seen.add((here, bridge))
                todo += self._across(here, bridge, since, until, clients, found)
        return join(found)

    def _across(self, here, bridge, begin, end, clients, found):
        """Walk to everybody in the bridge; returns where to go on."""
        further = []
        for uid, since, until in self._inside[bridge]:
            since, until = max(since, begin), min(until, end)
            if uid == here or since > until:
                continue
            if uid in clients:
                found.append((since, until))
            elif self._channels[uid].local:
                half = self._other_half(self._channels[uid])
                if half in clients:
                    found.append((since, until))
                elif half:
                    further.append((half, since, until))
        return further


def join(intervals):
    """Overlapping intervals joined, in order."""
    joined = []
    for begin, end in sorted(intervals):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def seconds(intervals, until):
    """Their length in all; open ones count up to ``until``."""
    return sum(
        max(0.0, min(end, until) - begin)
        for begin, end in join(intervals)
        if begin <= until
    )
