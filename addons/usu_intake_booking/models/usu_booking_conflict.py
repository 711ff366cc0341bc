"""Visits that cannot take place as they stand: somebody is away, or gone."""

from collections.abc import Collection

from odoo import api, fields, models
from odoo.tools import SQL


class UsuBooking(models.Model):
    _inherit = "usu.booking"  # pylint: disable=consider-merging-classes-inherited

    conflict = fields.Char(
        compute="_compute_conflict",
        search="_search_conflict",
        help="A leave or a closed day was entered over the visit, or its doctor or room"
        " was archived.",
    )

    def _conflict_rows(self, ids=None):
        """Of visits ahead: list of ``(booking id, who is away, reason, active)``."""
        self.flush_model()
        self.env["resource.calendar.leaves"].flush_model()
        self.env["resource.resource"].flush_model()
        only = SQL("AND b.id IN %s", tuple(ids) or (0,)) if ids is not None else SQL()
        return self.env.execute_query(
            SQL(
                "SELECT b.id, r.name, CASE WHEN r.active THEN l.name END, r.active"
                "  FROM usu_booking b JOIN resource_resource r"
                "    ON r.id IN (b.resource_id, b.room_id)"
                "  LEFT JOIN resource_calendar_leaves l"
                "    ON l.date_from < b.stop AND l.date_to > b.start"
                "   AND COALESCE(l.time_type, 'leave') = 'leave'"
                "   AND (l.resource_id = r.id OR l.resource_id IS NULL"
                "        AND COALESCE(l.calendar_id, r.calendar_id) = r.calendar_id"
                "        AND COALESCE(l.company_id, b.company_id) = b.company_id)"
                " WHERE b.state = 'booked' AND b.stop > %s"
                "   AND (l.id IS NOT NULL OR NOT r.active) %s",
                fields.Datetime.now(),
                only,
            )
        )

    @api.depends("start", "stop", "state", "resource_id", "room_id")
    def _compute_conflict(self):
        words = {}
        for booking_id, who, reason, active in self._conflict_rows(self.ids):
            if not active:
                words[booking_id] = self.env._("%s is no longer here", who)
            else:
                away = self.env._("%s is away", who)
                words[booking_id] = f"{away}: {reason}" if reason else away
        for booking in self:
            booking.conflict = words.get(booking.id, False)

    def _search_conflict(self, operator, value):
        if operator not in ("in", "not in", "=", "!="):
            return NotImplemented
        ids = [row[0] for row in self._conflict_rows()]
        many = isinstance(value, Collection) and not isinstance(value, str)
        empty = not any(value) if many else not value
        wants = (operator in ("in", "=")) != empty
        return [("id", "in" if wants else "not in", ids)]
