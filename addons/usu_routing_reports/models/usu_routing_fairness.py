from odoo import fields, models
from odoo.tools import SQL

from .usu_routing_report import WEEKDAYS


class UsuRoutingFairness(models.Model):
    """One row for each day, desk and employee: what the policy gave them, beside their
    share of the time in which somebody was there.

    Whoever was there half as long as a colleague should have got half as many. The
    share is of the whole desk, also for a reader who sees one row only.
    """

    _name = "usu.routing.fairness"
    _description = "Fairness of Distribution"
    _inherit = "usu.routing.analysis"
    _auto = False
    _order = "day desc, desk_id, user_id"
    _rec_name = "user_id"
    _depends = {
        "usu.routing.presence": ["day", "desk_id", "user_id", "seconds", "level"],
        "usu.routing.decision": ["kind", "gives", "user_ref", "desk_ref", "date"],
    }
    _usu_quotients = {"per_hour": ("assigned", "present_hours")}

    day = fields.Date(readonly=True)
    weekday = fields.Selection(WEEKDAYS, readonly=True)
    desk_id = fields.Many2one("helpdesk.ticket.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Employee", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    level = fields.Integer(readonly=True, aggregator="max")
    present_hours = fields.Float(string="Present (h)", readonly=True)
    assigned = fields.Integer(
        string="Given by the Policy",
        readonly=True,
        help="Given on arrival, passed on without an answer, or handed over.",
    )
    by_hand = fields.Integer(
        string="Given by Hand or Taken",
        readonly=True,
        help="Chosen by people: not part of the fairness of the policy.",
    )
    fair_share = fields.Float(
        readonly=True,
        help="What the desk's requests of that day, divided by presence, would have "
        "been.",
    )
    deviation = fields.Float(
        string="More Than Fair",
        readonly=True,
        help="Given by the policy less the fair share; below zero: too few.",
    )
    per_hour = fields.Float(
        string="Given per Hour Present", readonly=True, aggregator="avg"
    )
    spread = fields.Float(
        string="Spread per Day",
        readonly=True,
        aggregator="avg",
        help="Requests between who had most too many and who had most too few that "
        "day at that desk.",
    )
    evenness = fields.Float(
        string="Evenness (0 to 1)",
        readonly=True,
        aggregator="avg",
        help="Jain's index of what everybody was given per hour present that day at "
        "that desk: 1 is perfectly even, 1/n means one of n got everything.",
    )

    def _usu_columns(self):
        names = (
            "id, day, desk_id, user_id, company_id, level, present_hours, assigned,"
            " by_hand, fair_share"
        )
        columns = {name: SQL.identifier("s", name) for name in names.split(", ")}
        deviation = SQL("s.assigned - s.fair_share")
        rate = SQL("s.assigned / NULLIF(s.present_hours, 0)")
        whole = SQL("OVER (PARTITION BY s.day, s.desk_id)")
        return columns | {
            "weekday": SQL("to_char(s.day, 'ID')"),
            "deviation": deviation,
            "per_hour": rate,
            "evenness": SQL(
                "POWER(SUM(%(rate)s) %(whole)s, 2) / NULLIF(COUNT(%(rate)s) %(whole)s"
                " * SUM((%(rate)s) * (%(rate)s)) %(whole)s, 0)",
                rate=rate,
                whole=whole,
            ),
            "spread": SQL(
                "MAX(%(more)s) %(whole)s - MIN(%(more)s) %(whole)s",
                more=deviation,
                whole=whole,
            ),
        }

    def _usu_from(self):
        """The fair share needs the sums of the whole desk and day, so it is made below
        the filter of the reader."""
        return SQL(
            """
            (SELECT p.id, p.day, p.desk_id, p.user_id, p.company_id, p.level,
                    p.seconds / 3600.0::float8 AS present_hours,
                    g.assigned::int, g.by_hand::int,
                    (SUM(g.assigned) OVER whole)::float8 * p.seconds
                    / NULLIF(SUM(p.seconds) OVER whole, 0) AS fair_share
               FROM usu_routing_presence p
              CROSS JOIN LATERAL (
                    SELECT count(*) FILTER (
                               WHERE v.kind IN ('assign', 'escalate', 'hand_over'))
                               AS assigned,
                           count(*) FILTER (
                               WHERE v.kind IN ('manual', 'take', 'preferred'))
                               AS by_hand
                      FROM usu_routing_decision v
                     WHERE v.gives AND v.user_ref = p.user_id
                       AND v.desk_ref = p.desk_id
                       AND v.date >= p.begin_at AND v.date < p.end_at
                       AND NOT EXISTS (SELECT 1 FROM usu_routing_decision b
                                        WHERE b.previous_token = v.token
                                          AND b.kind = 'void')
                    ) AS g
             WINDOW whole AS (PARTITION BY p.day, p.desk_id)
            ) AS s
            """
        )
