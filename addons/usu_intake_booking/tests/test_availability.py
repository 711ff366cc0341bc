from datetime import datetime, timedelta

from odoo.tests import BaseCase, tagged

from ..tools.availability import Line, Shape, merge, on_grid, overlaps, starts

MINUTES = timedelta(minutes=1)


def at(text):
    hour, minute = text.split(":")
    return datetime(2026, 3, 2, int(hour), int(minute))


def span(text):
    begin, end = text.split("-")
    return at(begin), at(end)


def clock(found):
    return [f"{moment:%H:%M}" for moment in found]


@tagged("post_install", "-at_install", "usu_intake_booking")
class TestAvailability(BaseCase):
    def shape(self, duration=30, before=0, after=0, step=30):
        return Shape(*(MINUTES * n for n in (duration, before, after, step)))

    def find(self, work, busy=(), rooms=None, shape=None, frm="0:00", to="23:59"):
        line = Line([span(w) for w in work], [[span(b) for b in busy]])
        return clock(starts(line, rooms, shape or self.shape(), at(frm), at(to)))

    def test_times_fill_the_hours_of_work(self):
        self.assertEqual(self.find(["9:00-10:30"]), ["09:00", "09:30", "10:00"])
        self.assertEqual(self.find(["9:00-10:15"]), ["09:00", "09:30"])
        self.assertEqual(self.find(["9:00-9:20"]), [])
        self.assertEqual(self.find([]), [])

    def test_busy_times_are_left_out_and_touching_ones_are_not(self):
        found = self.find(["9:00-11:00"], ["9:30-10:00"])
        self.assertEqual(found, ["09:00", "10:00", "10:30"])
        self.assertEqual(self.find(["9:00-10:00"], ["9:10-9:11"]), ["09:30"])

    def test_buffers_are_kept_free_of_others_but_may_lie_outside_of_work(self):
        found = self.find(
            ["9:00-11:00"], ["10:00-10:30"], shape=self.shape(before=10, after=10)
        )
        self.assertEqual(found, ["09:00"])
        found = self.find(["9:00-10:00"], shape=self.shape(before=30, after=30))
        self.assertEqual(found, ["09:00", "09:30"])

    def test_earliest_keeps_the_rhythm_and_latest_is_excluded(self):
        found = self.find(["9:00-11:00"], frm="9:10", to="10:30")
        self.assertEqual(found, ["09:30", "10:00"])

    def test_times_begin_at_full_five_minutes(self):
        self.assertEqual(self.find(["9:02-10:10"]), ["09:05", "09:35"])
        self.assertEqual(on_grid(at("9:05")), at("9:05"))

    def test_a_room_is_needed_as_well(self):
        taken = Line([span("0:00-23:00")], [[span("9:00-10:00")]])
        self.assertEqual(self.find(["9:00-11:00"], rooms=[taken]), ["10:00", "10:30"])
        free = Line([span("9:00-9:30")])
        found = self.find(["9:00-11:00"], rooms=[taken, free])
        self.assertEqual(found, ["09:00", "10:00", "10:30"])
        self.assertEqual(self.find(["9:00-11:00"], rooms=[]), [])

    def test_a_room_with_two_places_takes_two_visits(self):
        room = Line([span("0:00-23:00")], [[span("9:00-10:00")], []])
        self.assertEqual(self.find(["9:00-9:30"], rooms=[room]), ["09:00"])
        self.assertEqual(room.free_seats(span("9:00-9:30")), [2])

    def test_merge_and_overlap(self):
        merged = merge([span("10:00-11:00"), span("9:00-10:00"), span("8:00-8:00")])
        self.assertEqual(merged, [span("9:00-11:00")])
        for text, expected in (
            ("8:00-9:00", False),
            ("8:00-9:01", True),
            ("10:59-12:00", True),
            ("11:00-12:00", False),
        ):
            self.assertEqual(overlaps(merged, span(text)), expected, text)
