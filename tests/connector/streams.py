"""Recorded streams, and the harm that can come to them on their way."""

import json
import random
from functools import cache
from pathlib import Path

from expected import EXPECTED
from usu_callcard_connector.reducer import Reducer

RECORDINGS = Path(__file__).parent / "recordings"
FILES = sorted(RECORDINGS.glob("*/*.jsonl"))
FACTS = tuple(EXPECTED["hold"][0])
HOLD_TOLERANCE = 0.15


@cache
def load(path):
    """The events of a recording; nobody changes them."""
    with path.open() as lines:
        return [json.loads(line) for line in lines]


def seconds(path):
    """How long a recording is."""
    events = load(path)
    return events[-1]["t"] - events[0]["t"]


def scenario(path):
    return path.name.split(".")[0]


def stream_id(path):
    return f"{path.parent.name}/{path.name.removesuffix('.jsonl')}"


def reduce(events, **settings):
    reducer = Reducer(**settings)
    for event in events:
        reducer.feed(event, event["t"])
    return reducer.calls()


def facts(call):
    return {name: getattr(call, name) for name in FACTS}


def check(calls, name, hold=HOLD_TOLERANCE):
    """The calls are those of the scenario; held time within a tolerance."""
    expected = EXPECTED[name]
    found = [facts(call) for call in calls]
    held = [
        (one.pop("hold_seconds"), want["hold_seconds"])
        for one, want in zip(found, expected, strict=False)
    ]
    wanted = [{k: v for k, v in one.items() if k != "hold_seconds"} for one in expected]
    assert found == wanted
    assert all(abs(is_ - should) <= hold for is_, should in held), held


def shuffled(events, seed, within=0.1, restamp=False):
    """Each event delayed by up to ``within`` seconds.

    ``restamp``: its time is when it came, as a connector sees it; else its own.
    """
    rng = random.Random(seed)
    moved = sorted(
        (
            (event["t"] + rng.uniform(0, within), n, event)
            for n, event in enumerate(events)
        ),
        key=lambda one: one[:2],
    )
    if not restamp:
        return [event for _at, _n, event in moved]
    return [{**event, "t": round(at, 4)} for at, _n, event in moved]


def channels_at(events, moment):
    """What the PBX would list at ``moment``: CoreShowChannels of AMI.

    Built from the whole stream, as the PBX knows it.
    """
    alive = {}
    for event in events:
        if event["t"] > moment:
            break
        kind = event["Event"]
        for prefix in ("", "Dest"):
            uid = event.get(prefix + "Uniqueid")
            if not uid:
                continue
            entry = alive.setdefault(uid, {"Application": "", "BridgeId": ""})
            for name in ("Channel", "Uniqueid", "Linkedid", "ChannelState"):
                entry[name] = event[prefix + name]
            for name in ("CallerIDNum", "CallerIDName", "Context", "Exten"):
                entry[name] = event.get(prefix + name, "")
        uid = event.get("Uniqueid")
        if kind == "DialBegin":
            alive[event["DestUniqueid"]]["Application"] = "AppDial"
        elif kind == "Newexten":
            alive[uid]["Application"] = event["Application"]
            alive[uid]["ApplicationData"] = event["AppData"]
        elif kind == "BridgeEnter":
            alive[uid]["BridgeId"] = event["BridgeUniqueid"]
        elif (
            kind == "BridgeLeave" and alive[uid]["BridgeId"] == event["BridgeUniqueid"]
        ):
            alive[uid]["BridgeId"] = ""
        elif kind == "Hangup":
            alive.pop(uid, None)
    listed = [
        {"t": moment, "Event": "CoreShowChannel", **entry} for entry in alive.values()
    ]
    return [*listed, {"t": moment, "Event": "CoreShowChannelsComplete"}]


def cut(events, begin, end):
    """The stream of a connector that was away from ``begin`` to ``end``."""
    before = [event for event in events if event["t"] < begin]
    after = [event for event in events if event["t"] >= end]
    return before, channels_at(events, end) + after
