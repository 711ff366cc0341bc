"""Record the calls the demonstration replays.

    python tests/asterisk/demonstration.py

Writes ``addons/usu_callcard/connector/demo/*.ami.jsonl``. Telephones ring and people
talk as long as at a real desk, so that there is time to look at the card.
"""

import sys
import tempfile
from pathlib import Path

if __package__:
    from . import kit, record, scenarios
else:
    import kit
    import record
    import scenarios

FOLDER = Path(__file__).parents[2] / "addons/usu_callcard/connector/demo"
VIP, UNKNOWN, MISSED = "79161234567", "919876543210", "37410123456"


def incoming(pbx, number, ring, talk):
    anna = pbx.phone("101")
    client = pbx.trunk_call(number)
    call = anna.wait_call()
    scenarios.pause(ring)
    call.answer()
    scenarios.talk(client, call, talk)


def known_vip(pbx):
    incoming(pbx, VIP, 5, 25)


def unknown_caller(pbx):
    incoming(pbx, UNKNOWN, 5, 30)


def missed(pbx):
    anna = pbx.phone("101")
    client = pbx.trunk_call(MISSED)
    call = anna.wait_call()
    scenarios.pause(8)
    client.hangup()
    call.wait_ended()


def outgoing(pbx):
    outside = pbx.trunk()
    anna = pbx.phone("101").call(VIP)
    client = outside.wait_call()
    scenarios.pause(4)
    client.answer()
    anna.wait_answered()
    scenarios.pause(15)
    anna.hangup()
    client.wait_ended()


DEMONSTRATION = {
    "1_known_vip": known_vip,
    "2_unknown_caller": unknown_caller,
    "3_missed": missed,
    "4_outgoing": outgoing,
}


def main():
    FOLDER.mkdir(exist_ok=True)
    for name, function in DEMONSTRATION.items():
        with tempfile.TemporaryDirectory() as run_dir:
            with kit.Asterisk(run_dir) as pbx:
                path = FOLDER / f"{name}.ami.jsonl"
                recorder = record.AmiRecorder(pbx, path)
                function(pbx)
                pbx.wait_quiet()
                recorder.close()
        print(f"{path.name}: {path.stat().st_size} octets")


if __name__ == "__main__":
    sys.exit(main())
