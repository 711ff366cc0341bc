from datetime import datetime, timedelta

from icalendar import Calendar

from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCase

from .common import NINE, BookingCommon

THURSDAY = NINE + timedelta(days=2)


@tagged("post_install", "-at_install", "usu_intake_booking")
class TestMessages(BookingCommon, MailCase):
    def setUp(self):
        super().setUp()
        self.enterContext(self.mock_mail_gateway())

    def letters(self, booking):
        return self.env["mail.mail"].search(
            [("model", "=", "usu.booking"), ("res_id", "=", booking.id)], order="id"
        )

    def texts(self):
        return self.env["sms.sms"].search([("number", "=", "+919830011111")])

    def remind(self, now):
        self.set_now(now)
        with self.enter_registry_test_mode():
            self.env.ref("usu_intake_booking.ir_cron_remind").method_direct_trigger()
        self.env.invalidate_all()

    def test_the_letter_goes_to_the_address_typed_and_to_nobody_else(self):
        booking = self.book(phone="98765 43210", email="typed@here.example")
        self.assertEqual(booking.partner_id, self.client)
        letter = self.letters(booking)
        self.assertEqual(letter.email_to, "typed@here.example")
        self.assertFalse(letter.recipient_ids)
        self.assertNotIn("Mira", letter.body_html)
        self.assertIn(booking._link(), letter.body_html)

    def test_the_calendar_file_hangs_on_every_letter(self):
        booking = self.book(email="nina@new.example")
        booking._move(NINE.replace(hour=15))
        booking._cancel()
        files = self.letters(booking).mapped("attachment_ids.raw")
        methods = [str(Calendar.from_ical(raw)["METHOD"]) for raw in files]
        self.assertEqual(methods, ["REQUEST", "REQUEST", "CANCEL"])

    def test_without_an_address_no_letter(self):
        self.assertFalse(self.letters(self.book()))

    def test_the_reminder_comes_once_by_letter_and_text(self):
        self.service.remind_sms = True
        booking = self.book(THURSDAY, email="nina@new.example")
        self.assertEqual(booking.remind_at, THURSDAY - timedelta(hours=24))
        self.remind(THURSDAY - timedelta(hours=25))
        self.assertFalse(self.texts())
        self.remind(THURSDAY - timedelta(hours=23))
        self.remind(THURSDAY - timedelta(hours=22))
        self.assertEqual(len(self.letters(booking)), 2)
        self.assertIn(booking._link(), self.texts().body)
        self.assertTrue(booking.reminded_at)

    def test_no_reminder_of_what_is_cancelled_begun_or_just_booked(self):
        cancelled = self.book(THURSDAY, email="a@b.example")
        cancelled._cancel()
        soon = self.book(NINE - timedelta(hours=0), email="a@b.example")
        soon._move(datetime(2026, 3, 2, 9))
        self.assertFalse(soon.remind_at)
        begun = self.book(THURSDAY + timedelta(hours=1), email="a@b.example")
        self.remind(THURSDAY + timedelta(hours=2))
        self.assertFalse((cancelled | soon | begun).filtered("reminded_at"))

    def test_a_moved_visit_is_reminded_of_again(self):
        booking = self.book(THURSDAY, email="nina@new.example")
        self.remind(THURSDAY - timedelta(hours=23))
        booking._move(THURSDAY + timedelta(days=1))
        self.assertFalse(booking.reminded_at)
        self.assertTrue(booking.remind_at)

    def test_the_client_will_come(self):
        booking = self.book()
        self.assertTrue(booking._confirm_coming())
        self.assertTrue(booking.confirmed_at)
        self.assertIn("will come", booking.ticket_id.message_ids[:1].body)
        booking._cancel()
        self.assertFalse(booking._confirm_coming())

    def test_both_zones_stand_in_the_letter(self):
        booking = self.hold(doctor=self.dora)
        booking.tz = "Asia/Kathmandu"
        booking._book(name="Nina", email="nina@new.example")
        body = self.letters(booking).body_html
        self.assertIn("Asia/Kathmandu", body)
        self.assertIn("(UTC)", body)
        self.assertIn("2:45", body)
