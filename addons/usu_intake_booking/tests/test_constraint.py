from psycopg2.errors import ExclusionViolation

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import NINE, BookingCommon


@tagged("post_install", "-at_install", "usu_intake_booking")
class TestConstraint(BookingCommon):
    """What makes double booking impossible stands in the database itself."""

    def test_exclusion_constraint_stands_in_the_database(self):
        self.env.cr.execute(
            "SELECT contype, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conname = 'usu_booking_slot_nobody_twice'"
        )
        kind, definition = self.env.cr.fetchone()
        self.assertEqual(kind, "x")
        for part in ("gist", "int8range", "int4range", "tsrange", "held", "booked"):
            self.assertIn(part, definition)

    def test_a_second_row_is_refused_whoever_writes_it(self):
        booking = self.book(doctor=self.dora)
        slot = booking.slot_ids
        self.assertEqual(slot.resource_id, self.dora)
        with mute_logger("odoo.sql_db"), self.assertRaises(ExclusionViolation):
            self.env.cr.execute(
                "INSERT INTO usu_booking_slot"
                " (booking_id, resource_id, seat, start, stop, state)"
                " SELECT booking_id, resource_id, seat, start + interval '10 min',"
                " stop + interval '10 min', 'held' FROM usu_booking_slot WHERE id = %s",
                [slot.id],
            )

    def test_taken_doctor_is_not_given_even_if_the_page_still_showed_the_time(self):
        self.book(doctor=self.dora)
        vals = {
            "service_id": self.service.id,
            "start": NINE,
            "stop": NINE.replace(minute=30),
            "hold_until": NINE,
        }
        self.assertFalse(self.Booking._try_booking(vals, self.dora))
        self.assertEqual(
            self.Booking._try_booking(vals, self.dora | self.emil).resource_id,
            self.emil,
        )

    def test_visits_that_touch_are_both_possible(self):
        first = self.book(doctor=self.dora)
        second = self.book(first.stop, doctor=self.dora)
        self.assertEqual(second.start, first.stop)
