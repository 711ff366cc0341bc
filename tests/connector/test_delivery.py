"""Spool, poster and the whole connector against a real HTTP server."""

import json
import sqlite3
import subprocess
import threading
import time

import pytest
import streams
from expected import EXPECTED
from program import Program, until
from usu_callcard_connector import check, config
from usu_callcard_connector.poster import Odoo, Outbox, Refused, sign
from usu_callcard_connector.spool import Spool

SIGNATURE = "49b0848a8f179b59f1047f7966f3159d61d1bab127f1d5714a945bae353fcf4f"


@pytest.fixture
def spool(tmp_path):
    opened = Spool(tmp_path / "spool")
    yield opened
    opened.close()


@pytest.fixture
def outbox(spool, side):
    running = Outbox(spool, Odoo(side.url, "main", "secret"), pause=0.05)
    yield running
    running.stop()


def event(call="1.1", seq=1, kind="ring", **values):
    return {"call": call, "seq": seq, "type": kind, "live": True, **values}


def test_signature_of_the_contract():
    """Worked out with ``openssl dgst -sha256 -hmac secret``."""
    body = b'{"events": []}'
    assert sign("secret", "1766370000", body) == SIGNATURE


def test_events_arrive_signed_and_in_order(outbox, side, spool):
    outbox.start()
    outbox.put([event(seq=n) for n in (1, 2, 3)])
    side.wait(lambda s: len(s.events) == 3)
    assert [one["seq"] for one in side.events] == [1, 2, 3]
    outbox.stop()
    assert len(spool) == 0


def test_wrong_secret_sends_nothing_and_says_so(spool, side):
    spool.put([event()])
    outbox = Outbox(spool, Odoo(side.url, "main", "wrong"))
    with pytest.raises(Refused, match="401.*secret or clock"):
        outbox.send_batch()
    assert side.events == [] and len(spool) == 1


def test_large_backlog_goes_in_batches(outbox, side, spool):
    spool.put([event(str(n)) for n in range(250)])
    outbox.start()
    outbox.put([event("last")])
    side.wait(lambda s: len(s.events) == 251)
    assert max(side.batches) <= 100


def test_batches_keep_to_the_size_limit(outbox, side, spool):
    spool.put([event(str(n), name="\u0416" * 2000) for n in range(100)])
    while outbox.send_batch():
        pass
    assert len(side.events) == 100
    assert len(side.batches) > 1


def test_odoo_away_for_a_while_loses_nothing(outbox, side):
    side.refusals = [502, 503, 500, 429]
    outbox.start()
    outbox.put([event(seq=n) for n in range(1, 21)])
    side.wait(lambda s: len(s.events) == 20)
    assert [one["seq"] for one in side.events] == list(range(1, 21))


def test_event_odoo_cannot_use_does_not_stop_the_others(outbox, side, spool):
    side.answer = lambda one: {"status": "error"} if one["call"] == "bad" else None
    spool.put([event("bad"), event("good"), event("better")])
    for _ in range(10):
        try:
            if not outbox.send_batch():
                break
        except Refused:
            continue
    assert [one["call"] for one in side.events] == ["good", "better"]
    assert len(spool) == 0


def test_batch_odoo_cannot_read_is_taken_apart(outbox, side, spool):
    side.refusals = [413, 400]
    spool.put([event(str(n)) for n in range(4)])
    while outbox.send_batch():
        pass
    # four refused, two refused, one refused and given up, the rest taken
    assert len(side.events) >= 3 and len(spool) == 0


def test_old_events_do_not_ring(side, tmp_path):
    now = [1000.0]
    spool = Spool(tmp_path / "old", clock=lambda: now[0])
    outbox = Outbox(spool, Odoo(side.url, "main", "secret"))
    spool.put([event("old")])
    now[0] += 31
    spool.put([event("new")])
    outbox.send_batch()
    assert [one["live"] for one in side.events] == [False, True]
    spool.close()


