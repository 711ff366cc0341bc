"""Recordings on their way from the PBX to Odoo, over a real HTTP server."""

import base64
import hashlib
import http.server
import json
import logging
import threading
import wave
from array import array
from pathlib import Path

import pytest
from odoo_side import _Handler
from program import Program, until
from usu_callcard_connector.check import check_recordings
from usu_callcard_connector.config import load
from usu_callcard_connector.poster import Odoo
from usu_callcard_connector.recordings import PIECE, Folder, Recordings, Web
from usu_callcard_connector.sides import find_sides, two_channels

RATE = 8000


class Shelf:
    """Odoo's side of the contract: keeps what came of each recording."""

    def __init__(self):
        self.files, self.asked, self.statuses = {}, [], []

    def take(self, data):
        self.asked.append(data)
        if self.statuses:
            return {"status": self.statuses.pop(0)}
        have = self.files.setdefault(data["sha256"], bytearray())
        if data.get("data") and data["offset"] == len(have):
            have += base64.b64decode(data["data"])
        status = "done" if len(have) == data["size"] else "more"
        return {"status": status, "offset": len(have)}

    @property
    def whole(self):
        done = [bytes(f) for d, f in self.files.items() if sha(f) == d]
        return done[0] if done else None


def sha(content):
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def shelf(side, monkeypatch):
    kept, events = Shelf(), _Handler._take

    def take(handler, data):
        if handler.path == "/usu_callcard/recording":
            return kept.take(data)
        return events(handler, data)

    monkeypatch.setattr(side.server.RequestHandlerClass, "_take", take)
    return kept


@pytest.fixture
def monitor(tmp_path):
    folder = tmp_path / "monitor"
    folder.mkdir()
    return folder


@pytest.fixture
def clock():
    return [1000.0]


@pytest.fixture
def make(side, tmp_path, clock):
    """Recordings without a thread of their own; ``work()`` is called by the test."""
    opened = []

    def build(source, secret="secret"):
        odoo = Odoo(side.url, "main", secret)
        one = Recordings(tmp_path, odoo, source, clock=lambda: clock[0])
        opened.append(one)
        return one

    yield build
    for one in opened:
        one.stop()


def write(path, values, rate=RATE):
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(array("h", values).tobytes())


def ended(recording, call="1.1", **values):
    event = {"call": call, "seq": 9, "type": "hangup", "direction": "incoming"}
    return {**event, "recording": recording, "answered_at": "2026-11-22T", **values}


def step(recordings, clock, seconds=3.0):
    clock[0] += seconds
    return recordings.work()


def test_two_sides_arrive_as_two_channels(make, monitor, shelf, clock):
    write(monitor / "a.wav", [9] * 100)
    write(monitor / "a-client.wav", [1, 2, 3])
    write(monitor / "a-staff.wav", [4, 5])
    recordings = make(Folder(monitor))
    recordings.note([ended(str(monitor / "a.wav"))])
    step(recordings, clock)
    (monitor / "out.wav").write_bytes(shelf.whole)
    with wave.open(str(monitor / "out.wav")) as got:
        assert got.getparams()[:4] == (2, 2, RATE, 3)
        assert array("h", got.readframes(9)).tolist() == [1, 4, 2, 5, 3, 0]
    assert shelf.asked[0]["layout"] == "sides"
    assert len(recordings) == 0


