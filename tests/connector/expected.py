"""What each recorded scenario is, told by the people at the telephones.

Written from the scenarios (``tests/asterisk/scenarios.py``), not from the reducer's
answers. A scenario may hold several calls, in order of beginning.
"""

CLIENT, SECOND, DID = "79161234567", "79120000002", "74951234567"


def incoming(outcome="answered", **values):
    call = {
        "direction": "incoming",
        "number": CLIENT,
        "did": DID,
        "queue": None,
        "rang": ["101"],
        "answered_by": ["101"] if outcome == "answered" else [],
        "transfers": [],
        "hold_seconds": 0,
        "outcome": outcome,
    }
    return call | values


def outgoing(outcome="answered", **values):
    return incoming(outcome, direction="outgoing", did=None) | {"rang": []} | values


def internal(**values):
    both = {"rang": ["102"], "answered_by": ["102", "101"], "number": "102"}
    return incoming(direction="internal", did=None) | both | values


def moved(kind, *steps):
    return [
        {"kind": kind, "from": step.split(">")[0], "to": step.split(">")[1]}
        for step in steps
    ]


BOTH = {"rang": ["101", "102"], "answered_by": ["102"]}
HANDED = {"rang": ["101", "102"], "answered_by": ["101", "102"]}

EXPECTED = {
    "inbound_answered": [incoming()],
    "inbound_agent_hangs_up": [incoming()],
    "second_provider": [incoming(did="4930123456")],
    "missed_caller_gave_up": [incoming("missed")],
    "missed_no_answer": [incoming("missed", did="74951234560")],
    "busy": [incoming("busy")],
    "busy_without_telephone": [incoming("busy", did="74951234577", rang=[])],
    "anonymous": [incoming(number="anonymous")],
    "outbound_answered": [outgoing()],
    "outbound_no_answer": [outgoing("missed")],
    "outbound_busy": [outgoing("busy")],
    "internal": [internal()],
    "hold": [incoming(hold_seconds=1.5)],
    "blind_transfer": [incoming(**HANDED, transfers=moved("blind", "101>102"))],
    "blind_transfer_unanswered": [
        incoming(rang=["101", "102"], transfers=moved("blind", "101>102"))
    ],
    "attended_transfer": [
        incoming(**HANDED, transfers=moved("attended", "101>102"), hold_seconds=0.8)
    ],
    "attended_transfer_twice": [
        incoming(
            rang=["101", "102", "103"],
            answered_by=["101", "102", "103"],
            transfers=moved("attended", "101>102", "102>103"),
            hold_seconds=0.65,
        )
    ],
    "attended_transfer_ringing": [
        incoming(**HANDED, transfers=moved("attended", "101>102"), hold_seconds=0.3)
    ],
    "attended_transfer_older_consult": [
        incoming(**HANDED, transfers=moved("attended", "101>102"))
    ],
    "attended_transfer_outside": [
        incoming(transfers=moved("attended", "101>79990000001"), hold_seconds=0.5),
        outgoing(number="79990000001"),
    ],
    "consult_without_transfer": [incoming(hold_seconds=0.42), internal()],
    "outbound_blind_transfer": [
        outgoing(
            rang=["102"],
            answered_by=["101", "102"],
            transfers=moved("blind", "101>102"),
        )
    ],
    "outbound_attended_transfer": [
        outgoing(
            rang=["102"],
            answered_by=["101", "102"],
            transfers=moved("attended", "101>102"),
            hold_seconds=0.3,
        )
    ],
    "key_blind_transfer": [
        incoming(**HANDED, transfers=moved("blind", "101>102"), hold_seconds=2.7)
    ],
    "key_attended_transfer": [
        incoming(**HANDED, transfers=moved("attended", "101>102"), hold_seconds=3.2)
    ],
    "ring_group": [incoming(did="74951234568", **BOTH)],
    "ring_group_both_answer": [incoming(did="74951234568", rang=["101", "102"])],
    "sequence": [incoming(did="74951234575", **BOTH)],
    "pickup": [incoming(answered_by=["103"])],
    "named_account": [incoming(did="74951234576", rang=["110"], answered_by=["110"])],
    "forwarded_outside": [incoming(did="74951234574", rang=[], answered_by=[])],
    "queue": [incoming(did="74951234569", queue="reception", **BOTH)],
    "queue_local_members": [incoming(did="74951234570", queue="desk", **BOTH)],
    "queue_local_optimised": [
        incoming(did="74951234571", queue="desk-optimised", **BOTH)
    ],
    "queue_local_transfer": [
        incoming(
            did="74951234570",
            queue="desk",
            rang=["101", "102", "103"],
            answered_by=["101", "103"],
            transfers=moved("attended", "101>103"),
            hold_seconds=0.3,
        )
    ],
    "queue_abandoned": [
        incoming("missed", did="74951234569", queue="reception", rang=["101", "102"])
    ],
    "queue_local_abandoned": [
        incoming("missed", did="74951234570", queue="desk", rang=["101", "102"])
    ],
    "queue_all_busy": [
        incoming("missed", did="74951234569", queue="reception", rang=["101", "102"])
    ],
    "ivr": [incoming(did="74951234572")],
    "ivr_to_queue": [
        incoming(did="74951234572", queue="reception", rang=["101", "102"])
    ],
    "ivr_abandoned": [incoming("missed", did="74951234572", rang=[])],
    "call_waiting": [incoming(hold_seconds=0.5), incoming(number=SECOND)],
    "parked": [
        incoming(answered_by=["101", "102"], transfers=moved("blind", "101>700"))
    ],
    "recorded": [incoming(did="74951234573")],
    "click_to_dial": [outgoing(rang=["101"])],
    "click_to_dial_local": [outgoing(rang=["101"])],
    "click_to_dial_refused": [
        internal(number="101", rang=["101"], answered_by=[], outcome="busy")
    ],
}