def test_putting_never_waits_for_odoo(spool):
    """Nobody listens at the address; the driver must not notice."""
    outbox = Outbox(spool, Odoo("http://127.0.0.1:9", "main", "secret")).start()
    done = threading.Event()

    def drive():
        for number in range(2000):
            outbox.put([event(str(number))])
        done.set()

    threading.Thread(target=drive, daemon=True).start()
    assert done.wait(10)
    outbox.stop()
    assert len(spool) == 2000


def test_same_event_twice_is_stored_once(spool):
    spool.put([event(), event()])
    spool.put([event()])
    assert len(spool) == 1


def test_spool_remembers_open_calls_only(spool):
    spool.put(
        [event("a"), event("b"), event("a", 2, "answer"), event("b", 2, "hangup")]
    )
    assert [(one["call"], one["seq"]) for one in spool.open_calls()] == [("a", 2)]


def test_long_outage_keeps_the_last_snapshot_of_each_call(tmp_path, monkeypatch):
    monkeypatch.setattr("usu_callcard_connector.spool.COMPACT_ABOVE", 50)
    spool = Spool(tmp_path / "spool")
    for seq in range(1, 6):
        spool.put([event(str(n), seq) for n in range(30)])
    kept = [one for _id, _age, _tries, one in spool.next(1000)]
    assert len(spool) == len(kept) <= 80
    assert {one["call"] for one in kept if one["seq"] == 5} == {
        str(n) for n in range(30)
    }
    spool.close()


def test_disk_that_fails_for_a_while_loses_nothing(outbox, side, spool, tmp_path):
    outbox.start()
    other = sqlite3.connect(tmp_path / "spool" / "spool.db")
    other.execute("ALTER TABLE event RENAME TO gone")
    outbox.put([event(seq=n) for n in (1, 2)])
    time.sleep(0.3)
    other.execute("ALTER TABLE gone RENAME TO event")
    outbox.put([event(seq=3)])
    side.wait(lambda s: len(s.events) == 3)
    assert [one["seq"] for one in side.events] == [1, 2, 3]
    other.close()


def test_broken_spool_is_put_aside(tmp_path):
    folder = tmp_path / "spool"
    folder.mkdir()
    (folder / "spool.db").write_bytes(b"this is no database" * 100)
    spool = Spool(folder)
    spool.put([event()])
    assert len(spool) == 1
    assert len(list(folder.glob("broken-*.db"))) == 1
    spool.close()


# The whole program


def record_of(name):
    return streams.RECORDINGS / f"asterisk22/{name}.ami.jsonl"


def test_replayed_recording_arrives_as_one_live_call(connector_command, side, tmp_path):
    recording = record_of("attended_transfer")
    Program(connector_command, side, tmp_path, recording).start().wait()
    (last,) = side.final().values()
    (expected,) = EXPECTED["attended_transfer"]
    for name in ("direction", "number", "did", "rang", "answered_by", "transfers"):
        assert last[name] == expected[name]
    assert last["outcome"] == "answered" and last["live"] is True
    kinds = [one["type"] for one in side.events]
    assert kinds[0] == "ring" and kinds[-1] == "hangup"
    assert {"answer", "hold", "unhold", "transfer"} <= set(kinds)
    assert abs(time.time() - _seconds(last["ended_at"])) < 60


def _seconds(text):
    from datetime import datetime

    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def test_killed_while_odoo_is_away_delivers_everything_once(
    connector_command, side, tmp_path
):
    """kill -9 with undelivered events on disk; the next start delivers them."""
    side.refusals = [503] * 1000
    program = Program(connector_command, side, tmp_path, record_of("hold"))
    program.start()
    spool_file = tmp_path / "spool" / "spool.db"
    until(lambda: spool_file.exists() and _stored(tmp_path) >= 4)
    program.kill()
    stored = _stored(tmp_path)
    side.refusals = []
    empty = tmp_path / "empty.ami.jsonl"
    empty.write_text("")
    program.environ["USU_REPLAY"] = str(empty)
    program.start()
    side.wait(lambda s: len(s.events) >= stored)
    program.wait()
    keys = [(one["call"], one["seq"]) for one in side.events]
    assert len(keys) == len(set(keys)) == stored
    assert _stored(tmp_path) == 0


def _stored(folder):
    spool = Spool(folder / "spool")
    try:
        return len(spool)
    finally:
        spool.close()


