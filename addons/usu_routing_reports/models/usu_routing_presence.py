from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.usu_routing.tools.judge import StepRule, absent

# Between two looks at most so much counts as presence: a server that was off for the
# night does not make anybody work through it.
MOST_SECONDS = 900
KEEP_DAYS = 800


class UsuRoutingPresence(models.Model):
    """How long everybody of a desk was there, one row for each day.

    Odoo keeps only the present moment. Every five minutes the time since the last look
    is added for whoever could get a request now: present, not paused, on shift.
    """

    _name = "usu.routing.presence"
    _description = "Presence at a Desk"
    _order = "day desc, desk_id, user_id"
    _log_access = False
    _rec_name = "user_id"

    day = fields.Date(required=True, help="In the desk's time zone.")
    desk_id = fields.Many2one("helpdesk.ticket.team", required=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users", string="Employee", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", ondelete="cascade")
    level = fields.Integer(aggregator="max")
    seconds = fields.Integer(default=0)
    begin_at = fields.Datetime(required=True, help="The desk's day begins.")
    end_at = fields.Datetime(required=True)
    sampled_at = fields.Datetime(required=True)

    _once = models.UniqueIndex("(day, desk_id, user_id)")

    @api.model
    def _cron_sample(self):
        # sudo: helpdesk.ticket.team - the clock belongs to nobody
        Desk = self.env["helpdesk.ticket.team"].sudo()
        for desk in Desk.search([("user_ids", "!=", False)]):
            self._sample(desk, fields.Datetime.now())

    @api.model
    def _people(self, desk, now):
        """``[(Person, could get a request now), ...]`` of a desk, in id order."""
        routing = self.env["usu.routing"]._at(desk)
        # sudo: helpdesk.ticket.team - the same view as the choice itself
        desk = desk.sudo()
        rule = StepRule(
            id=0,
            strategy="least_loaded",
            ignore_manual=desk._usu_policy().ignore_manual,
        )
        people = routing.env["usu.routing.staff"]._people(desk, now=now)
        return [(person, absent(person, rule) is None) for person in people]

    @api.model
    def _day_of(self, desk, now):
        """``(date, begin, end)``: the desk's day, begin and end in naive UTC."""
        # sudo: resource.calendar - time zone
        zone = desk.sudo().usu_calendar_id.tz or desk.company_id.partner_id.tz or "UTC"
        begin, end = self.env["usu.routing.staff"]._day(zone, now)
        local = pytz.utc.localize(begin).astimezone(pytz.timezone(zone))
        return local.date(), begin, end

    @api.model
    def _sample(self, desk, now):
        """Add the time since the last look for whoever is there at ``now``."""
        day, begin, end = self._day_of(desk, now)
        self.flush_model()
        for person, there in self._people(desk, now):
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO usu_routing_presence AS held
                           (day, desk_id, user_id, company_id, level, seconds,
                            begin_at, end_at, sampled_at)
                    VALUES (%(day)s, %(desk)s, %(user)s, %(company)s, %(level)s, 0,
                            %(begin)s, %(end)s, %(now)s)
                    ON CONFLICT (day, desk_id, user_id) DO UPDATE
                       SET seconds = held.seconds + CASE WHEN %(there)s THEN LEAST(
                               EXTRACT(EPOCH FROM %(now)s - held.sampled_at)::int,
                               %(most)s) ELSE 0 END,
                           level = %(level)s, sampled_at = %(now)s
                     WHERE held.sampled_at < %(now)s
                    """,
                    day=day,
                    desk=desk.id,
                    user=person.id,
                    company=desk.company_id.id or None,
                    level=person.level,
                    begin=begin,
                    end=end,
                    now=now,
                    there=there,
                    most=MOST_SECONDS,
                )
            )
        self.invalidate_model()

    @api.autovacuum
    def _gc_presence(self):
        limit = fields.Date.today() - timedelta(days=KEEP_DAYS)
        self.env.cr.execute(
            SQL("DELETE FROM usu_routing_presence WHERE day < %s", limit)
        )
