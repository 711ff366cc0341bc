"""Demonstration data: four weeks of a small clinic, the same ones every time."""

import random
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.tools import SQL

WEEKS = 4
OPENS, CLOSES = 4, 13  # UTC: a clinic between Moscow and Kolkata
CHANNELS = ("chat", "chat", "chat", "email", "email", "telegram", "form")
LIVE = ("chat", "telegram")
TITLES = (
    "Price of a consultation",
    "Can I come on Saturday?",
    "Results of my blood test",
    "Please move my appointment",
    "Which documents do I need?",
    "Is the doctor in today?",
    "Invoice for the insurance",
    "Parking at the clinic",
)
WAITING_MINUTES = (2, 6, 19)


class UsuRoutingDemo(models.AbstractModel):
    _name = "usu.routing.demo"
    _description = "Demonstration of the Reports"

    @api.model
    def _make_weeks(self, desk_id, user_ids, partner_ids, per_day):
        """``per_day`` requests of each working day of the last weeks, answered and
        closed, with who was there; and three clients who wait now."""
        desk = self.env["helpdesk.ticket.team"].browse(desk_id)
        luck = random.Random(desk.id)
        today = fields.Date.today()
        rows = []
        for back in range(7 * WEEKS, -1, -1):
            day = datetime.combine(today - timedelta(days=back), time())
            if day.weekday() == 6 and back:
                continue
            rows += self._day_rows(desk, day, user_ids, partner_ids, per_day, luck)
        self._insert(desk, rows)
        self._insert(desk, self._waiting_rows(luck))

    @api.model
    def _day_rows(self, desk, day, user_ids, partner_ids, per_day, luck):
        now = fields.Datetime.now()
        there = {user: luck.uniform(4, 8) for user in user_ids}
        for user_id, hours in there.items():
            self._present(desk, day, user_id, hours)
        rows = []
        for _number in range(luck.randint(per_day - 2, per_day + 3)):
            hour = luck.triangular(OPENS, CLOSES, OPENS + 2)
            came = day + timedelta(hours=hour)
            channel = luck.choice(CHANNELS)
            minutes = luck.lognormvariate(0.6 if channel in LIVE else 2.8, 0.8)
            lost = luck.random() < 0.06
            rows.append(
                {
                    "name": luck.choice(TITLES),
                    "usu_channel": channel,
                    "partner_id": luck.random() < 0.25 and luck.choice(partner_ids),
                    "user_id": luck.choices(list(there), list(there.values()))[0],
                    "came": came.replace(microsecond=0),
                    "answered": not lost and came + timedelta(minutes=minutes),
                    "closed": came + timedelta(minutes=minutes + luck.uniform(5, 90)),
                }
            )
        return [row for row in rows if row["closed"] < now]

    @api.model
    def _waiting_rows(self, luck):
        now = fields.Datetime.now().replace(microsecond=0)
        return [
            {
                "name": luck.choice(TITLES),
                "usu_channel": luck.choice(CHANNELS),
                "partner_name": self.env._("Visitor of the site"),
                "user_id": False,
                "came": now - timedelta(minutes=minutes),
                "answered": False,
                "closed": False,
            }
            for minutes in WAITING_MINUTES
        ]

    @api.model
    def _insert(self, desk, rows):
        """The requests, with the moments of the past that the ORM sets itself."""
        quiet = {
            "mail_create_nolog": True,
            "mail_create_nosubscribe": True,
            "tracking_disable": True,
            "usu_routed": True,
        }
        closed = desk._get_applicable_stages().filtered("closed")[:1]
        times = [
            (row.pop("came"), row.pop("answered"), row.pop("closed")) for row in rows
        ]
        tickets = self.env["helpdesk.ticket"].with_context(**quiet).create(
            [{**row, "team_id": desk.id, "description": row["name"]} for row in rows]
        )  # fmt: skip
        for ticket, (came, answered, ended) in zip(tickets, times, strict=True):
            due = desk._usu_answer_due(ticket.usu_channel, came)
            self._set_times(ticket, came, due, answered, ended)
            ticket.write({"stage_id": closed.id} if ended and closed else {})
            if ended:
                ticket.closed_date = ended
                self._given(desk, ticket, came)

    @api.model
    def _set_times(self, ticket, came, due, answered, ended):
        ticket.write(
            {
                "usu_asked_at": came,
                "usu_answer_by": due,
                "usu_first_answer_at": answered,
                "usu_active_at": answered or came,
                "usu_waiting_since": False if ended else came,
            }
        )
        ticket.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE helpdesk_ticket SET create_date = %s WHERE id = %s",
                came,
                ticket.id,
            )
        )
        ticket.invalidate_recordset(["create_date"])

    @api.model
    def _given(self, desk, ticket, came):
        Decision = self.env["usu.routing.decision"]
        Decision.create(
            {
                "token": Decision._new_token(),
                "date": came,
                "kind": "assign",
                "gives": True,
                "strategy": "least_loaded",
                "channel": ticket.usu_channel,
                "user_ref": ticket.user_id.id,
                "desk_ref": desk.id,
                "partner_ref": ticket.partner_id.id,
                "request_ref": ticket.id,
                "company_ref": ticket.company_id.id,
            }
        )

    @api.model
    def _present(self, desk, day, user_id, hours):
        self.env["usu.routing.presence"].create(
            {
                "day": day.date(),
                "desk_id": desk.id,
                "user_id": user_id,
                "company_id": desk.company_id.id,
                "level": 1,
                "seconds": int(hours * 3600),
                "begin_at": day,
                "end_at": day + timedelta(days=1),
                "sampled_at": day + timedelta(hours=CLOSES),
            }
        )
