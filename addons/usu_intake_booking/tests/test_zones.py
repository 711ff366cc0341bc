from datetime import date, datetime

from odoo.tests import BaseCase, tagged

from ..tools import zones


@tagged("post_install", "-at_install", "usu_intake_booking")
class TestZones(BaseCase):
    def test_a_day_has_23_or_25_hours_when_the_clocks_change(self):
        for day, hours in (
            (date(2026, 3, 29), 23),
            (date(2026, 10, 25), 25),
            (date(2026, 5, 1), 24),
        ):
            start, stop = zones.day_bounds(day, "Europe/Berlin")
            self.assertEqual((stop - start).total_seconds() / 3600, hours)

    def test_the_day_is_the_visitor_s(self):
        late = datetime(2026, 3, 2, 22, 30)
        self.assertEqual(zones.day_of(late, "Asia/Kathmandu"), date(2026, 3, 3))
        self.assertEqual(zones.day_of(late, "America/New_York"), date(2026, 3, 2))

    def test_unknown_zones_are_none(self):
        for raw in (None, "", "Mars/Base", "../../etc/passwd", 5, "a" * 500):
            self.assertEqual(zones.known(raw), "")
        self.assertEqual(zones.known("Asia/Yerevan"), "Asia/Yerevan")

    def test_days_and_moments_of_links_are_read_with_care(self):
        for raw in (None, "", "2026-13-01", "31.12.2026", "x" * 999, ["2026-01-01"]):
            self.assertIsNone(zones.read_day(raw))
            self.assertIsNone(zones.read_moment(raw))
        moment = datetime(2026, 3, 3, 9)
        self.assertEqual(zones.read_moment(zones.write_moment(moment)), moment)

    def test_zones_with_the_same_clock(self):
        moment = datetime(2026, 7, 1)
        self.assertTrue(zones.same_clock("Europe/Paris", "Europe/Berlin", moment))
        self.assertFalse(zones.same_clock("Europe/London", "Europe/Berlin", moment))
