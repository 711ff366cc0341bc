from datetime import date, datetime, timedelta

from odoo.tests import tagged

from .common import NINE, NOW, BookingCommon


@tagged("post_install", "-at_install", "usu_intake_booking")
class TestWaiting(BookingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service.write(
            {"doctor_ids": [(6, 0, cls.dora.ids)], "duration_minutes": 240}
        )

    def fill(self):
        """The doctor's only two times of Tuesday."""
        return [self.book(NINE), self.book(NINE.replace(hour=14))]

    def entry(self, name="Wanda", **vals):
        return self.env["usu.booking.waiting"].create(
            {
                "service_id": self.service.id,
                "day_from": date(2026, 3, 3),
                "day_to": date(2026, 3, 3),
                "name": name,
                "email": f"{name.lower()}@wait.example",
                **vals,
            }
        )

    def run_list(self, now=NOW):
        self.set_now(now)
        with self.enter_registry_test_mode():
            self.env.ref("usu_intake_booking.ir_cron_waiting").method_direct_trigger()
        self.env.invalidate_all()

    def test_nothing_free_nothing_offered(self):
        self.fill()
        entry = self.entry()
        self.run_list()
        self.assertEqual(entry.state, "waiting")

    def test_what_becomes_free_is_kept_for_the_first(self):
        first, _second = self.fill()
        one, two = self.entry("One"), self.entry("Two")
        first._cancel()
        self.run_list()
        self.assertEqual((one.state, two.state), ("offered", "waiting"))
        offer = one.booking_id
        self.assertEqual((offer.state, offer.start), ("held", NINE))
        self.assertFalse(self.hold(), "it is kept for the first")
        letter = self.env["mail.mail"].search(
            [("model", "=", "usu.booking"), ("res_id", "=", offer.id)]
        )
        self.assertEqual(letter.email_to, "one@wait.example")
        self.assertIn(offer._link("details"), letter.body_html)

    def test_who_takes_it_is_done(self):
        entry = self.entry()
        self.run_list()
        self.assertTrue(entry.booking_id._book(name="Wanda"))
        self.run_list()
        self.assertEqual(entry.state, "done")

    def test_who_does_not_take_it_makes_room_for_the_next(self):
        first, _second = self.fill()
        one, two = self.entry("One"), self.entry("Two")
        first._cancel()
        self.run_list()
        self.run_list(datetime(2026, 3, 2, 7, 1))
        self.assertEqual((one.state, two.state), ("over", "offered"))
        self.assertEqual(two.booking_id.start, NINE)

    def test_other_days_and_other_doctors_are_not_offered(self):
        self.fill()
        entry = self.entry(doctor_id=self.emil.id, day_to=date(2026, 3, 6))
        self.service.doctor_ids |= self.emil
        self.dora.active = True
        self.run_list()
        self.assertEqual(entry.booking_id.resource_id, self.emil)

    def test_invented_people_do_not_empty_the_calendar(self):
        entries = [self.entry(f"Bot{n}", day_to=date(2026, 3, 13)) for n in range(8)]
        self.run_list()
        self.assertEqual([e.state for e in entries].count("offered"), 5)

    def test_a_wish_whose_days_are_over_ends(self):
        entry = self.entry(day_from=date(2026, 2, 1), day_to=date(2026, 2, 2))
        self.run_list()
        self.assertEqual(entry.state, "over")

    def test_cancelling_wakes_the_list(self):
        booking = self.book(NINE)
        trigger = self.env["ir.cron.trigger"]
        cron = self.env.ref("usu_intake_booking.ir_cron_waiting")
        before = trigger.search_count([("cron_id", "=", cron.id)])
        booking._cancel()
        self.assertGreater(trigger.search_count([("cron_id", "=", cron.id)]), before)

    def test_offers_respect_notice_and_horizon(self):
        self.service.notice_hours = 24 * 10
        entry = self.entry(day_to=date(2026, 3, 20))
        self.run_list()
        earliest = datetime(2026, 3, 2, 6) + timedelta(days=10)
        self.assertGreaterEqual(entry.booking_id.start, earliest)
