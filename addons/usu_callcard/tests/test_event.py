from datetime import datetime, timedelta

from odoo.tests import BaseCase, tagged

from odoo.addons.usu_callcard.tools.event import EventError, audience, clean, parse

from .common import NOW, answered, hung_up, snapshot


@tagged("post_install", "-at_install", "usu_callcard")
class TestEvent(BaseCase):
    def test_refuses_what_is_not_an_event(self):
        broken = [
            None, [], "ring", 7, {},
            snapshot(call=""), snapshot(call=None), snapshot(call=["1"]),
            snapshot(seq="1"), snapshot(seq=-1), snapshot(seq=True),
            snapshot(seq=2**40),
            snapshot(kind="explode"), snapshot(direction="sideways"),
            snapshot(direction=None), snapshot(outcome="eaten"),
            snapshot() | {"at": None}, snapshot() | {"at": "yesterday"},
            snapshot() | {"at": {}}, snapshot() | {"ringing": "101"},
            snapshot() | {"ringing": [{"a": 1}]}, snapshot() | {"transfers": {}},
            snapshot() | {"transfers": [{"kind": "magic"}]},
            snapshot() | {"hold_seconds": "long"}, snapshot() | {"number": {"a": 1}},
            snapshot() | {"started_at": "0001-01-01T00:00:00+14:00"},
        ]  # fmt: skip
        for data in broken:
            with self.subTest(data=data), self.assertRaises(EventError):
                parse(data, NOW)

    def test_times_are_utc_whatever_the_offset(self):
        event = parse(snapshot() | {"at": "2026-11-20T15:30:00+05:30"}, NOW)
        self.assertEqual(event.at, datetime(2026, 11, 20, 10, 0))

    def test_clock_that_lies_is_moved_for_live_events_only(self):
        wrong = NOW - timedelta(days=400)
        stamp = f"{wrong.isoformat()}Z"
        event = parse(snapshot(at=wrong, started_at=stamp), NOW)
        self.assertEqual((event.at, event.started_at), (NOW, NOW))
        event = parse(snapshot(at=wrong, started_at=stamp, live=False), NOW)
        self.assertEqual(event.at, wrong)

    def test_text_is_cleaned(self):
        for given, expected in [
            ("  Anna\t\nPetrova ", "Anna Petrova"),
            ("\x00\x01Anna", "Anna"),
            ("Anna\u202eavonavI", "Anna avonavI"),
            ("\ud800broken", "?broken"),
            ("<b>Anna</b>", "<b>Anna</b>"),
            (None, ""),
            (True, ""),
            (79161234567, "79161234567"),
        ]:
            with self.subTest(given=given):
                self.assertEqual(clean(given), expected)
        self.assertEqual(len(clean("x" * 5000)), 128)

    def test_durations_that_cannot_be_are_nothing(self):
        for value in (-5, float("nan"), float("inf"), 1e12, None):
            with self.subTest(value=value):
                event = parse(snapshot() | {"hold_seconds": value}, NOW)
                self.assertEqual(event.hold_seconds, 0.0)

    def test_legs(self):
        for data, legs in [
            (snapshot(), {"101": "ringing", "102": "ringing"}),
            (answered(), {"101": "missed", "102": "talking"}),
            (hung_up(), {"101": "missed", "102": "spoke"}),
            (hung_up(outcome="missed"), {"101": "missed", "102": "missed"}),
            # passed on from 102 to 101, which rings while 102 still speaks
            (
                answered() | {"ringing": ["101"]},
                {"101": "ringing", "102": "talking"},
            ),
            (
                answered() | {"extension": "101", "answered_by": ["102", "101"]},
                {"101": "talking", "102": "spoke"},
            ),
        ]:
            with self.subTest(data=data):
                self.assertEqual(parse(data, NOW).legs, legs)

    def test_legs_of_an_outgoing_call(self):
        values = {"direction": "outgoing", "rang": [], "extension": "101"}
        ring = parse(snapshot() | values | {"ringing": []}, NOW)
        self.assertEqual(ring.legs, {"101": "talking"})
        unanswered = parse(hung_up(outcome="missed") | values, NOW)
        self.assertEqual(unanswered.legs, {"101": "spoke"})

    def test_audience(self):
        for before, after, ring, update, gone in [
            ({}, {"a": "ringing", "b": "ringing"}, ["a", "b"], [], []),
            (
                {"a": "ringing", "b": "ringing"},
                {"a": "missed", "b": "talking"},
                [], ["b"], ["a"],
            ),
            ({"a": "ringing"}, {"a": "missed"}, [], [], ["a"]),
            ({"a": "ringing"}, {}, [], [], ["a"]),
            ({"a": "missed"}, {"a": "ringing"}, ["a"], [], []),
            ({"a": "talking"}, {"a": "spoke", "b": "talking"}, ["b"], ["a"], []),
            ({}, {"a": "missed", "b": "spoke"}, [], [], []),
            ({"a": "spoke"}, {"a": "ringing"}, ["a"], [], []),
            ({"a": "ringing"}, {"a": "ringing"}, [], ["a"], []),
        ]:  # fmt: skip
            with self.subTest(before=before, after=after):
                told = audience(before, after, may_ring=True)
                self.assertEqual(told, (ring, update, gone))

    def test_an_old_event_rings_nobody(self):
        told = audience({}, {"a": "ringing", "b": "talking"}, may_ring=False)
        self.assertEqual(told, ([], [], []))
