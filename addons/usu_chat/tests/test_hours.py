from freezegun import freeze_time

from odoo import Command
from odoo.tests import TransactionCase, tagged

WEEK, SIX, ALL = "01234", "012345", "0123456"
# zone, days, hours, holidays (UTC)
DESKS = {
    "Kolkata": (
        "Asia/Kolkata",
        SIX,
        [(9, 13), (14, 18)],
        [("2026-11-23 18:30:00", "2026-11-24 18:29:59")],
    ),
    "Berlin": (
        "Europe/Berlin",
        WEEK,
        [(9, 18)],
        [("2026-12-24 23:00:00", "2026-12-25 22:59:59")],
    ),
    "New York": ("America/New_York", WEEK, [(8, 17)], []),
    "Yerevan by night": ("Asia/Yerevan", ALL, [(0, 6), (22, 24)], []),
    "Kathmandu": ("Asia/Kathmandu", "601234", [(10, 16)], []),
    "always": ("UTC", ALL, [(0, 24)], []),
    "never": (
        "Europe/Berlin",
        WEEK,
        [(9, 18)],
        [("2026-01-01 00:00:00", "2028-12-31 00:00:00")],
    ),
}
# desk, moment (UTC), closes at, opens at: one of them, the other is empty
CASES = [
    ("Kolkata", "2026-11-23 03:29:59", None, "2026-11-23 03:30:00"),
    ("Kolkata", "2026-11-23 03:30:00", "2026-11-23 07:30:00", None),
    ("Kolkata", "2026-11-23 07:30:00", None, "2026-11-23 08:30:00"),  # lunch
    ("Kolkata", "2026-11-23 08:29:00", None, "2026-11-23 08:30:00"),
    ("Kolkata", "2026-11-23 12:29:59", "2026-11-23 12:30:00", None),
    ("Kolkata", "2026-11-23 12:30:00", None, "2026-11-25 03:30:00"),  # holiday
    ("Kolkata", "2026-11-24 05:00:00", None, "2026-11-25 03:30:00"),
    ("Kolkata", "2026-11-22 10:00:00", None, "2026-11-23 03:30:00"),  # Sunday
    ("Kolkata", "2026-11-28 05:00:00", "2026-11-28 07:30:00", None),  # Saturday
    ("Kolkata", "2026-11-28 12:30:00", None, "2026-11-30 03:30:00"),
    # summer time ends on 25 October 2026 and begins on 28 March 2027
    ("Berlin", "2026-10-23 15:59:59", "2026-10-23 16:00:00", None),
    ("Berlin", "2026-10-23 16:00:00", None, "2026-10-26 08:00:00"),
    ("Berlin", "2026-10-25 00:59:00", None, "2026-10-26 08:00:00"),
    ("Berlin", "2026-10-25 01:01:00", None, "2026-10-26 08:00:00"),
    ("Berlin", "2026-10-26 07:30:00", None, "2026-10-26 08:00:00"),
    ("Berlin", "2026-10-26 08:00:00", "2026-10-26 17:00:00", None),
    ("Berlin", "2027-03-26 16:59:00", "2027-03-26 17:00:00", None),
    ("Berlin", "2027-03-26 17:00:00", None, "2027-03-29 07:00:00"),
    ("Berlin", "2027-03-28 00:59:00", None, "2027-03-29 07:00:00"),
    ("Berlin", "2027-03-29 06:59:00", None, "2027-03-29 07:00:00"),
    ("Berlin", "2027-03-29 07:00:00", "2027-03-29 16:00:00", None),
    ("Berlin", "2026-12-24 12:00:00", "2026-12-24 17:00:00", None),
    ("Berlin", "2026-12-24 17:00:00", None, "2026-12-28 08:00:00"),  # Christmas
    ("Berlin", "2026-12-25 09:00:00", None, "2026-12-28 08:00:00"),
    # there on 1 November 2026 and 14 March 2027
    ("New York", "2026-10-30 20:59:00", "2026-10-30 21:00:00", None),
    ("New York", "2026-10-30 21:00:00", None, "2026-11-02 13:00:00"),
    ("New York", "2026-11-02 12:30:00", None, "2026-11-02 13:00:00"),
    ("New York", "2026-11-02 13:00:00", "2026-11-02 22:00:00", None),
    ("New York", "2027-03-12 22:00:00", None, "2027-03-15 12:00:00"),
    ("New York", "2027-03-15 12:00:00", "2027-03-15 21:00:00", None),
    ("New York", "2026-11-23 02:00:00", None, "2026-11-23 13:00:00"),
    ("Yerevan by night", "2026-11-23 17:59:00", None, "2026-11-23 18:00:00"),
    ("Yerevan by night", "2026-11-23 18:00:00", "2026-11-24 02:00:00", None),
    ("Yerevan by night", "2026-11-23 20:30:00", "2026-11-24 02:00:00", None),
    ("Yerevan by night", "2026-11-24 02:00:00", None, "2026-11-24 18:00:00"),
    ("Kathmandu", "2026-11-22 04:15:00", "2026-11-22 10:15:00", None),
    ("Kathmandu", "2026-11-27 10:15:00", None, "2026-11-29 04:15:00"),
    ("Kathmandu", "2026-11-28 06:00:00", None, "2026-11-29 04:15:00"),
    ("always", "2026-11-22 23:59:59", "later", None),
    ("never", "2026-11-23 09:00:00", None, None),
]


@tagged("post_install", "-at_install", "usu_chat")
class TestHours(TransactionCase):
    def chat(self, zone, days, hours, holidays):
        lines = [
            {"name": day, "dayofweek": day, "hour_from": begin, "hour_to": end}
            for day in days
            for begin, end in hours
        ]
        for line in lines:
            early = line["hour_from"] < 12
            line["day_period"] = "morning" if early else "afternoon"
        calendar = self.env["resource.calendar"].create(
            {
                "name": zone,
                "tz": zone,
                "attendance_ids": [Command.create(line) for line in lines],
                "global_leave_ids": [
                    Command.create({"name": "Off", "date_from": begin, "date_to": end})
                    for begin, end in holidays
                ],
            }
        )
        desk = self.env["helpdesk.ticket.team"].create(
            {"name": zone, "usu_calendar_id": calendar.id}
        )
        return self.env["im_livechat.channel"].create(
            {"name": zone, "usu_desk_id": desk.id}
        )

    def test_forty_moments(self):
        """What the visitor is told: open until, or the next opening; UTC."""
        self.assertEqual(len(CASES), 40)
        chats = {name: self.chat(*desk) for name, desk in DESKS.items()}
        for name, moment, closes, opens in CASES:
            with self.subTest(name, moment=moment), freeze_time(moment):
                state = chats[name]._usu_state()
                self.assertEqual(state["open"], bool(closes))
                self.assertEqual(state["next_opening"], opens)
                if closes == "later":
                    self.assertGreater(state["closes_at"], moment)
                else:
                    self.assertEqual(state["closes_at"], closes)
                self.assertFalse(state["staffed"])
