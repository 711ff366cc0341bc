"""The connector beside a real Asterisk: AMI and ARI, real SIP calls.

``USU_ASTERISK="sid bullseye"`` tries Asterisk 22 and 16; one is the default.
"""

import subprocess
import time
from functools import partial

import pytest
import scenarios
import streams
from expected import CLIENT, EXPECTED
from program import Program, until

pytestmark = pytest.mark.asterisk

DRIVERS = pytest.mark.parametrize("driver", ["ami", "ari"])
CALLS = (
    "inbound_answered",
    "missed_caller_gave_up",
    "outbound_busy",
    "attended_transfer",
    "queue_local_members",
    "ivr_abandoned",
    "call_waiting",
    "pickup",
)


def environ_of(pbx, driver):
    if driver == "ami":
        return {
            "USU_DRIVER": "ami",
            "USU_AMI_PORT": str(pbx.ami_port),
            "USU_AMI_USER": pbx.user,
            "USU_AMI_PASSWORD": pbx.secret,
        }
    return {
        "USU_DRIVER": "ari",
        "USU_ARI_URL": pbx.ari_url,
        "USU_ARI_USER": pbx.user,
        "USU_ARI_PASSWORD": pbx.secret,
    }


@pytest.fixture
def connector(pbx, side, tmp_path, connector_command):
    """Starts a connector beside the PBX and waits until it listens."""
    started = []

    def start(driver, **environ):
        environ = environ_of(pbx, driver) | environ
        program = Program(connector_command, side, tmp_path, tmp_path, **environ)
        started.append(program)
        program.start()
        if environ.get("USU_COMMANDS") != "0":
            side.wait(lambda s: s.subscriptions)
        listens(program)
        return program

    yield start
    for program in started:
        if program.process.poll() is None:
            program.kill()
    pbx.wait_quiet()


def listens(program, times=1):
    text = "Connected to the PBX"
    until(lambda: program.log.read_text().count(text) >= times, 25)
    time.sleep(0.2)


@DRIVERS
def test_real_calls(pbx, connector, side, driver):
    connector(driver)
    for name in CALLS:
        expected = EXPECTED[name]
        side.events.clear()
        scenarios.ALL[name](pbx)
        pbx.wait_quiet()
        until(partial(side.ended, len(expected)))
        found = sorted(side.final().values(), key=lambda one: one["started_at"])
        for event, want in zip(found, expected, strict=True):
            want = dict(want)
            assert abs(event["hold_seconds"] - want.pop("hold_seconds")) < 0.3, name
            assert {key: event[key] for key in want} == want, name
            assert event["live"] is True


@DRIVERS
def test_click_to_dial(pbx, connector, side, driver):
    connector(driver, USU_DIAL_PLUS="")
    anna, outside = pbx.phone("101"), pbx.trunk()
    command = {"id": 7, "command": "dial", "extension": "101", "number": f"+{CLIENT}"}
    command["expires"] = int(time.time()) + 20
    with side.news:
        # twice, as after a reconnection: obeyed once
        side.commands += [(1, command), (1, command)]
        side.news.notify_all()
    call = anna.wait_call()
    side.wait(lambda s: s.events)
    first = side.events[0]
    assert (first["type"], first["direction"]) == ("ring", "outgoing")
    assert (first["number"], first["ringing"]) == (f"+{CLIENT}", ["101"])
    call.answer()
    client = outside.wait_call().answer()
    time.sleep(0.3)
    call.hangup()
    client.wait_ended()
    side.wait(lambda s: s.ended() and s.results)
    (last,) = side.final().values()
    assert (last["outcome"], last["answered_by"]) == ("answered", ["101"])
    assert side.results == [{"id": 7, "status": "ok", "error": None}]
    assert anna.incoming.empty()


@DRIVERS
def test_click_to_dial_that_cannot_be_is_answered_in_words(
    pbx, connector, side, driver
):
    readonly = {"ami": {"USU_AMI_USER": "readonly"}, "ari": {"USU_ARI_USER": "watch"}}
    readonly["ari"]["USU_ARI_PASSWORD"] = "watch-secret"
    connector(driver, **readonly[driver])
    expires = int(time.time()) + 20
    orders = [
        {"extension": "101", "number": CLIENT, "expires": expires},
        {"extension": "101", "number": CLIENT, "expires": expires - 100},
        {"extension": "101\r\nAction: x", "number": CLIENT, "expires": expires},
        {"extension": "101"},
    ]
    with side.news:
        for number, order in enumerate(orders):
            order = {"id": number, "command": "dial", **order}
            side.commands.append((number + 1, order))
        side.news.notify_all()
    side.wait(lambda s: len(s.results) == 4)
    said = [one["error"] for one in sorted(side.results, key=lambda one: one["id"])]
    assert "may only read" in said[0] or "refuses" in said[0]
    assert said[1:] == [
        "the command came too late",
        "the extension or the number cannot be dialled",
        "the command cannot be read",
    ]
    assert side.events == []


