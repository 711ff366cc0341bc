"""From a client's INVITE to the event at Odoo's door, and what the reducer can take.

    ./usu bench connector [--quick]

Every call is seen by three at once: a bare socket on the PBX's manager interface (the
floor: the moment the PBX itself says that a telephone rings), a connector over AMI and
one over ARI, each posting to an HTTP server of its own. Milliseconds from the INVITE.
Then the reducer alone over 500 calls at once. Needs Asterisk from Debian's mirror.
"""

import argparse
import ast
import re
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [
    str(ROOT / folder)
    for folder in ("tests/connector", "tests/asterisk", "addons/usu_callcard/connector")
]

import kit  # noqa: E402
import record  # noqa: E402
import streams  # noqa: E402
from odoo_side import OdooSide  # noqa: E402
from program import Program, until  # noqa: E402
from usu_callcard_connector.reducer import Reducer  # noqa: E402

COMMAND = [sys.executable, str(ROOT / "addons/usu_callcard/connector")]
WAYS = ("bare AMI socket", "connector, AMI", "connector, ARI")


class Floor(record.AmiRecorder):
    """Notes when the PBX says that 101 is dialled."""

    def __init__(self, pbx, path):
        self.rang = threading.Event()
        super().__init__(pbx, path, self._note)

    def _note(self, event):
        if event.get("Event") == "DialBegin":
            self.at = time.perf_counter()
            self.rang.set()


class Timed(OdooSide):
    def __init__(self):
        super().__init__()
        self.rang = threading.Event()
        self.answer = self._note

    def _note(self, event):
        if event["type"] == "ring":
            self.at = time.perf_counter()
            self.rang.set()


def quantile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def ring_times(count):
    found = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        with kit.Asterisk(folder / "pbx") as pbx:
            seen = dict(zip(WAYS, watchers(pbx, folder), strict=True))
            for _ in range(count):
                one_call(pbx, seen, found)
            for program in watchers.programs:
                program.kill()
    return found


def watchers(pbx, folder):
    """The three that see every call; the programs are kept to be ended."""
    sides = [Timed(), Timed()]
    common = {"USU_COMMANDS": "0"}
    ami = {"USU_DRIVER": "ami", "USU_AMI_PORT": str(pbx.ami_port)}
    ami |= {"USU_AMI_USER": pbx.user, "USU_AMI_PASSWORD": pbx.secret}
    ari = {"USU_DRIVER": "ari", "USU_ARI_URL": pbx.ari_url}
    ari |= {"USU_ARI_USER": pbx.user, "USU_ARI_PASSWORD": pbx.secret}
    watchers.programs = []
    for name, side, environ in zip(("ami", "ari"), sides, (ami, ari), strict=True):
        (folder / name).mkdir()
        program = Program(
            COMMAND, side, folder / name, folder, **(common | environ)
        ).start()
        until(lambda p=program: "Connected" in p.log.read_text())
        watchers.programs.append(program)
    return [Floor(pbx, folder / "floor.jsonl"), *sides]


def one_call(pbx, seen, found):
    anna = pbx.phone("101")
    pbx.trunk()
    for watcher in seen.values():
        watcher.rang.clear()
    begin = time.perf_counter()
    client = pbx.trunk_call("79161234567")
    call = anna.wait_call()
    for way, watcher in seen.items():
        if not watcher.rang.wait(5):
            sys.exit(f"{way} missed a call")
        found[way].append((watcher.at - begin) * 1000)
    client.hangup()
    call.wait_ended()
    pbx.wait_quiet()


def busy_hour(calls):
    """Events of ``calls`` calls that overlap."""
    folder = streams.RECORDINGS / "asterisk22"
    names = ("queue", "attended_transfer", "missed_caller_gave_up", "ivr", "busy")
    texts = [str(streams.load(folder / f"{name}.ami.jsonl")) for name in names]
    bridges = re.compile(r"([0-9a-f]{8}(-[0-9a-f]{4}){3})-[0-9a-f]{12}")
    events = []
    for number in range(calls):
        text = texts[number % len(texts)].replace("17953", f"9{number:04}")
        text = text.replace("-0000000", f"-{number:04}000")
        text = bridges.sub(rf"\1-{number:012}", text)
        for one in ast.literal_eval(text):
            events.append(one | {"t": one["t"] + number / 1000})
    return sorted(events, key=lambda one: one["t"])


def reducing(calls):
    """Events a second the reducer takes, telling after each."""
    events = busy_hour(calls)
    reducer, told = Reducer(), 0
    begin = time.perf_counter()
    for event in events:
        reducer.feed(event, event["t"])
        told += len(reducer.changes(event["t"]))
    seconds = time.perf_counter() - begin
    return len(events), told, seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    count, many = (10, 100) if options.quick else (50, 500)
    for calls in (many // 10, many):
        events, told, seconds = reducing(calls)
        print(
            f"reducer, {calls:4} calls at once: {events:6} events in {seconds:5.2f} s "
            f"({events / seconds:6.0f}/s), {told} snapshots"
        )
    try:
        found = ring_times(count)
    except kit.NotAvailable as why:
        print(f"no Asterisk here, so no calls: {why}")
        return
    print(f"\nINVITE to the word that 101 rings, {count} calls, ms")
    print(f"{'':18} {'p50':>7} {'p95':>7} {'max':>7} {'of the floor':>13}")
    floor = quantile(found[WAYS[0]], 0.5)
    for way, times in found.items():
        middle, high = quantile(times, 0.5), quantile(times, 0.95)
        print(
            f"{way:18} {middle:7.1f} {high:7.1f} {max(times):7.1f} "
            f"{middle / floor:12.1f}x"
        )


if __name__ == "__main__":
    main()
