from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.usu_intake_booking.models.usu_booking_slot import UsuBookingSlot

from .common import MONDAY, NINE, BookingCommon


@tagged("post_install", "-at_install", "usu_intake_booking")
class TestFlow(BookingCommon):
    def expire(self, booking):
        past = datetime(2026, 3, 2, 5)
        booking.hold_until = past
        booking.slot_ids.hold_until = past

    # --------------------------------------------------------------------- hold

    def test_past_near_far_and_odd_times_cannot_be_held(self):
        for start in (
            MONDAY - timedelta(days=3),
            datetime(2026, 3, 2, 7),
            NINE + timedelta(days=60),
            NINE.replace(minute=7),
            NINE.replace(hour=13),
            NINE.replace(hour=3),
            datetime(9999, 12, 31, 23, 30),
            datetime(1, 1, 1),
        ):
            self.assertFalse(self.hold(start), start)

    def test_a_hold_lasts_five_minutes(self):
        booking = self.hold()
        self.assertEqual(booking.state, "held")
        self.assertEqual(booking.hold_until, datetime(2026, 3, 2, 6, 5))
        self.assertFalse(booking.ticket_id)

    def test_a_dropped_hold_is_free_at_once(self):
        booking = self.hold(doctor=self.dora)
        booking._drop_hold()
        self.assertFalse(booking.exists())
        self.assertTrue(self.hold(doctor=self.dora))

    def test_a_booked_visit_is_no_hold_that_could_be_dropped(self):
        booking = self.book()
        booking._drop_hold()
        self.assertEqual(booking.state, "booked")
        self.assertTrue(booking.slot_ids)

    def test_an_expired_hold_is_taken_by_the_next(self):
        first = self.hold(doctor=self.dora)
        self.expire(first)
        second = self.hold(doctor=self.dora)
        self.assertTrue(second)
        self.assertFalse(first._book(name="Late"))
        self.assertTrue(second._book(name="Fast"))
        self.assertEqual(first.state, "held")

    def test_an_expired_hold_that_nobody_took_still_becomes_a_visit(self):
        booking = self.hold(doctor=self.dora)
        self.expire(booking)
        self.assertTrue(booking._book(name="Slow"))

    def test_an_expired_hold_with_any_doctor_gets_the_other_doctor(self):
        booking = self.hold()
        other = (self.dora | self.emil) - booking.resource_id
        self.expire(booking)
        self.hold(doctor=booking.resource_id)
        self.assertTrue(booking._book(name="Slow"))
        self.assertEqual(booking.resource_id, other)

    def test_a_doctor_archived_meanwhile(self):
        asked = self.hold(doctor=self.dora)
        anyone = self.hold(NINE.replace(hour=10))
        anyone.resource_id.active = False
        self.dora.active = False
        self.assertFalse(asked._book(name="Nina"))
        self.emil.active = True
        self.assertTrue(anyone._book(name="Nina"))
        self.assertEqual(anyone.resource_id, self.emil)

    def test_the_cron_forgets_old_holds(self):
        booking = self.hold()
        booking.hold_until = datetime(2026, 3, 1)
        self.Booking._cron_holds()
        self.assertFalse(booking.exists())

    # --------------------------------------------------------------------- book

    def test_a_visit_has_client_request_task_and_calendar_entry(self):
        self.present(self.anna)
        booking = self.book(
            name="Nina New",
            email="nina@new.example",
            note="Stairs",
            answers=[("First time?", "Yes")],
        )
        ticket = booking.ticket_id
        self.assertEqual(ticket.usu_channel, "appointment")
        self.assertEqual(ticket.partner_id.name, "Nina New")
        self.assertEqual(booking.partner_id, ticket.partner_id)
        self.assertEqual(ticket.user_id, self.anna)
        self.assertTrue(ticket._usu_tasks())
        self.assertTrue(ticket.usu_alert_ids)
        for words in ("First time? Yes", "Stairs", booking.resource_id.name):
            self.assertIn(words, ticket.description)
        event = booking.event_id
        self.assertEqual((event.start, event.stop), (booking.start, booking.stop))
        self.assertEqual(event.partner_ids, booking.resource_id.user_id.partner_id)
        self.assertEqual(event.privacy, "private")

    def test_a_known_number_is_matched_and_the_card_stays_as_it_is(self):
        booking = self.book(
            name="Somebody Else", phone="98765 43210", email="x@y.example"
        )
        self.assertEqual(booking.partner_id, self.client)
        self.assertEqual(booking.name, "Somebody Else")
        self.assertEqual(self.client.name, "Mira Client")
        self.assertEqual(self.client.email, "mira@x.example")

    def test_every_visit_is_a_request_of_its_own(self):
        first = self.book(phone="98765 43210")
        second = self.book(NINE.replace(hour=15), phone="98765 43210")
        self.assertNotEqual(first.ticket_id, second.ticket_id)

    def test_a_second_click_changes_nothing(self):
        booking = self.hold()
        self.assertTrue(booking._book(name="Nina"))
        ticket, event = booking.ticket_id, booking.event_id
        self.assertTrue(booking._book(name="Other"))
        self.assertEqual((booking.name, booking.ticket_id), ("Nina", ticket))
        self.assertEqual(booking.event_id, event)

    def test_nothing_is_left_of_a_booking_that_came_too_late(self):
        before = self.Booking.search_count([])
        with patch.object(UsuBookingSlot, "_insert", return_value=False):
            self.assertFalse(self.hold())
        self.assertEqual(self.Booking.search_count([]), before)

    def test_without_a_room_the_doctor_is_given_back(self):
        service = self.new_service("Ultrasound", room_ids=[(6, 0, self.room.ids)])
        self.book(service=service, doctor=self.dora)
        vals = {
            "service_id": service.id,
            "start": NINE,
            "stop": NINE.replace(minute=30),
            "hold_until": NINE,
        }
        self.assertFalse(self.Booking._try_booking(vals, self.emil))
        self.assertTrue(self.hold(doctor=self.emil))

    # ------------------------------------------------------------- move, cancel

    def test_moving_frees_the_old_time_and_keeps_the_request(self):
        booking = self.book(doctor=self.dora)
        ticket, event = booking.ticket_id, booking.event_id
        later = NINE.replace(hour=15)
        self.assertTrue(booking._move(later))
        self.assertEqual((booking.start, booking.sequence), (later, 1))
        self.assertEqual(booking.slot_ids.start, later)
        self.assertEqual((booking.ticket_id, booking.event_id), (ticket, event))
        self.assertEqual(event.start, later)
        self.assertIn(NINE, self.times(doctors=self.dora))

    def test_moving_by_half_of_its_own_length_is_not_in_its_own_way(self):
        booking = self.book(doctor=self.dora)
        self.assertTrue(booking._move(NINE + timedelta(minutes=15)))

    def test_a_move_to_a_taken_time_changes_nothing(self):
        booking = self.book(doctor=self.dora)
        self.book(NINE.replace(hour=15), doctor=self.dora)
        self.assertFalse(booking._move(NINE.replace(hour=15)))
        self.assertEqual((booking.start, booking.sequence), (NINE, 0))
        self.assertEqual(booking.slot_ids.start, NINE)
        self.assertEqual(booking.event_id.start, NINE)

    def test_cancelling_frees_the_time_and_tells_the_desk(self):
        self.present(self.anna)
        booking = self.book(doctor=self.dora)
        self.Routing._staff_answered(booking.ticket_id, self.anna)
        self.assertFalse(booking.ticket_id.usu_waiting_since)
        self.assertTrue(booking._cancel())
        self.assertEqual((booking.state, booking.sequence), ("cancelled", 1))
        self.assertFalse(booking.event_id.active)
        self.assertFalse(booking.slot_ids)
        self.assertTrue(booking.ticket_id.usu_waiting_since)
        self.assertFalse(booking._cancel())
        self.assertEqual(booking.sequence, 1)
        self.assertTrue(self.hold(doctor=self.dora))

    def test_a_cancelled_visit_cannot_be_moved(self):
        booking = self.book()
        booking._cancel()
        self.assertFalse(booking._move(NINE.replace(hour=15)))

    def test_changes_by_the_client_end_at_the_deadline(self):
        booking = self.book(NINE + timedelta(days=1))
        self.assertTrue(booking._may_change())
        self.assertTrue(booking._may_change(booking.start - timedelta(hours=24)))
        self.assertFalse(booking._may_change(booking.start - timedelta(hours=23)))
        self.service.change_hours = 0
        self.assertTrue(booking._may_change(booking.start - timedelta(minutes=5)))
        self.assertFalse(booking._may_change(booking.start))

    # --------------------------------------------------------------------- links

    def test_a_link_opens_its_own_visit_and_no_other(self):
        one, two = self.book(), self.book(NINE.replace(hour=15))
        key = one._link().rpartition("/")[2]
        self.assertEqual(self.Booking._by_link(key), one)
        signature = key.partition("-")[2]
        for text in (
            f"{two.id}-{signature}",
            f"{one.id}-{'0' * 32}",
            f"{one.id}-{signature[:-1]}",
            f"{one.id}-{signature.upper()}x",
            f"99999999-{signature}",
            f"{one.id}",
            "",
            None,
            f"٣-{signature}",
            "1" * 40 + "-" + signature,
        ):
            self.assertFalse(self.Booking._by_link(text), text)
