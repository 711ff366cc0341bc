"""Record what a PBX says during the scenarios: one JSON line per AMI or ARI event.

    python tests/asterisk/record.py FOLDER [--suite sid|bullseye] [SCENARIO ...]

Writes ``<scenario>.ami.jsonl`` and ``<scenario>.ari.jsonl``; ``t`` is seconds since
the start. Kinds that say nothing about a call are left out (see KEPT), and of the rest
the fields no reader needs, so that a recording stays small.
"""

import argparse
import base64
import json
import os
import socket
import threading
import time
import urllib.parse
from pathlib import Path

if __package__:
    from . import kit, scenarios
else:
    import kit
    import scenarios

KEPT_AMI = set(
    "AgentCalled AgentComplete AgentConnect AttendedTransfer BlindTransfer "
    "BridgeEnter BridgeLeave BridgeMerge CoreShowChannel CoreShowChannelsComplete "
    "DialBegin DialEnd Hangup Hold LocalBridge LocalOptimizationBegin "
    "MixMonitorStart NewCallerid Newchannel Newexten Newstate ParkedCall Pickup "
    "QueueCallerAbandon QueueCallerJoin QueueCallerLeave Rename UnParkedCall Unhold "
    "VarSet".split()
)
KEPT_ARI = set(
    "BridgeAttendedTransfer BridgeBlindTransfer BridgeMerged ChannelCallerId "
    "ChannelCreated ChannelDestroyed ChannelDialplan ChannelEnteredBridge ChannelHold "
    "ChannelLeftBridge ChannelStateChange ChannelUnhold ChannelVarset Dial".split()
)
KEPT_VARIABLES = ("FROM_DID", "MIXMONITOR_FILENAME")
KEPT_APPLICATIONS = ("Dial", "Queue", "Read", "Park", "Pickup", "Busy", "MixMonitor")
NOISE = (
    "Privilege Language AccountCode ChannelStateDesc BridgeVideoSourceMode "
    "BridgeCreator BridgeName BridgeNumChannels ChanVariable Priority "
    "ConnectedLineNum ConnectedLineName"
)
NOISE = tuple(NOISE.split())
NOISE_ARI = "protocol_id accountcode language connected channelvars creator video_mode"


def small_ami(event):
    kind = event.get("Event")
    if kind == "VarSet" and event["Variable"].strip("_") not in KEPT_VARIABLES:
        return None
    if kind == "Newexten" and event["Application"] not in KEPT_APPLICATIONS:
        return None
    if kind not in KEPT_AMI:
        return None
    return {key: value for key, value in event.items() if not key.endswith(NOISE)}


def small_ari(event):
    if event["type"] not in KEPT_ARI:
        return None
    if event["type"] == "ChannelVarset":
        if event["variable"].strip("_") not in KEPT_VARIABLES:
            return None
    if event["type"] == "ChannelDialplan":
        if event["dialplan_app"] not in KEPT_APPLICATIONS:
            return None
    for value in event.values():
        if isinstance(value, dict):
            for noise in NOISE_ARI.split():
                value.pop(noise, None)
    for noise in ("asterisk_id", "application", "timestamp"):
        event.pop(noise, None)
    return event


class Recorder:
    def neutral(self, text):
        """Folders of this machine have no place in a recording."""
        return text.replace(f"{self.pbx.run_dir}/rec", "/var/spool/asterisk/monitor")


class AmiRecorder(Recorder):
    """A plain AMI client of its own: the code under test takes no part in it."""

    def __init__(self, pbx, path, small=small_ami):
        self.socket = socket.create_connection(("127.0.0.1", pbx.ami_port), 5)
        self.pbx, self.file, self.small = pbx, path.open("w"), small
        self.begin = time.time()
        self.send(Action="Login", Username=pbx.user, Secret=pbx.secret, Events="on")
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def send(self, **fields):
        lines = "".join(f"{key}: {value}\r\n" for key, value in fields.items())
        self.socket.sendall(f"{lines}\r\n".encode())

    def _read(self):
        buffer = b""
        self.socket.settimeout(None)
        while True:
            try:
                data = self.socket.recv(65536)
            except OSError:
                data = b""
            if not data:
                return
            *blocks, buffer = (buffer + data).split(b"\r\n\r\n")
            for block in blocks:
                self._write(block)

    def _write(self, block):
        event = {"t": round(time.time() - self.begin, 4)}
        for line in block.decode("utf-8", "replace").split("\r\n"):
            key, colon, value = line.partition(": ")
            if colon or line.endswith(":"):
                event[key.rstrip(":")] = value
        event = self.small(event)
        if event and ("Event" in event):
            self.file.write(self.neutral(json.dumps(event)) + "\n")

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join(2)
        self.socket.close()
        self.file.close()


class AriRecorder(Recorder):
    """ARI's event WebSocket with the few lines of RFC 6455 that reading needs."""

    def __init__(self, pbx, path, small=small_ari):
        self.pbx, self.file, self.small = pbx, path.open("w"), small
        self.socket = socket.create_connection(("127.0.0.1", pbx.ari_port), 5)
        query = urllib.parse.urlencode(
            {
                "app": "record",
                "subscribeAll": "true",
                "api_key": f"{pbx.user}:{pbx.secret}",
            }
        )
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /ari/events?{query} HTTP/1.1\r\nHost: pbx\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self.stream = self.socket.makefile("rb")
        while self.stream.readline().strip():
            pass  # the answer's head
        self.begin = time.time()
        self.socket.settimeout(None)
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        while True:
            try:
                head = self.stream.read(2)
                if len(head) < 2:
                    return
                size = head[1] & 0x7F
                if size > 125:
                    octets = self.stream.read(2 if size == 126 else 8)
                    size = int.from_bytes(octets, "big")
                data = self.stream.read(size)
            except (OSError, ValueError):
                return
            if head[0] & 0x0F == 1:
                event = json.loads(data)
                moment = round(time.time() - self.begin, 4)
                event = self.small(event)
                if event:
                    text = json.dumps({"t": moment, **event})
                    self.file.write(self.neutral(text) + "\n")

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join(2)
        self.socket.close()
        self.file.close()


def record(pbx, name, folder):
    recorders = [
        AmiRecorder(pbx, folder / f"{name}.ami.jsonl"),
        AriRecorder(pbx, folder / f"{name}.ari.jsonl"),
    ]
    time.sleep(0.3)
    try:
        scenarios.ALL[name](pbx)
        pbx.wait_quiet()
    finally:
        time.sleep(0.3)
        for recorder in recorders:
            recorder.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("scenarios", nargs="*")
    parser.add_argument("--suite", default="sid")
    options = parser.parse_intermixed_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for name in options.scenarios or scenarios.ALL:
        run_dir = options.folder / ".run"
        with kit.Asterisk(run_dir, suite=options.suite) as pbx:
            try:
                record(pbx, name, options.folder)
                print(f"{name}: recorded")
            except AssertionError as why:
                print(f"{name}: FAILED, {why}")


if __name__ == "__main__":
    main()
