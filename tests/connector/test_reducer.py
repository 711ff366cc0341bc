"""The reducer over recordings of a real Asterisk 22 and 16, whole and harmed."""

import ast
import json
import re

import pytest
import streams
from expected import CLIENT, DID, EXPECTED
from hypothesis import given, settings
from hypothesis import strategies as st
from usu_callcard_connector.reducer import Reducer

EVERY = pytest.mark.parametrize("path", streams.FILES, ids=streams.stream_id)
AMI = [path for path in streams.FILES if path.name.endswith(".ami.jsonl")]
EVERY_AMI = pytest.mark.parametrize("path", AMI, ids=streams.stream_id)
LONG = [path for path in streams.FILES if streams.seconds(path) > 0.3]
LONG_AMI = pytest.mark.parametrize(
    "path",
    [path for path in LONG if path in AMI],
    ids=streams.stream_id,
)


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


@EVERY_AMI
def test_contexts_instead_of_trunks(path):
    calls = streams.reduce(streams.load(path), contexts=["from-pstn", "incoming"])
    streams.check(calls, streams.scenario(path))


@EVERY
def test_each_event_twice(path):
    twice = [event for event in streams.load(path) for _ in range(2)]
    streams.check(streams.reduce(twice), streams.scenario(path))


@EVERY_AMI
def test_whole_stream_twice(path):
    events = streams.load(path)
    streams.check(streams.reduce(events + events), streams.scenario(path))


@EVERY
@pytest.mark.parametrize("seed", [1])
def test_shuffled_within_a_tenth_of_a_second(path, seed):
    events = streams.shuffled(streams.load(path), seed)
    streams.check(streams.reduce(events), streams.scenario(path))


@EVERY
@pytest.mark.parametrize("seed", [1])
def test_late_by_up_to_a_tenth_of_a_second(path, seed):
    """Times are those of arrival, so that even their order lies."""
    events = streams.shuffled(streams.load(path), seed, restamp=True)
    streams.check(streams.reduce(events), streams.scenario(path), hold=0.3)


@settings(max_examples=100, deadline=None)
@given(
    path=st.sampled_from(streams.FILES),
    seed=st.integers(0, 10**6),
    repeats=st.integers(1, 3),
)
def test_repeated_and_shuffled_together(path, seed, repeats):
    events = [event for event in streams.load(path) for _ in range(repeats)]
    events = streams.shuffled(events, seed)
    streams.check(streams.reduce(events), streams.scenario(path))


OTHER_NAMES = {
    # chan_sip dials trunk/number, its channels are called SIP/...
    "chan_sip": [
        (r'"(\d+)@trunk"', r'"trunk/\1"'),
        ("PJSIP/", "SIP/"),
    ],
    "trunk_is_a_number": [
        ("PJSIP/trunk-", "PJSIP/74951234567-"),
        ("@trunk", "@74951234567"),
    ],
    "isdn_trunk": [("PJSIP/trunk-0000000", "DAHDI/i1/79161234567-")],
    "contexts_say_nothing": [
        ("from-pstn|incoming", "ctx-a"),
        ("from-(internal|queue)", "ctx-b"),
    ],
    "account_is_a_name": [
        ("PJSIP/101-", "PJSIP/anna-"),
        (r'("[dD]ial[sS]tring": ?")(PJSIP/)?101"', r'\1\2anna"'),
    ],
}


@pytest.mark.parametrize("names", OTHER_NAMES)
@EVERY
def test_inference_on_pbxs_with_other_names(path, names):
    text = path.read_text()
    for pattern, other in OTHER_NAMES[names]:
        text = re.sub(pattern, other, text)
    events = [json.loads(line) for line in text.splitlines()]
    streams.check(streams.reduce(events), streams.scenario(path))


# Live: step by step, with interruptions


class Live:
    """A connector's life around the reducer: what it would have sent."""

    def __init__(self, **settings):
        self.settings = settings
        self.reducer = Reducer(**settings)
        self.sent = []

    def play(self, events):
        before = None
        for event in events:
            while before is not None and before < event["t"]:
                self.sent += self.reducer.changes(before)
                before += 0.1
            self.reducer.feed(event, event["t"])
            self.sent += self.reducer.changes(event["t"])
            before = event["t"] + 0.1
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


@LONG_AMI
@pytest.mark.parametrize("at", [0.15, 0.35, 0.5, 0.65, 0.85])
@pytest.mark.parametrize("restart", [False, True], ids=["away", "killed"])
def test_cut_in_the_middle_and_resumed(path, at, restart):
    """0.05 s of the stream are missing; the list of live channels mends the rest."""
    events, name = streams.load(path), streams.scenario(path)
    begin = events[0]["t"]
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
    found = sorted(map(str, (told(vars(call)) for call in live.final())))
    assert found == sorted(map(str, map(told, outside(name))))
    assert all(call.ended_at is not None for call in live.final())


