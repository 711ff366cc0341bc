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
