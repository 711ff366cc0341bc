from odoo import fields, models
from odoo.tools import SQL

REPEAT_DAYS = 7
WEEKDAYS = [
    ("1", "Monday"),
    ("2", "Tuesday"),
    ("3", "Wednesday"),
    ("4", "Thursday"),
    ("5", "Friday"),
    ("6", "Saturday"),
    ("7", "Sunday"),
]
READS = [
    "active",
    "closed_date",
    "company_id",
    "create_date",
    "name",
    "number",
    "partner_id",
    "partner_name",
    "team_id",
    "user_id",
    "usu_answer_by",
    "usu_asked_at",
    "usu_channel",
    "usu_first_answer_at",
    "usu_open",
    "usu_waiting_since",
]


class UsuRoutingReport(models.Model):
    """One row for each request: when it came, to whom, and how it was answered.

    The definitions are in ``docs/admin/reports.md``.
    """

    _name = "usu.routing.report"
    _description = "Requests Analysis"
    _inherit = "usu.routing.analysis"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "number"
    _depends = {
        "helpdesk.ticket": READS,
        "helpdesk.ticket.team": ["usu_calendar_id"],
        "resource.calendar": ["tz"],
    }
    _usu_percentiles = {"answer_p50": 0.5, "answer_p95": 0.95}

    ticket_id = fields.Many2one("helpdesk.ticket", string="Request", readonly=True)
    number = fields.Char(readonly=True)
    title = fields.Char(readonly=True)
    client_name = fields.Char(string="Name Given", readonly=True)
    date = fields.Datetime(string="Received", readonly=True)
    hour = fields.Char(readonly=True, help="Of the day, in the desk's time zone.")
    weekday = fields.Selection(WEEKDAYS, readonly=True)
    desk_id = fields.Many2one("helpdesk.ticket.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Employee", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    channel = fields.Selection(
        selection=lambda self: self.env["helpdesk.ticket"]
        ._fields["usu_channel"]
        ._description_selection(self.env),
        string="Came by",
        readonly=True,
    )
    result = fields.Selection(
        [
            ("in_time", "Answered in time"),
            ("late", "Answered late"),
            ("answered", "Answered, nothing promised"),
            ("pending", "Waits, still in time"),
            ("overdue", "Waits too long"),
            ("missed", "Closed without an answer"),
            ("none", "No answer was due"),
        ],
        readonly=True,
    )
    waiting_since = fields.Datetime(string="Waits Since", readonly=True)
    waiting_minutes = fields.Float(
        string="Waits (min)", readonly=True, aggregator="max"
    )
    answer_minutes = fields.Float(
        string="First Answer (min)", readonly=True, aggregator="avg"
    )
    answer_p50 = fields.Float(
        string="First Answer, Half Within (min)",
        readonly=True,
        aggregator="avg",
        help="Median: half of the clients had their first answer within this time.",
    )
    answer_p95 = fields.Float(
        string="First Answer, 95 % Within (min)", readonly=True, aggregator="avg"
    )
    close_hours = fields.Float(
        string="Until Closed (h)", readonly=True, aggregator="avg"
    )
    asked = fields.Integer(string="Clients Who Asked", readonly=True)
    answered = fields.Integer(readonly=True)
    judged = fields.Integer(string="Due by Now", readonly=True)
    in_time = fields.Integer(string="Answered in Time", readonly=True)
    missed = fields.Integer(string="Never Answered", readonly=True)
    overdue = fields.Integer(string="Wait Too Long", readonly=True)
    service_level = fields.Float(
        string="Service Level (%)", readonly=True, aggregator="avg"
    )
    repeats = fields.Integer(
        string="Repeat Contacts",
        readonly=True,
        help="The client had made another request in the 7 days before.",
    )
    repeat_rate = fields.Float(
        string="Repeat Contacts (%)",
        readonly=True,
        aggregator="avg",
        help="Of the requests whose client is known.",
    )

    def _usu_from(self):
        return SQL(
            """helpdesk_ticket t
               LEFT JOIN helpdesk_ticket_team d ON d.id = t.team_id
               LEFT JOIN resource_calendar c ON c.id = d.usu_calendar_id
               WHERE t.active"""
        )

    def _usu_columns(self):
        now = fields.Datetime.now()
        local = SQL(
            "t.create_date AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(c.tz, %s)",
            self._usu_zone(),
        )
        answer = self._usu_minutes("t.usu_asked_at", "t.usu_first_answer_at")
        waiting = SQL("EXTRACT(EPOCH FROM %s - t.usu_waiting_since)::float8 / 60", now)
        return {
            "id": SQL("t.id"),
            "ticket_id": SQL("t.id"),
            "number": SQL("t.number"),
            "title": SQL("t.name"),
            "client_name": SQL("t.partner_name"),
            "date": SQL("t.create_date"),
            "hour": SQL("to_char(%s, 'HH24:00')", local),
            "weekday": SQL("to_char(%s, 'ID')", local),
            "desk_id": SQL("t.team_id"),
            "user_id": SQL("t.user_id"),
            "partner_id": SQL("t.partner_id"),
            "company_id": SQL("t.company_id"),
            "channel": SQL("COALESCE(t.usu_channel, 'manual')"),
            "result": self._usu_result(now),
            "waiting_since": SQL("t.usu_waiting_since"),
            "waiting_minutes": waiting,
            "answer_minutes": answer,
            "answer_p50": answer,
            "answer_p95": answer,
            "close_hours": SQL(
                "%s / 60", self._usu_minutes("t.create_date", "t.closed_date")
            ),
            **self._usu_counts(now),
            **self._usu_repeats(),
        }

    def _usu_minutes(self, begin, end):
        return SQL(
            "EXTRACT(EPOCH FROM %s - %s)::float8 / 60",
            SQL(end),  # pylint: disable=sql-injection
            SQL(begin),  # pylint: disable=sql-injection
        )

    def _usu_result(self, now):
        return SQL(
            """CASE
               WHEN t.usu_asked_at IS NULL THEN 'none'
               WHEN t.usu_first_answer_at IS NOT NULL THEN
                    CASE WHEN t.usu_answer_by IS NULL THEN 'answered'
                         WHEN t.usu_first_answer_at <= t.usu_answer_by THEN 'in_time'
                         ELSE 'late' END
               WHEN t.usu_open IS NOT TRUE THEN 'missed'
               WHEN t.usu_answer_by < %s THEN 'overdue'
               ELSE 'pending' END""",
            now,
        )

    def _usu_counts(self, now):
        """Whole numbers to sum. ``judged`` is the base of the service level: what was
        answered, was closed unanswered, or is late by now."""
        in_time = SQL("t.usu_first_answer_at <= t.usu_answer_by")
        judged = SQL(
            "t.usu_answer_by IS NOT NULL AND (t.usu_first_answer_at IS NOT NULL"
            " OR t.usu_open IS NOT TRUE OR t.usu_answer_by < %s)",
            now,
        )
        unanswered = SQL("t.usu_asked_at IS NOT NULL AND t.usu_first_answer_at IS NULL")
        flags = {
            "asked": SQL("t.usu_asked_at IS NOT NULL"),
            "answered": SQL(
                "t.usu_asked_at IS NOT NULL AND t.usu_first_answer_at IS NOT NULL"
            ),
            "judged": judged,
            "in_time": in_time,
            "missed": SQL("%s AND t.usu_open IS NOT TRUE", unanswered),
            "overdue": SQL(
                "%s AND t.usu_open AND t.usu_answer_by < %s", unanswered, now
            ),
        }
        counts = {
            name: SQL("CASE WHEN %s THEN 1 ELSE 0 END", flag)
            for name, flag in flags.items()
        }
        counts["service_level"] = SQL(
            "CASE WHEN %s THEN CASE WHEN %s THEN 100.0 ELSE 0.0 END END::float8",
            judged,
            in_time,
        )
        return counts

    def _usu_repeats(self):
        before = SQL(
            """EXISTS (SELECT 1 FROM helpdesk_ticket p
                        WHERE p.partner_id = t.partner_id
                          AND p.company_id = t.company_id AND p.active
                          AND p.create_date < t.create_date
                          AND p.create_date >=
                              t.create_date - make_interval(days => %s))""",
            REPEAT_DAYS,
        )
        return {
            "repeats": SQL("CASE WHEN %s THEN 1 ELSE 0 END", before),
            "repeat_rate": SQL(
                "CASE WHEN t.partner_id IS NOT NULL THEN"
                " CASE WHEN %s THEN 100.0 ELSE 0.0 END END::float8",
                before,
            ),
        }

    def action_open(self):
        """The request of a row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.ticket_id.id,
            "views": [(False, "form")],
        }