def test_call_that_begins_while_the_pbx_lists_its_channels():
    """It is not in the list and lives all the same."""
    listed = event("CoreShowChannel", 5.0, "1795304048.1")
    done = {"t": 5.2, "Event": "CoreShowChannelsComplete"}
    fresh = new_call(uid="1795304048.9", at=5.1)
    live = Live().play([new_call(at=1.0), new_call(uid="1795304048.2", at=1.0)])
    live.reducer.gap()
    live.play([listed, fresh, done]).wait(9.0)
    ended = {call.call: call.ended_at for call in live.final()}
    assert ended == {
        "1795304048.1": None,
        "1795304048.2": 5.2,
        "1795304048.9": None,
    }


def told(call):
    names = ("direction", "number", "did", "queue", "answered_by", "outcome")
    return [call[name] for name in names]


# Bad input


def event(kind, at=0.0, uid="1795304048.1", **fields):
    name = fields.pop("Channel", "PJSIP/trunk-00000001")
    told = {"Uniqueid": uid, "Linkedid": uid, "Channel": name, "ChannelState": "4"}
    return {"t": at, "Event": kind, **told, **fields}


def new_call(number=CLIENT, name="<unknown>", uid="1795304048.1", at=0.0):
    return event(
        "Newchannel",
        at,
        uid,
        CallerIDNum=number,
        CallerIDName=name,
        Context="from-pstn",
        Exten=DID,
    )


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("<unknown>", "anonymous"),
        ("", "anonymous"),
        ("Anonymous", "anonymous"),
        ("Restricted", "anonymous"),
        ("+79161234567", "+79161234567"),
        ("%2B79161234567", "+79161234567"),
        ("sip:79161234567@10.0.0.1;user=phone", "79161234567"),
        ("7", "7"),
        ("9" * 500, "9" * 64),
    ],
)
def test_numbers_as_pbxs_send_them(sent, shown):
    (call,) = streams.reduce([new_call(sent)])
    assert call.number == shown


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Ivan Smirnov", "Ivan Smirnov"),
        ("\u0418\u0432\u0430\u043d", "\u0418\u0432\u0430\u043d"),
        (
            "\u00d0\u0098\u00d0\u00b2\u00d0\u00b0\u00d0\u00bd",
            "\u0418\u0432\u0430\u043d",
        ),
        ("Ren\u00e9", "Ren\u00e9"),
        ("a\x00b\x1b[31mc\ufffd", "ab[31mc"),
        ("  two\t words\n", "two words"),
        ("\u0905\u092e\u093f\u0924", "\u0905\u092e\u093f\u0924"),
        ("Anonymous", ""),
        ("<b>Ivan</b>", "<b>Ivan</b>"),
        ("x" * 1000, "x" * 120),
    ],
)
def test_names_in_broken_encodings(sent, shown):
    (call,) = streams.reduce([new_call(name=sent)])
    assert call.name == shown


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(
                "Event type Uniqueid Linkedid Channel DestUniqueid DestChannel "
                "BridgeUniqueid DialStatus Queue channel peer caller bridge "
                "ChannelState".split()
            ),
            st.one_of(
                st.none(),
                st.integers(),
                st.lists(st.text(max_size=3), max_size=2),
                st.sampled_from(
                    [
                        "Newchannel",
                        "Hangup",
                        "DialBegin",
                        "BridgeEnter",
                        "Dial",
                        "ChannelCreated",
                        "BridgeAttendedTransfer",
                        "AttendedTransfer",
                        "BlindTransfer",
                        "Hold",
                        "CoreShowChannelsComplete",
                        "1.1",
                        "1.2",
                        "PJSIP/trunk-1",
                        "PJSIP/101-1",
                        "Local/1@a-1;1",
                    ]
                ),
                st.fixed_dictionaries({"id": st.sampled_from(["1.1", "1.2"])}),
            ),
        ),
        max_size=30,
    )
)
def test_half_and_senseless_events_break_nothing(events):
    reducer = Reducer()
    for at, one in enumerate(events):
        reducer.feed(one, float(at))
        reducer.changes(float(at))
    reducer.calls()


def test_clock_of_the_pbx_is_not_believed():
    """Times are ours; what the PBX says of its own clock changes nothing."""
    path = streams.RECORDINGS / "asterisk22/inbound_answered"
    for kind in ("ami", "ari"):
        events = streams.load(path.with_suffix(f".{kind}.jsonl"))
        lies = [
            {
                **one,
                "Timestamp": str(n * 1e6),
                "timestamp": "1999-01-01T00:00:00.000+0000",
            }
            for n, one in enumerate(events)
        ]
        assert streams.reduce(lies) == streams.reduce(events)


