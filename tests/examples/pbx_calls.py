"""Example: calls of a PBX that is no Asterisk, told to Odoo.

    python pbx_calls.py ODOO_URL PBX_CODE SECRET < calls.csv

Reads lines ``call,what,number,extension`` as they happen (``what``: ring, answer,
hangup) and posts one snapshot of the call for each. A real driver reads the PBX's own
interface instead; the rest stays.
"""

import csv
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

CONNECTOR = Path(__file__).resolve().parents[2] / "addons/usu_callcard/connector"
sys.path.append(str(CONNECTOR))
from usu_callcard_connector.poster import Odoo, Refused  # noqa: E402


class Calls:
    """Keeps what is known of each call; a snapshot always tells all of it."""

    def __init__(self):
        self.open = {}

    def snapshot(self, call, what, number, extension):
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        known = self.open.setdefault(
            call,
            {"call": call, "seq": 0, "direction": "incoming", "started_at": now}
            | {"number": number, "ringing": [], "rang": [], "outcome": None},
        )
        known |= {"seq": known["seq"] + 1, "type": what, "at": now}
        if what == "ring":
            known |= {"ringing": [extension], "rang": [*known["rang"], extension]}
        if what == "answer":
            known |= {"ringing": [], "extension": extension, "answered_at": now}
            known |= {"answered_by": [extension]}
        if what == "hangup":
            outcome = "answered" if known.get("answered_at") else "missed"
            known |= {"ringing": [], "ended_at": now, "outcome": outcome}
            del self.open[call]
        return dict(known)


def deliver(odoo, snapshot, tries=5):
    """Until Odoo has it: the same snapshot twice is harmless."""
    for number in range(tries):
        try:
            return odoo.post("/usu_callcard/events", {"events": [snapshot]})
        except Refused as refused:
            time.sleep(max(refused.wait, 0.5 * 2**number))
    raise SystemExit("Odoo does not take the calls: are URL, code and secret right?")


def main(url, pbx, secret, lines):
    odoo, calls = Odoo(url, pbx, secret), Calls()
    for call, what, number, extension in csv.reader(lines):
        deliver(odoo, calls.snapshot(call, what, number, extension))


if __name__ == "__main__":
    main(*sys.argv[1:4], sys.stdin)
