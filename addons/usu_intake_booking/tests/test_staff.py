from datetime import datetime, timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import NINE, BookingCommon


@tagged("post_install", "-at_install", "usu_intake_booking")
class TestStaff(BookingCommon):
    def make(self, user=None, **vals):
        Make = self.env["usu.booking.make"].with_user(user or self.anna)
        return Make.create({"service_id": self.service.id, "day": NINE.date(), **vals})

    def test_book_for_a_client_while_they_are_on_the_line(self):
        action = self.client.with_user(self.anna).action_usu_book()
        make = (
            self.env["usu.booking.make"].with_user(self.anna).browse(action["res_id"])
        )
        make.write({"service_id": self.service.id, "day": NINE.date()})
        make.action_find()
        self.assertEqual(make.name, "Mira Client")
        line = make.time_ids[0]
        self.assertEqual(line.start, NINE)
        booking = self.Booking.browse(line.action_book()["res_id"])
        self.assertEqual((booking.state, booking.partner_id), ("booked", self.client))
        self.assertEqual(booking.source, "staff")
        self.assertEqual(booking.ticket_id.user_id, self.anna)
        self.assertFalse(booking.ticket_id.usu_alert_ids)

    def test_book_on_a_request_there_is(self):
        ticket = self.ticket(self.receive())
        ticket.write({"partner_id": self.client.id, "user_id": self.anna.id})
        action = ticket.with_user(self.anna).action_usu_book()
        make = (
            self.env["usu.booking.make"].with_user(self.anna).browse(action["res_id"])
        )
        make.write({"service_id": self.service.id, "exact_start": NINE})
        booking = self.Booking.browse(make.action_book_exact()["res_id"])
        self.assertEqual(booking.ticket_id, ticket)
        self.assertIn("Appointment booked", ticket.message_ids[:1].body)

    def test_book_somebody_new_outside_of_the_hours(self):
        make = self.make(name="Walk In", phone="+91 98300 33333")
        with self.assertRaises(UserError):
            make.action_book_exact()
        make.exact_start = NINE.replace(hour=20)
        booking = self.Booking.browse(make.action_book_exact()["res_id"])
        self.assertEqual(booking.partner_id.name, "Walk In")

    def test_a_taken_time_is_taken_for_employees_too(self):
        self.book(doctor=self.dora)
        make = self.make(name="X", doctor_id=self.dora.id, exact_start=NINE)
        with self.assertRaises(UserError):
            make.action_book_exact()
        self.assertNotIn(
            NINE, self.make(doctor_id=self.dora.id).time_ids.mapped("start")
        )

    def test_nobody_books_in_the_past_or_for_nobody(self):
        for vals in (
            {"name": "X", "exact_start": datetime(2026, 3, 1, 9)},
            {"exact_start": NINE},
        ):
            with self.assertRaises(UserError):
                self.make(**vals).action_book_exact()

    def test_move_for_a_client(self):
        booking = self.book(doctor=self.dora)
        action = booking.with_user(self.anna).action_move()
        make = (
            self.env["usu.booking.make"].with_user(self.anna).browse(action["res_id"])
        )
        self.assertEqual(make.doctor_id, self.dora)
        make.exact_start = NINE.replace(hour=16)
        make.action_book_exact()
        self.assertEqual((booking.start.hour, booking.sequence), (16, 1))

    def test_no_show_and_took_place(self):
        booking = self.book()
        with self.assertRaises(UserError):
            booking.action_no_show()
        booking.write(
            {"start": datetime(2026, 3, 2, 5), "stop": datetime(2026, 3, 2, 6)}
        )
        booking.action_no_show()
        self.assertEqual(booking.state, "no_show")
        booking.action_done()
        self.assertEqual(booking.state, "done")
        booking._cancel()
        self.assertEqual(booking.state, "done")

    def test_dragging_the_calendar_entry_moves_the_visit(self):
        booking = self.book(doctor=self.dora)
        self.book(NINE.replace(hour=15), doctor=self.dora)
        event = booking.event_id
        later = NINE.replace(hour=16)
        event.write({"start": later, "stop": later + timedelta(minutes=45)})
        self.assertEqual((booking.start, booking.stop), (event.start, event.stop))
        self.assertEqual(booking.slot_ids.stop, event.stop)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            taken = NINE.replace(hour=15)
            event.write({"start": taken, "stop": taken + timedelta(minutes=45)})
        self.assertEqual(booking.start, later)

    def test_removing_the_calendar_entry_cancels_the_visit(self):
        one, two = self.book(), self.book(NINE.replace(hour=15))
        one.event_id.unlink()
        two.event_id.action_archive()
        self.assertEqual((one | two).mapped("state"), ["cancelled", "cancelled"])

    # ----------------------------------------------------------------- conflicts

    def conflicts(self):
        return self.Booking.search([("conflict", "!=", False)])

    def test_a_leave_over_a_visit_is_shown_as_a_conflict(self):
        booking, other = self.book(doctor=self.dora), self.book(doctor=self.emil)
        self.assertFalse(self.conflicts())
        block = self.env["usu.booking.block"].with_user(self.anna).create(
            {
                "resource_ids": [(6, 0, self.dora.ids)],
                "start": NINE.replace(hour=8),
                "stop": NINE.replace(hour=12),
                "name": "Ill",
            }
        )  # fmt: skip
        self.assertEqual(block.conflict_ids, booking)
        action = block.action_block()
        self.assertEqual(action["domain"], [("id", "in", booking.ids)])
        self.env.invalidate_all()
        self.assertEqual(self.conflicts(), booking)
        self.assertIn("Ill", booking.conflict)
        self.assertFalse(other.conflict)
        self.assertIn(other, self.Booking.search([("conflict", "=", False)]))
        self.assertNotIn(NINE.replace(hour=10), self.times(doctors=self.dora))
        booking._move(NINE.replace(hour=15))
        self.assertFalse(self.conflicts())

    def test_closed_days_and_archived_doctors_are_conflicts(self):
        one, two = self.book(doctor=self.dora), self.book(NINE + timedelta(days=1))
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Closed",
                "calendar_id": self.hours.id,
                "date_from": NINE.replace(hour=0),
                "date_to": NINE.replace(hour=23),
            }
        )
        self.assertEqual(self.conflicts(), one)
        two.resource_id.active = False
        self.env.invalidate_all()
        self.assertIn(two, self.conflicts())
        self.assertIn("no longer here", two.conflict)

    # ------------------------------------------------------------------ settings

    def test_senseless_settings_are_refused(self):
        for vals in (
            {"duration_minutes": 0},
            {"step_minutes": 1},
            {"horizon_days": 9999},
            {"buffer_after_minutes": -5},
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.service.write(vals)

    def test_next_visits_of_a_client(self):
        booking = self.book(phone="98765 43210")
        self.book(NINE.replace(hour=15), phone="98765 43210")._cancel()
        self.assertEqual(self.client._usu_next_bookings(), booking)
