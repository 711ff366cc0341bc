from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .helpdesk_ticket_team import BOARD_GROUP

CLASSES = ("chat", "call", "written")


class UsuRoutingWallboard(models.AbstractModel):
    """The desks at this moment, for a screen on the wall. Numbers and the names of
    employees; never a client's name, number or words."""

    _name = "usu.routing.wallboard"
    _description = "Wallboard"

    @api.model
    def get_board(self):
        """All desks the reader may see.

        :return: ``{"now": ISO UTC, "desks": [...], "may_open": bool}``; the keys of a
            desk are in `_desk`
        """
        if not self.env.user.has_group(BOARD_GROUP):
            raise AccessError(
                self.env._("The wallboard is for heads of desks and wall screens.")
            )
        now = fields.Datetime.now()
        desks = self.env["helpdesk.ticket.team"]._usu_led()
        waiting = self._waiting(desks, now)
        return {
            "now": self._iso(now),
            "may_open": self.env.user.has_group("usu_routing.usu_routing_group_head"),
            "desks": [
                self._desk(desk, now) | waiting.get(desk.id, {}) for desk in desks
            ],
        }

    @api.model
    def _iso(self, moment):
        return moment and f"{moment.isoformat(timespec='seconds')}Z"

    @api.model
    def _waiting(self, desks, now):
        """``{desk id: waiting, late, unassigned, oldest_since}`` of this moment."""
        self.env["helpdesk.ticket"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT team_id, count(*),
                       count(*) FILTER (WHERE usu_first_answer_at IS NULL
                                          AND usu_answer_by < %s),
                       count(*) FILTER (WHERE user_id IS NULL),
                       min(usu_waiting_since)
                  FROM helpdesk_ticket
                 WHERE usu_waiting_since IS NOT NULL AND usu_open
                   AND team_id = ANY(%s)
                 GROUP BY team_id
                """,
                now,
                desks.ids,
            )
        )
        return {
            desk_id: {
                "waiting": count,
                "late": late,
                "unassigned": unassigned,
                "oldest_since": self._iso(oldest),
            }
            for desk_id, count, late, unassigned, oldest in rows
        }

    @api.model
    def _desk(self, desk, now):
        """One desk. Hook: an addon adds lines to ``more``.

        ``service_level``: per cent or None while nothing was due today; ``judged``:
        how many it is of. ``missed``: requests of today that were closed without an
        answer. ``people``: who is there, with what keeps them busy now. ``more``:
        ``[{"key", "label", "value", "alert": bool}]``, opened by
        `action_open_desk`.
        """
        _day, begin, _end = self.env["usu.routing.presence"]._day_of(desk, now)
        state = self.env["usu.routing"]._desk_state(desk, now)
        return {
            "id": desk.id,
            "name": desk.name,
            "open": state.open,
            "next_opening": self._iso(state.next_opening),
            "day_begin": self._iso(begin),
            "chat_minutes": desk.usu_answer_chat_minutes,
            "minutes": desk.usu_answer_minutes,
            "waiting": 0,
            "late": 0,
            "unassigned": 0,
            "oldest_since": False,
            **self._today(desk, begin),
            **self._staff(desk, now),
            "more": [],
        }

    @api.model
    def _today(self, desk, begin):
        # sudo: usu.routing.report - sums of a desk the reader may see
        report = self.env["usu.routing.report"].sudo()
        [[received, judged, in_time, missed]] = report._read_group(
            [("desk_id", "=", desk.id), ("date", ">=", begin)],
            [],
            ["__count", "judged:sum", "in_time:sum", "missed:sum"],
        )
        return {
            "received": received,
            "judged": judged or 0,
            "service_level": 100.0 * (in_time or 0) / judged if judged else None,
            "missed": missed or 0,
        }

    @api.model
    def _staff(self, desk, now):
        # sudo: usu.routing.presence - names and loads of the desk's own people
        people = self.env["usu.routing.presence"].sudo()._people(desk, now)
        there = [person for person, is_there in people if is_there]
        # sudo: usu.routing.reservation - counts only
        loads, _latest = self.env["usu.routing.reservation"].sudo()._loads(
            self.env.cr, [person.id for person in there], now
        )  # fmt: skip
        return {
            "people": [
                self._person(person, loads[person.id])
                for person in sorted(there, key=lambda p: (p.name, p.id))
            ],
            "absent": len(people) - len(there),
        }

    @api.model
    def _person(self, person, load):
        busy = {cls: load.busy.get(cls, 0) for cls in CLASSES}
        return {
            "id": person.id,
            "name": person.name,
            "busy": busy,
            "capacity": {cls: person.capacity.get(cls, 0) for cls in CLASSES},
            "open": sum(load.open.values()),
        }

    # ------------------------------------------------------------------ links down

    @api.model
    def action_open_desk(self, desk_id, what):
        """The records behind a figure of the board.

        :param str what: ``waiting``, ``today``, ``missed``, ``person:<id>`` or the key
            of a line that an addon added to ``more``
        """
        desk = self.env["helpdesk.ticket.team"].browse(int(desk_id))
        desk.check_access("read")
        if what == "waiting":
            return self._action(
                "usu_routing_reports.usu_routing_report_action_waiting",
                [("desk_id", "=", desk.id), ("waiting_since", "!=", False)],
            )
        kind, _colon, number = what.partition(":")
        if kind == "person":
            domain = [("user_id", "=", int(number)), ("usu_open", "=", True)]
            return self._action("helpdesk_mgmt.helpdesk_ticket_action", domain)
        begin = self.env["usu.routing.presence"]._day_of(desk, fields.Datetime.now())[1]
        domain = [("desk_id", "=", desk.id), ("date", ">=", begin)]
        if what == "missed":
            domain.append(("result", "=", "missed"))
        return self._action(
            "usu_routing_reports.usu_routing_report_action_list", domain
        )

    @api.model
    def _action(self, xml_id, domain, context=None):
        action = self.env["ir.actions.actions"]._for_xml_id(xml_id)
        return action | {"domain": domain, "context": context or {}}
