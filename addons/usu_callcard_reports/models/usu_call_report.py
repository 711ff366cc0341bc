from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.usu_routing_reports.models.usu_routing_report import (
    REPEAT_DAYS,
    WEEKDAYS,
)

# Who hangs up so soon dialled wrongly or changed their mind: nobody could answer.
SHORT_SECONDS = 5
READS = [
    "answered_at",
    "company_id",
    "direction",
    "ended_at",
    "hold_seconds",
    "number",
    "number_given",
    "outcome",
    "partner_id",
    "started_at",
    "talk_seconds",
    "transfer_count",
    "usu_desk_id",
    "user_id",
    "wait_seconds",
]


class UsuCallReport(models.Model):
    """One row for each finished call: waited, answered, missed, called back.

    Hook: an addon that measures conversations declares its fields here and adds them in
    `_usu_columns` (and its table, joined by ``c.id``, in `_usu_joins`) with
    ``super()``; with ``groups`` on the fields it says who may compare employees. The
    record rules already leave every employee only the own rows.
    """

    _name = "usu.call.report"
    _description = "Calls by Desk Analysis"
    _inherit = "usu.routing.analysis"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "number"
    _depends = {
        "usu.call": READS,
        "helpdesk.ticket.team": ["usu_answer_call_seconds", "usu_calendar_id"],
        "resource.calendar": ["tz"],
    }
    _usu_percentiles = {"wait_p50": 0.5, "wait_p95": 0.95, "back_p50": 0.5}

    call_id = fields.Many2one("usu.call", readonly=True)
    number = fields.Char(readonly=True)
    date = fields.Datetime(string="Began", readonly=True)
    hour = fields.Char(readonly=True, help="Of the day, in the desk's time zone.")
    weekday = fields.Selection(WEEKDAYS, readonly=True)
    desk_id = fields.Many2one("helpdesk.ticket.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Employee", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    direction = fields.Selection(
        [("incoming", "Incoming"), ("outgoing", "Outgoing")], readonly=True
    )
    result = fields.Selection(
        [
            ("in_time", "Answered in time"),
            ("late", "Answered late"),
            ("answered", "Answered, nothing promised"),
            ("abandoned", "Rang, nobody answered"),
            ("busy", "Heard busy"),
            ("short", "Hung up at once"),
            ("out", "Called by us, reached"),
            ("out_missed", "Called by us, not reached"),
        ],
        readonly=True,
    )
    wait_p50 = fields.Float(
        string="Wait, Half Within (s)", readonly=True, aggregator="avg"
    )
    wait_p95 = fields.Float(
        string="Wait, 95 % Within (s)", readonly=True, aggregator="avg"
    )
    talk_minutes = fields.Float(
        string="Talk (min)", readonly=True, aggregator="avg"
    )  # fmt: skip
    hold_seconds = fields.Float(string="On Hold (s)", readonly=True, aggregator="avg")
    transfers = fields.Integer(readonly=True)
    incoming = fields.Integer(readonly=True)
    answered = fields.Integer(readonly=True)
    missed = fields.Integer(
        readonly=True, help="Incoming and not answered, for whatever reason."
    )
    abandoned = fields.Integer(
        readonly=True,
        help="Missed after 5 seconds or more, without a busy tone.",
    )
    judged = fields.Integer(string="To Be Answered in Time", readonly=True)
    in_time = fields.Integer(string="Answered in Time", readonly=True)
    service_level = fields.Float(
        string="Answered in Time (%)",
        readonly=True,
        aggregator="avg",
        help="Of the incoming calls, without those that hung up at once.",
    )
    called_back = fields.Integer(
        readonly=True, help="Missed, and spoken with within a day, whoever rang."
    )
    back_p50 = fields.Float(
        string="Called Back, Half Within (min)", readonly=True, aggregator="avg"
    )
    repeats = fields.Integer(
        string="Repeat Calls",
        readonly=True,
        help="The same number had been spoken with in the 7 days before.",
    )
    repeat_rate = fields.Float(
        string="Repeat Calls (%)", readonly=True, aggregator="avg"
    )

    def _usu_from(self):
        return SQL(
            """usu_call c
               LEFT JOIN helpdesk_ticket_team d ON d.id = c.usu_desk_id
               LEFT JOIN resource_calendar h ON h.id = d.usu_calendar_id
               %s
               WHERE c.state = 'ended'""",
            self._usu_joins(),
        )

    def _usu_joins(self):
        """Hook: further joins, each of at most one row for a call ``c``."""
        return SQL(
            """LEFT JOIN LATERAL (
                    SELECT b.started_at FROM usu_call b
                     WHERE b.number = c.number AND b.outcome = 'answered'
                       AND b.started_at >= c.started_at
                       AND b.started_at < c.started_at + interval '1 day'
                       AND c.direction = 'incoming'
                       AND c.outcome IN ('missed', 'busy')
                     ORDER BY b.started_at LIMIT 1) AS back ON TRUE"""
        )

    def _usu_columns(self):
        local = SQL(
            "c.started_at AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(h.tz, %s)",
            self._usu_zone(),
        )
        came = SQL("c.direction = 'incoming'")
        wait = SQL("CASE WHEN %s THEN c.wait_seconds END", came)
        return {
            "id": SQL("c.id"),
            "call_id": SQL("c.id"),
            "number": SQL("COALESCE(c.number, c.number_given)"),
            "date": SQL("c.started_at"),
            "hour": SQL("to_char(%s, 'HH24:00')", local),
            "weekday": SQL("to_char(%s, 'ID')", local),
            "desk_id": SQL("c.usu_desk_id"),
            "user_id": SQL("c.user_id"),
            "partner_id": SQL("c.partner_id"),
            "company_id": SQL("c.company_id"),
            "direction": SQL("c.direction"),
            "result": self._usu_result(),
            "wait_p50": wait,
            "wait_p95": wait,
            "talk_minutes": SQL(
                "CASE WHEN c.outcome = 'answered' THEN c.talk_seconds / 60 END"
            ),
            "hold_seconds": SQL("c.hold_seconds"),
            "transfers": SQL("c.transfer_count"),
            "back_p50": SQL(
                "EXTRACT(EPOCH FROM back.started_at - c.ended_at)::float8 / 60"
            ),
            **self._usu_counts(came),
        }

    def _usu_result(self):
        return SQL(
            """CASE
               WHEN c.direction = 'outgoing' THEN
                    CASE WHEN c.outcome = 'answered' THEN 'out' ELSE 'out_missed' END
               WHEN c.outcome = 'answered' THEN
                    CASE WHEN COALESCE(d.usu_answer_call_seconds, 0) = 0 THEN 'answered'
                         WHEN c.wait_seconds <= d.usu_answer_call_seconds THEN 'in_time'
                         ELSE 'late' END
               WHEN c.outcome = 'busy' THEN 'busy'
               WHEN COALESCE(c.wait_seconds, 0) < %s THEN 'short'
               ELSE 'abandoned' END""",
            SHORT_SECONDS,
        )

    def _usu_level(self):
        """100 in time, 0 too late or never, NULL: not judged."""
        return SQL(
            "(CASE WHEN d.usu_answer_call_seconds > 0 THEN CASE %s"
            " WHEN 'in_time' THEN 100 WHEN 'late' THEN 0 WHEN 'busy' THEN 0"
            " WHEN 'abandoned' THEN 0 END END)",
            self._usu_result(),
        )

    def _usu_counts(self, came):
        answered = SQL("%s AND c.outcome = 'answered'", came)
        missed = SQL("%s AND c.outcome IN ('missed', 'busy')", came)
        before = SQL(
            """EXISTS (SELECT 1 FROM usu_call p
                        WHERE p.number = c.number AND p.outcome = 'answered'
                          AND p.started_at < c.started_at
                          AND p.started_at >=
                              c.started_at - make_interval(days => %s))""",
            REPEAT_DAYS,
        )
        flags = {
            "incoming": came,
            "answered": answered,
            "missed": missed,
            "abandoned": SQL("%s = 'abandoned'", self._usu_result()),
            "called_back": SQL("%s AND back.started_at IS NOT NULL", missed),
            "repeats": SQL("%s AND %s", came, before),
            "judged": SQL("%s IS NOT NULL", self._usu_level()),
            "in_time": SQL("%s = 100", self._usu_level()),
        }
        counts = {
            name: SQL("CASE WHEN %s THEN 1 ELSE 0 END", flag)
            for name, flag in flags.items()
        }
        counts["service_level"] = SQL("%s::float8", self._usu_level())
        counts["repeat_rate"] = SQL(
            "CASE WHEN %s AND c.number IS NOT NULL THEN"
            " CASE WHEN %s THEN 100 ELSE 0 END END::float8",
            came,
            before,
        )
        return counts

    def action_open(self):
        """The call of a row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "usu.call",
            "res_id": self.call_id.id,
            "views": [(False, "form")],
        }