def test_local_channels_of_a_restarted_pbx_bear_known_names():
    """It numbers them from the beginning again: the old halves are others."""
    path = streams.RECORDINGS / "asterisk22/queue_local_members.ami.jsonl"
    events = streams.load(path)
    again = another(str(events), 7)
    names = {"Channel", "DestChannel", "LocalOneChannel", "LocalTwoChannel"}
    for old, new in zip(events, again, strict=True):
        new |= {name: old[name] for name in names & old.keys()} | {"t": old["t"] + 4}
    live = Live().play(events + again).wait(again[-1]["t"] + 1)
    assert [call.answered_by for call in live.final()] == [["102"], ["102"]]
    assert len(live.final()) == 2


def test_call_that_never_ends_is_given_up():
    live = Live(max_idle=3600).play([new_call(at=10.0)]).wait(20.0)
    assert [call.type for call in live.sent] == ["update"]
    assert live.reducer.lost(3000.0) == []
    (call,) = live.reducer.lost(3700.0)
    assert (call.type, call.outcome, call.cause) == ("hangup", "missed", "lost")
    assert call.ended_at == 3700.0
    assert live.reducer.board.all_groups() == []


def test_more_open_calls_than_the_limit_drops_the_oldest():
    live = Live(max_calls=10)
    live.play(new_call(uid=f"1795304048.{n}", at=float(n)) for n in range(30)).wait(
        40.0
    )
    live.sent += live.reducer.lost(40.0)
    assert len(live.reducer.board.all_groups()) == 10
    assert {call.call for call in live.final() if call.ended_at is None} == {
        f"1795304048.{n}" for n in range(20, 30)
    }


def test_memory_does_not_grow_with_finished_calls():
    path = streams.RECORDINGS / "asterisk22/blind_transfer.ami.jsonl"
    template = str(streams.load(path))
    reducer, at, told = Reducer(), 0.0, 0
    for number in range(300):
        for one in another(template, number):
            reducer.feed(one, at + one["t"])
        at += 30.0
        told += sum(call.type == "hangup" for call in reducer.changes(at))
        reducer.changes(at + 15)
    board = reducer.board
    assert told == 300
    assert len(board.groups) + len(board.changed) + len(board._bridges) <= 20
    assert len(board._tombs) <= 300 * 4


def test_late_events_of_a_finished_call_are_ignored():
    events = streams.load(streams.RECORDINGS / "asterisk22/queue.ami.jsonl")
    live = Live().play(events).wait(events[-1]["t"] + 1)
    count = len(live.sent)
    live.wait(events[-1]["t"] + 30)
    again = [{**one, "t": one["t"] + 60} for one in events]
    live.play(again).wait(again[-1]["t"] + 1)
    assert len(live.sent) == count


def another(text, number):
    """The same recorded call once more, with ids of its own."""
    text = text.replace("17953", f"9{number:04}").replace(
        "-0000000", f"-{number:04}000"
    )
    bridges = re.compile(r"([0-9a-f]{8}(-[0-9a-f]{4}){3})-[0-9a-f]{12}")
    return ast.literal_eval(bridges.sub(rf"\1-{number:012}", text))


def test_five_hundred_calls_at_once():
    names = ("queue", "attended_transfer", "missed_caller_gave_up", "ivr", "busy")
    folder = streams.RECORDINGS / "asterisk22"
    recorded = [str(streams.load(folder / f"{name}.ami.jsonl")) for name in names]
    events = []
    for number in range(500):
        for one in another(recorded[number % len(names)], number):
            events.append(one | {"t": one["t"] + number / 1000})
    events.sort(key=lambda one: one["t"])
    live = Live().play(events).wait(events[-1]["t"] + 1)
    final = live.final()
    assert len(final) == 500
    outcomes = [call.outcome for call in final]
    assert outcomes.count("answered") == 300
    assert outcomes.count("missed") == outcomes.count("busy") == 100


def test_click_to_dial_is_an_outgoing_call_from_the_first_ring():
    path = streams.RECORDINGS / "asterisk22/click_to_dial.ami.jsonl"
    events = streams.load(path)
    first = next(one for one in events if one["Event"] == "Newchannel")
    live = Live()
    live.reducer.expect(first["Uniqueid"], CLIENT, 0.0)
    live.play(events).wait(events[-1]["t"] + 1)
    ring = live.sent[0]
    assert (ring.type, ring.direction, ring.number) == ("ring", "outgoing", CLIENT)
    assert (ring.ringing, ring.extension) == (["101"], "101")
    assert live.sent[-1].outcome == "answered"


def test_click_to_dial_the_employee_does_not_take_is_missed():
    path = streams.RECORDINGS / "asterisk22/click_to_dial_refused.ami.jsonl"
    events = streams.load(path)
    first = next(one for one in events if one["Event"] == "Newchannel")
    live = Live()
    live.reducer.expect(first["Uniqueid"], CLIENT, 0.0)
    live.play(events).wait(events[-1]["t"] + 1)
    last = live.sent[-1]
    assert (last.type, last.direction, last.number) == ("hangup", "outgoing", CLIENT)
    assert last.outcome in ("busy", "missed")