def test_stop_signal_brings_everything_to_disk(connector_command, side, tmp_path):
    side.refusals = [503] * 1000
    program = Program(connector_command, side, tmp_path, record_of("hold")).start()
    until(lambda: (tmp_path / "spool/spool.db").exists() and _stored(tmp_path) >= 2)
    program.process.terminate()
    program.wait()


CHECKS = [
    ({}, 0, "takes events of PBX 'main'"),
    ({"USU_REPLAY": "nothing.jsonl"}, 1, "FAILED PBX: no recording"),
    ({"USU_SECRET": "other"}, 1, "HTTP 401: Odoo refuses the signature"),
    ({"USU_ODOO_URL": "http://127.0.0.1:9"}, 1, "Odoo does not answer"),
    ({"USU_ODOO_URL": ""}, 1, "USU_ODOO_URL"),
    ({"USU_ODOO_URL": "odoo.example"}, 1, "http://"),
    ({"USU_SECRET": ""}, 1, "USU_SECRET) is missing"),
    ({"USU_SECRET": "", "USU_SECRET_FILE": "no/file"}, 1, "secret's file"),
    ({"USU_DRIVER": "sip"}, 1, "choose one of ami, ari, replay"),
    ({"USU_EXTENSIONS": "(1"}, 1, "no regular expression"),
    (
        {"USU_DRIVER": "ami", "USU_AMI_PORT": "9", "USU_AMI_PASSWORD": "x"},
        1,
        "cannot be reached",
    ),
    ({"USU_AMI_PORT": "many"}, 1, "is not a number"),
    ({"USU_CONFIG": "no/file"}, 1, "configuration file cannot be read"),
]


@pytest.mark.parametrize(("environ", "code", "words"), CHECKS)
def test_check_says_what_is_wrong(side, tmp_path, monkeypatch, environ, code, words):
    right = Program([], side, tmp_path, record_of("hold")).environ
    for name, value in (right | environ).items():
        monkeypatch.setenv(name, value)
    said = []
    assert check.check(None, said.append) == code
    assert words in "\n".join(said)


def test_check_from_the_command_line(connector_command, side, tmp_path):
    environ = Program([], side, tmp_path, record_of("hold")).environ
    done = subprocess.run(
        [*connector_command, "--check"], env=environ, capture_output=True, text=True
    )
    assert done.returncode == 0
    assert "takes events of PBX 'main'" in done.stdout


def test_settings_from_a_file(tmp_path):
    (tmp_path / "secret").write_text("from a file\n")
    path = tmp_path / "connector.ini"
    path.write_text(
        "[odoo]\nurl = https://odoo.example/\npbx = north\n"
        f"secret_file = {tmp_path}/secret\n"
        "[pbx]\ntrunks = provider, backup-*\n[ami]\npassword = x%y\nport = 5039\n"
    )
    settings = config.load(path, {"USU_PBX": "south"})
    assert settings.odoo_url == "https://odoo.example"
    assert settings.odoo_secret == "from a file"
    assert settings.odoo_pbx == "south"  # the environment wins
    assert settings.pbx_trunks == ("provider", "backup-*")
    assert (settings.ami_port, settings.ami_password) == (5039, "x%y")
    path.write_text("[odoo]\nadress = x\n")
    with pytest.raises(config.ConfigError, match="no such setting"):
        config.load(path, {})


def test_reduce_prints_one_line_for_each_call(connector_command):
    names = ("call_waiting", "queue_abandoned")
    paths = [
        str(streams.RECORDINGS / f"asterisk22/{name}.{kind}.jsonl")
        for name in names
        for kind in ("ami", "ari")
    ]
    done = subprocess.run(
        [*connector_command, "reduce", *paths],
        capture_output=True,
        text=True,
        check=True,
    )
    calls = [json.loads(line) for line in done.stdout.splitlines()]
    wanted = [call for name in names for _kind in "12" for call in EXPECTED[name]]
    for call, expected in zip(calls, wanted, strict=True):
        held = {"hold_seconds": expected["hold_seconds"]}
        assert abs(call["hold_seconds"] - expected["hold_seconds"]) < 0.2
        assert call | expected == call | held
