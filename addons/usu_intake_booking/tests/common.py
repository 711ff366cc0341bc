"""A clinic on one Monday: two doctors, a room, a service; the clock stands still."""

from datetime import datetime
from unittest.mock import patch

from odoo import fields

from odoo.addons.usu_routing.tests.common import RoutingCommon

NOW = datetime(2026, 3, 2, 6)  # Monday; the doctors work 9 to 13 and 14 to 18, UTC
MONDAY = datetime(2026, 3, 2)
NINE = datetime(2026, 3, 3, 9)  # Tuesday


class BookingCommon(RoutingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.partner_id.lang = "en_US"
        cls.startClassPatcher(
            patch.object(fields.Datetime, "now", lambda *args: BookingCommon.now)
        )
        cls.set_now(NOW)
        cls.Booking = cls.env["usu.booking"]
        cls.Slot = cls.env["usu.booking.slot"]
        cls.Calendar = cls.env["usu.booking.calendar"]
        cls.hours = cls.env["resource.calendar"].create(
            {
                "name": "Nine to six",
                "tz": "UTC",
                "attendance_ids": [(5, 0, 0)]
                + [
                    (
                        0,
                        0,
                        {
                            "name": "Day",
                            "dayofweek": str(day),
                            "hour_from": begin,
                            "hour_to": end,
                            "day_period": period,
                        },
                    )
                    for day in range(5)
                    for begin, end, period in (
                        (9, 13, "morning"),
                        (14, 18, "afternoon"),
                    )
                ],
            }
        )
        cls.dora = cls.new_doctor("Dora", cls.anna)
        cls.emil = cls.new_doctor("Emil", cls.boris)
        cls.room = cls.new_room("Room 1")
        cls.service = cls.new_service("Consultation")

    def setUp(self):
        super().setUp()
        self.set_now(NOW)

    @staticmethod
    def set_now(now):
        """What the clock of appointments shows."""
        BookingCommon.now = now

    @classmethod
    def new_doctor(cls, name, user=None):
        return cls.env["resource.resource"].create(
            {
                "name": f"Dr. {name}",
                "resource_type": "user",
                "user_id": user and user.id,
                "calendar_id": cls.hours.id,
                "tz": "UTC",
            }
        )

    @classmethod
    def new_room(cls, name, places=1):
        return cls.env["resource.resource"].create(
            {
                "name": name,
                "resource_type": "material",
                "calendar_id": False,
                "tz": "UTC",
                "usu_places": places,
            }
        )

    @classmethod
    def new_service(cls, name, **vals):
        return cls.env["usu.booking.service"].create(
            {
                "name": name,
                "published": True,
                "desk_id": cls.desk.id,
                "doctor_ids": [(6, 0, (cls.dora | cls.emil).ids)],
                "tz": "UTC",
                "duration_minutes": 30,
                "step_minutes": 30,
                **vals,
            }
        )

    def hold(self, start=NINE, doctor=None, service=None, **details):
        return self.Booking._hold(
            service or self.service, start, doctor=doctor, tz="UTC", **details
        )

    def book(self, start=NINE, doctor=None, service=None, **details):
        booking = self.hold(start, doctor, service)
        details = {"name": "Nina New", "phone": "+91 98300 11111", **details}
        self.assertTrue(booking and booking._book(**details), "the time is taken")
        return booking

    def times(self, day=NINE, service=None, **kwargs):
        """Free times of one day."""
        begin = day.replace(hour=0)
        found = self.Calendar._times(
            service or self.service, begin, begin.replace(hour=23, minute=59), **kwargs
        )
        return list(found)
