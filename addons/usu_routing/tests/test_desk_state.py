from datetime import datetime

from freezegun import freeze_time

from odoo.tests import tagged

from .common import RoutingCommon

UTC = datetime.fromisoformat


@tagged("post_install", "-at_install", "usu_routing")
class TestDeskState(RoutingCommon):
    def hours(self, *spans, tz="Europe/Berlin", days="01234"):
        calendar = self.env["resource.calendar"].create(
            {"name": "Hours", "tz": tz, "attendance_ids": []}
        )
        calendar.attendance_ids = [
            (
                0,
                0,
                {
                    "name": f"{day}{begin}",
                    "dayofweek": day,
                    "hour_from": begin,
                    "hour_to": end,
                    "day_period": "morning" if begin < 12 else "afternoon",
                },
            )
            for day in days
            for begin, end in spans
        ]
        self.desk.usu_calendar_id = calendar
        return calendar

    def state(self, moment):
        with freeze_time(moment):
            return self.Routing._desk_state(self.desk)

    def test_opening_times(self):
        """Twenty moments: week, week-end, breaks, both changes of the clock."""
        self.hours((9.0, 13.0), (14.0, 18.0))
        cases = (
            # moment (UTC), open, closes at, next opening; Berlin is UTC+1 or UTC+2
            ("2026-11-20 08:30:00", True, "2026-11-20 12:00:00", None),
            ("2026-11-20 08:00:00", True, "2026-11-20 12:00:00", None),
            ("2026-11-20 07:59:59", False, None, "2026-11-20 08:00:00"),
            ("2026-11-20 12:00:00", False, None, "2026-11-20 13:00:00"),
            ("2026-11-20 12:30:00", False, None, "2026-11-20 13:00:00"),
            ("2026-11-20 13:30:00", True, "2026-11-20 17:00:00", None),
            ("2026-11-20 17:00:00", False, None, "2026-11-23 08:00:00"),
            ("2026-11-21 10:00:00", False, None, "2026-11-23 08:00:00"),
            ("2026-11-22 23:30:00", False, None, "2026-11-23 08:00:00"),
            ("2026-12-31 20:00:00", False, None, "2027-01-01 08:00:00"),
            # summer time ends on 25 October 2026
            ("2026-10-23 16:30:00", False, None, "2026-10-26 08:00:00"),
            ("2026-10-25 00:30:00", False, None, "2026-10-26 08:00:00"),
            ("2026-10-26 07:30:00", False, None, "2026-10-26 08:00:00"),
            ("2026-10-23 07:30:00", True, "2026-10-23 11:00:00", None),
            # and begins on 28 March 2027
            ("2027-03-26 17:30:00", False, None, "2027-03-29 07:00:00"),
            ("2027-03-28 01:30:00", False, None, "2027-03-29 07:00:00"),
            ("2027-03-29 07:30:00", True, "2027-03-29 11:00:00", None),
        )
        for moment, is_open, closes, opening in cases:
            with self.subTest(moment):
                state = self.state(moment)
                self.assertEqual(state.open, is_open)
                self.assertEqual(state.closes_at, closes and UTC(closes))
                self.assertEqual(state.next_opening, opening and UTC(opening))

    def test_holiday_closes_the_desk(self):
        calendar = self.hours((9.0, 17.0), tz="Asia/Kolkata")
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": calendar.id,
                "date_from": "2026-11-22 18:30:00",
                "date_to": "2026-11-23 18:29:59",
            }
        )
        state = self.state("2026-11-23 06:00:00")
        self.assertFalse(state.open)
        self.assertEqual(state.next_opening, UTC("2026-11-24 03:30:00"))

    def test_round_the_clock_and_past_midnight(self):
        self.hours((0.0, 24.0), days="0123456", tz="UTC")
        state = self.state("2026-11-20 23:59:30")
        self.assertTrue(state.open)
        self.assertGreater(state.closes_at, UTC("2026-11-25 00:00:00"))

    def test_long_closure_is_seen_to_its_end(self):
        calendar = self.hours((9.0, 17.0), tz="UTC")
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Renovation",
                "calendar_id": calendar.id,
                "date_from": "2026-11-20 00:00:00",
                "date_to": "2026-12-31 23:59:59",
            }
        )
        state = self.state("2026-11-20 10:00:00")
        self.assertEqual(state.next_opening, UTC("2027-01-01 09:00:00"))

    def test_staffed_is_about_people_open_about_hours(self):
        self.hours((9.0, 17.0), tz="UTC")
        with freeze_time("2026-11-20 10:00:00"):
            self.assertFalse(self.Routing._desk_state(self.desk).staffed)
            self.present(self.anna)
            self.assertTrue(self.Routing._desk_state(self.desk).staffed)
            self.anna.manual_im_status = "busy"
            self.assertFalse(self.Routing._desk_state(self.desk).staffed)

    def test_without_a_calendar_the_desk_is_open_while_somebody_is_there(self):
        self.assertFalse(self.Routing._desk_state(self.desk).open)
        self.present(self.anna)
        state = self.Routing._desk_state(self.desk)
        self.assertTrue(state.open and state.staffed)

    def test_queued_receipt_tells_the_next_opening(self):
        self.hours((9.0, 17.0), tz="UTC")
        with freeze_time("2026-11-20 18:00:00"):
            receipt = self.receive()
        self.assertEqual(receipt.state, "queued")
        self.assertEqual(receipt.next_opening, UTC("2026-11-23 09:00:00"))