def test_long_recording_comes_in_pieces_of_a_message(make, monitor, shelf, clock):
    write(monitor / "a.wav", range(-20000, 20000))
    content = (monitor / "a.wav").read_bytes() * 30
    (monitor / "a.wav").write_bytes(content)
    recordings = make(Folder(monitor))
    recordings.note([ended("/elsewhere/monitor/a.wav")])
    step(recordings, clock)
    assert shelf.whole == content
    assert shelf.asked[0]["layout"] == "mixed"
    pieces = [one for one in shelf.asked if one.get("data")]
    assert len(pieces) == -(-len(content) // PIECE)
    assert max(len(json.dumps(one)) for one in pieces) < 256 * 1024


def test_interrupted_upload_goes_on_where_it_was(make, monitor, shelf, side, clock):
    content = bytes(range(256)) * 3000
    (monitor / "a.wav").write_bytes(content)
    recordings = make(Folder(monitor))
    recordings.note([ended("a.wav")])
    side.refusals = [200, 200, 503]  # the question, one piece, then Odoo is away
    step(recordings, clock)
    assert shelf.whole is None and len(recordings) == 1
    recordings.stop()
    again = make(Folder(monitor))  # as after a restart
    before = len(shelf.asked)
    step(again, clock, 60)
    assert shelf.whole == content and len(again) == 0
    assert [one.get("offset") for one in shelf.asked[before:]][:2] == [None, PIECE]


def test_same_recording_twice_is_sent_once(make, monitor, shelf, clock):
    write(monitor / "a.wav", [1] * 1000)
    recordings = make(Folder(monitor))
    for _ in range(2):
        recordings.note([ended("a.wav"), ended("a.wav")])
        step(recordings, clock)
    assert len([one for one in shelf.asked if one.get("data")]) == 1


def test_only_answered_recorded_ended_calls_are_jobs(make, monitor, clock):
    recordings = make(Folder(monitor))
    recordings.note(
        [
            ended(None),
            ended("a.wav", answered_at=None),
            ended("a.wav", type="answer"),
        ]
    )
    assert step(recordings, clock) == 60.0
    assert len(recordings) == 0


@pytest.mark.parametrize("status", ["off", "refused"])
def test_unwanted_recording_is_let_go(make, monitor, shelf, clock, status):
    write(monitor / "a.wav", [1] * 1000)
    shelf.statuses = [status]
    recordings = make(Folder(monitor))
    recordings.note([ended("a.wav")])
    step(recordings, clock)
    assert len(recordings) == 0 and not shelf.files


def test_call_unknown_to_odoo_waits(make, monitor, shelf, clock):
    write(monitor / "a.wav", [1] * 1000)
    shelf.statuses = ["unknown"]
    recordings = make(Folder(monitor))
    recordings.note([ended("a.wav")])
    step(recordings, clock)
    assert len(recordings) == 1
    step(recordings, clock, 10)
    assert shelf.whole and len(recordings) == 0


def test_missing_file_is_looked_for_again_and_given_up(make, monitor, clock, caplog):
    recordings = make(Folder(monitor))
    with caplog.at_level(logging.WARNING):
        recordings.note([ended("79161234567.wav")])
        step(recordings, clock)
        assert len(recordings) == 1
        step(recordings, clock, 25 * 3600)
    assert len(recordings) == 0
    assert "79161234567" not in caplog.text


@pytest.mark.parametrize(
    "recorded", ["../secret.wav", "/../secret.wav", "link.wav", "x/../../secret.wav"]
)
def test_nothing_outside_the_folder_is_read(monitor, recorded):
    write(monitor.parent / "secret.wav", [1])
    (monitor / "link.wav").symlink_to(monitor.parent / "secret.wav")
    assert Folder(monitor).get(recorded, monitor) is None


def test_folder_named_otherwise_on_the_pbx(monitor):
    write(monitor / "2026/11/22/a.wav", [1])
    found = Folder(monitor).get("/var/spool/asterisk/monitor/2026/11/22/a.wav", None)
    assert found == (monitor / "2026/11/22/a.wav").resolve()


def test_heard_on_the_calling_channel():
    """On a call out the recorded channel is the employee's: rx is the employee."""

    def only(*names):
        return lambda path: path if path in names else None

    rx_tx = only("/m/a-rx.wav", "/m/a-tx.wav")
    assert find_sides("/m/a.wav", "incoming", rx_tx) == ("/m/a-rx.wav", "/m/a-tx.wav")
    assert find_sides("/m/a.wav", "outgoing", rx_tx) == ("/m/a-tx.wav", "/m/a-rx.wav")
    named = only("/m/a-client.wav", "/m/a-staff.wav")
    assert find_sides("/m/a.wav", "outgoing", named) == (
        "/m/a-client.wav",
        "/m/a-staff.wav",
    )
    assert find_sides("/m/a.wav", "incoming", only("/m/a-rx.wav")) is None


def test_sides_that_do_not_fit_together(tmp_path):
    write(tmp_path / "a.wav", [1] * 10)
    write(tmp_path / "b.wav", [1] * 10, rate=16000)
    (tmp_path / "c.wav").write_bytes(b"RIFFbroken")
    target = tmp_path / "out.wav"
    assert two_channels(tmp_path / "a.wav", tmp_path / "b.wav", target) is None
    assert two_channels(tmp_path / "a.wav", tmp_path / "c.wav", target) is None


def test_recording_from_a_web_server(make, monitor, shelf, clock):
    write(monitor / "2026/a b.wav", [1] * 1000)
    handler = type(
        "Handler",
        (http.server.SimpleHTTPRequestHandler,),
        {
            "__init__": lambda self, *args: (
                http.server.SimpleHTTPRequestHandler.__init__(
                    self, *args, directory=str(monitor)
                )
            ),
            "log_message": lambda *_: None,
        },
    )
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/{{path}}"
        recordings = make(Web(url, root="/var/spool/asterisk/monitor"))
        recordings.note([ended("/var/spool/asterisk/monitor/2026/a b.wav")])
        step(recordings, clock)
    finally:
        server.shutdown()
        server.server_close()
    assert shelf.whole == (monitor / "2026/a b.wav").read_bytes()


def test_thread_delivers_by_itself(side, shelf, monitor, tmp_path):
    write(monitor / "a.wav", [1] * 1000)
    odoo = Odoo(side.url, "main", "secret")
    running = Recordings(tmp_path, odoo, Folder(monitor), settle=0.0).start()
    running.note([ended("a.wav")])
    until(lambda: shelf.whole)
    running.stop()


def test_whole_connector_delivers_a_recorded_call(
    connector_command, side, shelf, monitor, tmp_path
):
    """The path in the recorded stream: /var/spool/asterisk/monitor/call.wav"""
    write(monitor / "call.wav", [1] * 1000)
    stream = Path(__file__).parent / "recordings/asterisk22/recorded.ami.jsonl"
    program = Program(
        connector_command,
        side,
        tmp_path,
        stream,
        USU_REPLAY_ONCE="0",
        USU_REPLAY_PAUSE="60",
        USU_RECORDINGS_PATH=str(monitor),
    ).start()
    try:
        until(lambda: shelf.whole, 30)
    finally:
        program.kill()
    assert shelf.whole == (monitor / "call.wav").read_bytes()
    assert shelf.asked[0]["call"] == side.events[-1]["call"]


def test_check_says_when_the_folder_is_missing(monitor):
    assert check_recordings(monitor) == [f"ok     recordings in {monitor}"]
    (line,) = check_recordings(monitor / "other")
    assert line.startswith("FAILED") and "cannot be read" in line


def test_settings_of_the_guide():
    environ = {"USU_ODOO_URL": "http://odoo", "USU_SECRET": "s", "USU_DRIVER": "replay"}
    environ |= {"USU_REPLAY": "x", "USU_RECORDINGS_PATH": "/var/spool/asterisk/monitor"}
    assert load(environ=environ).recordings_path == "/var/spool/asterisk/monitor"
