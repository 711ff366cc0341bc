from datetime import datetime, timedelta, timezone

from icalendar import Calendar

from odoo.tests import tagged

from .common import NINE, BookingCommon


@tagged("post_install", "-at_install", "usu_intake_booking")
class TestIcs(BookingCommon):
    def read(self, booking):
        calendar = Calendar.from_ical(booking._ics())
        return calendar, calendar.walk("VEVENT")[0]

    def test_three_moves_and_a_cancellation_are_one_entry(self):
        booking = self.book(email="nina@new.example")
        seen = [self.read(booking)]
        for hour in (10, 11, 15):
            self.assertTrue(booking._move(NINE.replace(hour=hour)))
            seen.append(self.read(booking))
        booking._cancel()
        seen.append(self.read(booking))
        self.assertEqual(len({str(event["UID"]) for _c, event in seen}), 1)
        self.assertEqual(
            [int(event["SEQUENCE"]) for _c, event in seen], [0, 1, 2, 3, 4]
        )
        methods = [str(calendar["METHOD"]) for calendar, _e in seen]
        self.assertEqual(methods, ["REQUEST"] * 4 + ["CANCEL"])
        self.assertEqual(str(seen[-1][1]["STATUS"]), "CANCELLED")

    def test_times_are_utc_and_the_client_is_the_attendee(self):
        booking = self.book(name='Nina "N" New', email="Nina@new.example")
        _calendar, event = self.read(booking)
        start = event["DTSTART"].dt
        self.assertEqual(start, datetime(2026, 3, 3, 9, tzinfo=timezone.utc))
        self.assertEqual(event["DTEND"].dt - start, timedelta(minutes=30))
        self.assertEqual(str(event["ATTENDEE"]), "mailto:nina@new.example")
        self.assertIn(booking._link(), str(event["URL"]))

    def test_lines_of_any_length_and_script_survive(self):
        self.service.with_context(lang="en_US").after_text = (
            "परामर्श, " * 40 + "\nEND:VEVENT"
        )
        _calendar, event = self.read(self.book())
        self.assertIn("END:VEVENT", str(event["DESCRIPTION"]))
        self.assertEqual(str(event["DESCRIPTION"]).count("परामर्श"), 40)
