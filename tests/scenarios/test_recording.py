"""A recorded call, whole: a real Asterisk records both sides -> connector -> Odoo.

Two telephones play generated speech to each other; who spoke when is known. The
recording arrives in pieces, is measured in the background and can be heard on the
call's form by those who may.
"""

import bisect
import importlib.util
import time
from array import array

import _call_world as world
import pytest
from asterisk import kit

ADDON = world.ROOT / "addons/usu_callcard_analysis"
CODE, CLIENT = "recorded", "79161110031"
RECORDED = "74951234573"  # the line that is recorded (tests/asterisk/conf)
PLAYER = ".o-usu-Player"
# who speaks when, seconds after the answer; the employee breaks in once
SPOKEN = {
    "client": ((1.0, 3.5), (6.5, 9.0)),
    "staff": ((4.0, 6.0), (8.0, 10.5)),
}
SECONDS = 11.5


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def alaw(values):
    """16-bit samples as a telephone sends them: the nearest of A-law's 256 values."""
    table = load(ADDON / "tools/wav.py")._ALAW
    known = sorted((value, octet) for octet, value in enumerate(table))
    levels = [value for value, _octet in known]

    def nearest(value):
        at = bisect.bisect(levels, value)
        around = known[max(at - 1, 0) : at + 1]
        return min(around, key=lambda one: abs(one[0] - value))[1]

    return bytes(map(nearest, array("h", values)))


@pytest.fixture(scope="module")
def voices():
    speech = load(ADDON / "tests/speech_like.py")
    pitch = {"client": 115, "staff": 190}
    return {
        side: alaw(speech.channel(SECONDS, spans, pitch[side], 9))
        for side, spans in SPOKEN.items()
    }


@pytest.fixture(scope="module")
def ids(rpc):
    (anna,) = world.make_staff(rpc, ["recorded_anna"])
    groups = [
        world.group(rpc, "usu_routing", "usu_routing_group_head"),
        world.group(
            rpc, "usu_callcard_analysis", "usu_callcard_analysis_group_recordings"
        ),
    ]
    (listener,) = world.make_staff(rpc, ["recorded_head"])
    rpc("res.users", "write", [listener], {"group_ids": [[4, g] for g in groups]})
    desk = rpc(
        "helpdesk.ticket.team",
        "create",
        {"name": "Recorded desk", "user_ids": [[6, 0, [anna, listener]]]},
    )
    pbx = rpc(
        "usu.pbx",
        "create",
        {
            "name": "Recorded",
            "code": CODE,
            "secret": world.SECRET,
            "desk_id": desk,
            "usu_recording": True,
            "usu_recording_notice": "An announcement before the first ring",
            "extension_ids": [[0, 0, {"number": "101", "user_id": anna}]],
        },
    )
    return {"anna": anna, "listener": listener, "desk": desk, "pbx": pbx}


@pytest.fixture(scope="module")
def pbx(tmp_path_factory):
    try:
        asterisk = kit.Asterisk(tmp_path_factory.mktemp("asterisk")).start()
    except kit.NotAvailable as why:
        pytest.skip(f"the Debian mirror does not answer: {why}")
    yield asterisk
    asterisk.stop()


@pytest.fixture(scope="module")
def connector(pbx, ids, server, tmp_path_factory):
    folder = tmp_path_factory.mktemp("connector")
    made = world.Connector(pbx, server.url, server.db, folder)
    made.environ |= {
        "USU_PBX": CODE,
        "USU_RECORDINGS_PATH": str(pbx.run_dir / "rec"),
    }
    with made as running:
        yield running


def wait_for(condition, what, seconds=90):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, what
        time.sleep(0.2)
    return found


@pytest.fixture(scope="module")
def analysis(pbx, connector, ids, rpc, voices):
    """The analysed conversation of a call that was really spoken."""
    phone = pbx.phone("101")
    call = pbx.trunk_call(CLIENT, did=RECORDED)
    answered = phone.wait_call().answer()
    call.wait_answered()
    call.play(voices["client"])
    answered.play(voices["staff"])
    time.sleep(SECONDS)
    call.hangup()
    answered.wait_ended()
    pbx.wait_quiet()
    domain = [["call_id.pbx_id", "=", ids["pbx"]]]
    fields = ["call_id", "state", "error", "layout", "user_id", "recording_id"]
    fields += ["duration_seconds", "talk_staff_seconds", "talk_client_seconds"]
    fields += ["both_seconds", "interruptions_staff", "interruptions_client"]

    def finished():
        found = rpc("usu.call.analysis", "search_read", domain, fields)
        return [one for one in found if one["state"] in ("done", "error")]

    return wait_for(finished, "the conversation is measured")[0]


def test_real_recording_is_measured(analysis, ids):
    assert (analysis["state"], analysis["layout"]) == ("done", "sides"), analysis
    assert analysis["user_id"][0] == ids["anna"]
    for name, truth in (
        ("talk_client_seconds", 5.0),
        ("talk_staff_seconds", 4.5),
        ("both_seconds", 1.0),
    ):
        # on a busy machine the telephones' packets come late: gaps nobody spoke
        assert abs(analysis[name] - truth) <= 1.0, (name, analysis)
    assert abs(analysis["interruptions_staff"] - 1) <= 1
    assert analysis["interruptions_client"] <= 1
    assert analysis["duration_seconds"] >= SECONDS - 1.5


def test_listener_hears_it_and_is_logged(analysis, ids, rpc, sign_in, shot):
    page = sign_in("recorded_head", path=f"/odoo/usu.call/{analysis['call_id'][0]}")
    page.wait_for_selector(f"{PLAYER} .o-usu-Lanes-speech >> nth=3")
    domain = [["recording_id", "=", analysis["recording_id"][0]]]
    assert not rpc("usu.call.recording.access", "search", domain)
    page.click(f"{PLAYER} button:has-text('Listen')")
    page.click(".o-usu-Conversation-toggle")
    page.wait_for_function(
        "document.querySelector('.o-usu-Player audio').currentTime > 1"
    )
    shot(page, "recording_player", full_page=True)
    box = page.locator(".o-usu-Lanes-picture").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.8, box["y"] + 20)
    page.wait_for_function(
        "document.querySelector('.o-usu-Player audio').currentTime > 8"
    )
    entries = rpc("usu.call.recording.access", "search_read", domain, ["user_id"])
    assert [one["user_id"][0] for one in entries] == [ids["listener"]]


def test_employee_sees_the_figures_without_the_sound(analysis, sign_in, shot):
    page = sign_in(
        "recorded_anna",
        size=(390, 844),
        path=f"/odoo/usu.call/{analysis['call_id'][0]}",
    )
    page.wait_for_selector(f"{PLAYER} .o-usu-Figures")
    assert not page.locator(f"{PLAYER} button:has-text('Listen')").count()
    assert not page.locator(f"{PLAYER} audio").count()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    page.locator(PLAYER).scroll_into_view_if_needed()
    shot(page, "recording_narrow")
