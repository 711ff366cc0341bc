from datetime import date, datetime, timedelta

from odoo.tests import tagged

from ..tools import zones
from .common import MONDAY, NINE, BookingCommon


@tagged("post_install", "-at_install", "usu_intake_booking")
class TestFreeTimes(BookingCommon):
    def test_a_day_of_work_with_its_break(self):
        times = self.times()
        self.assertEqual(len(times), 16)
        self.assertEqual(times[0], NINE)
        self.assertIn(NINE.replace(hour=12, minute=30), times)
        self.assertNotIn(NINE.replace(hour=13), times)
        self.assertEqual(self.times(MONDAY - timedelta(days=1)), [])

    def test_booked_and_held_times_are_gone(self):
        self.book(doctor=self.dora)
        self.assertIn(NINE, self.times())
        self.hold(doctor=self.emil)
        self.assertNotIn(NINE, self.times())
        self.assertIn(NINE.replace(minute=30), self.times())

    def test_an_expired_hold_is_free_without_any_cron(self):
        held = self.hold(doctor=self.dora)
        self.assertNotIn(NINE, self.times(doctors=self.dora))
        self.late(held)
        self.assertIn(NINE, self.times(doctors=self.dora))

    def late(self, booking):
        past = datetime(2026, 3, 2, 5)
        booking.hold_until = past
        booking.slot_ids.hold_until = past

    def test_leaves_and_closed_days_are_left_out(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.hours.id,
                "resource_id": self.dora.id,
                "date_from": NINE.replace(hour=0),
                "date_to": NINE.replace(hour=23),
            }
        )
        self.assertEqual(self.times(doctors=self.dora), [])
        self.assertEqual(len(self.times(doctors=self.emil)), 16)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Closed",
                "calendar_id": self.hours.id,
                "date_from": NINE.replace(hour=0),
                "date_to": NINE.replace(hour=12),
            }
        )
        self.assertEqual(self.times()[0], NINE.replace(hour=14) - timedelta(hours=2))

    def meeting(self, **vals):
        return self.env["calendar.event"].create(
            {
                "name": "Meeting",
                "start": NINE,
                "stop": NINE.replace(hour=10),
                "partner_ids": [(6, 0, self.anna.partner_id.ids)],
                **vals,
            }
        )

    def test_meetings_in_the_doctor_s_own_calendar_are_busy(self):
        event = self.meeting()
        self.assertEqual(self.times(doctors=self.dora)[0], NINE.replace(hour=10))
        event.show_as = "free"
        self.assertEqual(self.times(doctors=self.dora)[0], NINE)

    def test_a_declined_meeting_is_not_busy(self):
        event = self.meeting()
        event.attendee_ids.state = "declined"
        self.assertEqual(self.times(doctors=self.dora)[0], NINE)

    def test_a_day_long_meeting_takes_the_day(self):
        self.meeting(allday=True, start_date=NINE.date(), stop_date=NINE.date())
        self.assertEqual(self.times(doctors=self.dora), [])
        self.assertEqual(len(self.times(NINE + timedelta(1), doctors=self.dora)), 16)

    def test_a_room_limits_what_two_doctors_could_do(self):
        service = self.new_service("Ultrasound", room_ids=[(6, 0, self.room.ids)])
        first = self.book(service=service)
        self.assertEqual(first.room_id, self.room)
        self.assertEqual(len(first.slot_ids), 2)
        self.assertNotIn(NINE, self.times(service=service))
        self.assertFalse(self.hold(service=service))
        self.assertIn(NINE, self.times())

    def test_a_room_with_two_places(self):
        service = self.new_service(
            "Drip", room_ids=[(6, 0, self.new_room("Ward", places=2).ids)]
        )
        first, second = self.book(service=service), self.book(service=service)
        seats = (first | second).slot_ids.filtered(
            lambda s: s.resource_id.usu_places > 1
        )
        self.assertEqual(sorted(seats.mapped("seat")), [1, 2])

    def test_buffers_of_two_visits_add_up(self):
        service = self.new_service("Surgery", buffer_after_minutes=30)
        self.book(service=service, doctor=self.dora)
        times = self.times(service=service, doctors=self.dora)
        self.assertEqual(times[0], NINE.replace(hour=10))

    def test_archived_doctors_and_rooms_do_nothing(self):
        self.dora.active = False
        self.assertEqual(self.Calendar._times(self.service, NINE, NINE.replace(hour=10),
            doctors=self.dora), {})  # fmt: skip
        service = self.new_service("Ultrasound", room_ids=[(6, 0, self.room.ids)])
        self.room.active = False
        self.assertEqual(self.times(service=service), [])

    def test_spring_and_autumn_days_in_the_doctor_s_zone(self):
        self.hours.tz = self.dora.tz = "Europe/Berlin"
        self.hours.attendance_ids.filtered(lambda a: a.dayofweek == "4").dayofweek = "6"
        for day, first in ((date(2026, 3, 29), 7), (date(2026, 10, 25), 8)):
            begin, end = zones.day_bounds(day, "Europe/Berlin")
            found = list(
                self.Calendar._times(self.service, begin, end, doctors=self.dora)
            )
            self.assertEqual(len(found), 16)
            self.assertEqual(found[0], datetime(day.year, day.month, day.day, first))
            self.assertEqual(zones.local(found[0], "Europe/Berlin").hour, 9)

    def test_a_night_shift_over_the_change_of_the_clocks(self):
        self.hours.tz = self.dora.tz = "Europe/Berlin"
        self.hours.attendance_ids = [(5, 0, 0)] + [
            (
                0,
                0,
                {
                    "name": "Night",
                    "dayofweek": "6",
                    "hour_from": 0,
                    "hour_to": 6,
                    "day_period": "morning",
                },
            )
        ]
        for day, hours in ((date(2026, 3, 29), 5), (date(2026, 10, 25), 7)):
            begin, end = zones.day_bounds(day, "Europe/Berlin")
            found = self.Calendar._times(self.service, begin, end, doctors=self.dora)
            self.assertEqual(len(found), hours * 2, day)

    def test_a_doctor_without_hours_is_always_there(self):
        self.dora.calendar_id = False
        self.assertEqual(len(self.times(doctors=self.dora)), 48)

    def test_any_doctor_is_chosen_by_the_strategy(self):
        both = self.dora | self.emil
        self.book(doctor=self.dora)
        later = NINE.replace(hour=15)
        self.assertEqual(
            self.Calendar._in_order(self.service, both, later)[0], self.emil
        )
        self.agent(self.anna).level = 5
        self.service.strategy = "most_experienced"
        self.assertEqual(
            self.Calendar._in_order(self.service, both, later)[0], self.dora
        )
        self.agent(self.anna).cost = 50
        self.service.strategy = "cheapest"
        self.assertEqual(
            self.Calendar._in_order(self.service, both, later)[0], self.emil
        )

    def test_work_is_spread_evenly(self):
        doctors = [self.book(NINE.replace(hour=h)).resource_id for h in (9, 10, 11, 12)]
        self.assertEqual(doctors.count(self.dora), 2)