@DRIVERS
def test_click_to_dial_from_a_telephone_that_is_not_there(pbx, connector, side, driver):
    connector(driver)
    command = {"id": 1, "command": "dial", "extension": "199", "number": CLIENT}
    with side.news:
        side.commands.append((1, command | {"expires": int(time.time()) + 20}))
        side.news.notify_all()
    side.wait(lambda s: s.results)
    assert side.results[0]["status"] == "error"
    assert "cannot be rung" in side.results[0]["error"] or driver == "ari"


@DRIVERS
def test_rights_of_the_guide_are_enough(pbx, connector, side, driver):
    """The read-only user of docs/admin/telephony.md sees a queue call whole."""
    user = {"USU_AMI_USER": "readonly"}
    if driver == "ari":
        user = {"USU_ARI_USER": "watch", "USU_ARI_PASSWORD": "watch-secret"}
    connector(driver, USU_COMMANDS="0", **user)
    scenarios.ALL["queue"](pbx)
    side.wait(lambda s: s.ended())
    (last,) = side.final().values()
    (want,) = EXPECTED["queue"]
    assert {key: last[key] for key in want} == want | {"hold_seconds": 0}


@DRIVERS
def test_connector_killed_in_mid_call(pbx, connector, side, driver):
    """It comes back, asks what is alive, and goes on with the same call."""
    program = connector(driver, USU_COMMANDS="0")
    anna, boris = pbx.phone("101"), pbx.phone("102")
    client = pbx.trunk_call(CLIENT)
    first = anna.wait_call().answer()
    client.wait_answered()
    side.wait(lambda s: any(one["type"] == "answer" for one in s.events))
    program.kill()
    first.refer("102")  # while nobody listens
    second = boris.wait_call()
    program.start()
    listens(program, 2)
    second.answer()
    time.sleep(0.3)
    first.hangup()
    client.hangup()
    second.wait_ended()
    side.wait(lambda s: s.ended())
    (last,) = side.final().values()
    assert last["answered_by"] == ["101", "102"]
    assert (last["outcome"], last["number"]) == ("answered", CLIENT)
    # what was under way when it died may come again, under the same number
    numbers = [one["seq"] for one in side.events]
    assert sorted(set(numbers)) == list(range(1, max(numbers) + 1))


@DRIVERS
def test_call_that_ended_while_the_connector_was_away(pbx, connector, side, driver):
    program = connector(driver, USU_COMMANDS="0")
    anna = pbx.phone("101")
    client = pbx.trunk_call(CLIENT)
    call = anna.wait_call().answer()
    client.wait_answered()
    side.wait(lambda s: any(one["type"] == "answer" for one in s.events))
    program.kill()
    client.hangup()
    call.wait_ended()
    program.start()
    side.wait(lambda s: s.ended(), 20)
    (last,) = side.final().values()
    assert last["outcome"] == "answered" and last["ended_at"]


def test_ari_user_who_may_only_read(pbx, connector, side):
    """Such a user cannot choose what to hear of; all comes, and the call with it."""
    reader = {"USU_ARI_USER": "watch", "USU_ARI_PASSWORD": "watch-secret"}
    connector("ari", USU_COMMANDS="0", **reader)
    anna = pbx.phone("101")
    client = pbx.trunk_call(CLIENT)
    anna.wait_call().answer()
    client.wait_answered()
    client.hangup()
    side.wait(lambda s: s.ended())
    (last,) = side.final().values()
    assert (last["outcome"], last["answered_by"]) == ("answered", ["101"])


@DRIVERS
def test_pbx_restarted_in_mid_call(pbx, connector, side, driver):
    program = connector(driver, USU_COMMANDS="0")
    anna = pbx.phone("101")
    client = pbx.trunk_call(CLIENT)
    anna.wait_call().answer()
    client.wait_answered()
    side.wait(lambda s: any(one["type"] == "answer" for one in s.events))
    pbx.kill()
    pbx.start()
    listens(program, 2)
    side.wait(lambda s: s.ended(), 20)
    (last,) = side.final().values()
    assert last["outcome"] == "answered"
    side.events.clear()
    scenarios.ALL["busy"](pbx)
    side.wait(lambda s: s.ended())
    (last,) = side.final().values()
    assert last["outcome"] == "busy"


@DRIVERS
def test_check_against_a_real_pbx(pbx, side, tmp_path, connector_command, driver):
    environ = environ_of(pbx, driver)
    program = Program(connector_command, side, tmp_path, tmp_path, **environ)

    def check(**more):
        done = subprocess.run(
            [*connector_command, "--check"],
            env=program.environ | more,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.returncode, done.stdout

    code, said = check()
    assert code == 0 and "Asterisk " in said and "channels can be listed" in said
    assert "WebSocket for click to dial" in said
    name = driver.upper()
    code, said = check(**{f"USU_{name}_PASSWORD": "wrong"})
    assert code == 1 and "refuses user 'usu' or its password" in said


@pytest.mark.parametrize("kind", ["ami", "ari"])
def test_recording_made_now_reduces_as_the_kept_ones(pbx, tmp_path, kind):
    """The kept recordings are no accident of the day they were made."""
    import record

    for name in ("attended_transfer_ringing", "queue_local_transfer", "hold"):
        record.record(pbx, name, tmp_path)
        calls = streams.reduce(streams.load(tmp_path / f"{name}.{kind}.jsonl"))
        streams.check(calls, name, hold=0.3)
