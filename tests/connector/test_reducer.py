"""The reducer over recordings of a real Asterisk 22 and 16, whole and harmed."""

import pytest
import streams
from expected import EXPECTED
from hypothesis import given, settings
from hypothesis import strategies as st
from usu_callcard_connector.reducer import Reducer

EVERY = pytest.mark.parametrize("path", streams.FILES, ids=streams.stream_id)
AMI = [path for path in streams.FILES if path.name.endswith(".ami.jsonl")]
EVERY_AMI = pytest.mark.parametrize("path", AMI, ids=streams.stream_id)


def test_every_scenario_is_recorded_both_ways():
    recorded = {path.name for path in streams.FILES}
    for name in EXPECTED:
        assert {f"{name}.ami.jsonl", f"{name}.ari.jsonl"} <= recorded


@EVERY
def test_recorded_call(path):
    streams.check(streams.reduce(streams.load(path)), streams.scenario(path))


@EVERY
def test_settings_give_the_same_as_inference(path):
    calls = streams.reduce(
        streams.load(path),
        trunks=["trunk", "PJSIP/sipgate-*"],
        extensions=r"\d{3}",
    )
    streams.check(calls, streams.scenario(path))


@EVERY
def test_contexts_instead_of_trunks(path):
    calls = streams.reduce(streams.load(path), contexts=["from-pstn", "incoming"])
    streams.check(calls, streams.scenario(path))


@EVERY
def test_each_event_twice(path):
    twice = [event for event in streams.load(path) for _ in range(2)]
    streams.check(streams.reduce(twice), streams.scenario(path))


@EVERY
def test_whole_stream_twice(path):
    events = streams.load(path)
    streams.check(streams.reduce(events + events), streams.scenario(path))


@EVERY
@pytest.mark.parametrize("seed", range(3))
def test_shuffled_within_a_tenth_of_a_second(path, seed):
    events = streams.shuffled(streams.load(path), seed)
    streams.check(streams.reduce(events), streams.scenario(path))


@EVERY
@pytest.mark.parametrize("seed", range(3))
def test_late_by_up_to_a_tenth_of_a_second(path, seed):
    """Times are those of arrival, so that even their order lies."""
    events = streams.shuffled(streams.load(path), seed, restamp=True)
    streams.check(streams.reduce(events), streams.scenario(path), hold=0.3)


@settings(max_examples=150, deadline=None)
@given(
    path=st.sampled_from(streams.FILES),
    seed=st.integers(0, 10**6),
    repeats=st.integers(1, 3),
)
def test_repeated_and_shuffled_together(path, seed, repeats):
    events = [event for event in streams.load(path) for _ in range(repeats)]
    events = streams.shuffled(events, seed)
    streams.check(streams.reduce(events), streams.scenario(path))


# Live: step by step, with interruptions


class Live:
    """A connector's life around the reducer: what it would have sent."""

    def __init__(self, **settings):
        self.settings = settings
        self.reducer = Reducer(**settings)
        self.sent = []

    def play(self, events):
        for event in events:
            self.reducer.feed(event, event["t"])
            self.sent += self.reducer.changes(event["t"])
        return self

    def wait(self, until):
        self.sent += self.reducer.changes(until)
        return self

    def restart(self):
        """kill -9: only what was sent is known afterwards."""
        last = {call.call: call.to_event() for call in self.sent}
        self.reducer = Reducer(**self.settings)
        self.reducer.resume(c for c in last.values() if c["type"] != "hangup")
        return self

    def final(self):
        """The snapshot with the highest number of each call."""
        last = {}
        for call in self.sent:
            if call.call not in last or call.seq > last[call.call].seq:
                last[call.call] = call
        return list(last.values())


def outside(name):
    return [call for call in EXPECTED[name] if call["direction"] != "internal"]


@EVERY
def test_what_is_sent_ends_with_the_whole_truth(path):
    events = streams.load(path)
    live = Live().play(events).wait(events[-1]["t"] + 1)
    expected = outside(streams.scenario(path))
    assert len(live.final()) == len(expected)
    for call, want in zip(live.final(), expected, strict=True):
        want = {k: v for k, v in want.items() if k != "hold_seconds"}
        assert streams.facts(call) | want == streams.facts(call)
        assert call.type == "hangup" and call.ended_at is not None
    for call in live.final():
        numbers = [one.seq for one in live.sent if one.call == call.call]
        assert numbers == list(range(1, len(numbers) + 1))
        kinds = [one.type for one in live.sent if one.call == call.call]
        assert kinds.count("hangup") == 1 and kinds[-1] == "hangup"


@EVERY
def test_shuffled_live_stream_gives_the_same_calls(path):
    events = streams.shuffled(streams.load(path), 7, restamp=True)
    live = Live().play(events).wait(events[-1]["t"] + 1)
    expected = outside(streams.scenario(path))
    found = [(call.number, call.direction, call.outcome) for call in live.final()]
    wanted = [(call["number"], call["direction"], call["outcome"]) for call in expected]
    assert sorted(found) == sorted(wanted)


@EVERY_AMI
@pytest.mark.parametrize("at", [0.15, 0.35, 0.5, 0.65, 0.85])
@pytest.mark.parametrize("restart", [False, True], ids=["away", "killed"])
def test_cut_in_the_middle_and_resumed(path, at, restart):
    """0.05 s of the stream are missing; the list of live channels mends the rest."""
    events, name = streams.load(path), streams.scenario(path)
    begin = events[0]["t"]
    if events[-1]["t"] - begin < 0.3:
        pytest.skip("shorter than the cut")
    moment = begin + (events[-1]["t"] - begin) * at
    before, after = streams.cut(events, moment, moment + 0.05)
    live = Live().play(before)
    if restart:
        live.restart()
    live.reducer.gap()
    live.play(after)
    now = after[-1]["t"] + 1
    live.sent += live.reducer.end_seeds(now)
    live.wait(now)
    expected = outside(name)
    found = sorted((call.number, call.direction) for call in live.final())
    wanted = sorted((call["number"], call["direction"]) for call in expected)
    assert found == wanted
    assert all(call.ended_at is not None for call in live.final())
