from collections import defaultdict

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

        :return: ``{"now": ISO UTC, "desks": [...], "may_open": bool}``. Of a desk:
            ``service_level`` per cent, or None while nothing was due today; ``judged``
            how many it is of; ``missed`` requests of today that were closed without an
            answer; ``people`` who are there, with what keeps them busy now; ``more``
            see `_more`
        """
        if not self.env.user.has_group(BOARD_GROUP):
            raise AccessError(
                self.env._("The wallboard is for heads of desks and wall screens.")
            )
        now = fields.Datetime.now()
        desks = self.env["helpdesk.ticket.team"]._usu_led()
        begins = self._begins(desks, now)
        parts = (
            self._waiting(desks, now),
            self._today(begins),
            self._staff(desks, now),
        )
        more = self._more(desks, begins, now)
        return {
            "now": self._iso(now),
            "may_open": self.env.user.has_group("usu_routing.usu_routing_group_head"),
            "desks": [
                {key: value for part in parts for key, value in part[desk.id].items()}
                | {
                    "id": desk.id,
                    "name": desk.name,
                    "chat_minutes": desk.usu_answer_chat_minutes,
                    "minutes": desk.usu_answer_minutes,
                    "more": more.get(desk.id, []),
                }
                for desk in desks
            ],
        }

    @api.model
    def _iso(self, moment):
        return moment and f"{moment.isoformat(timespec='seconds')}Z"

    @api.model
    def _begins(self, desks, now):
        """``{moment at which it became today, naive UTC: desks}``."""
        presence = self.env["usu.routing.presence"]
        begins = defaultdict(lambda: self.env["helpdesk.ticket.team"])
        for desk in desks:
            begins[presence._day_of(desk, now)[1]] += desk
        return begins

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
        names = ("waiting", "late", "unassigned", "oldest_since")
        found = dict.fromkeys(
            desks.ids, dict(zip(names, (0, 0, 0, False), strict=True))
        )
        for desk_id, *counts, oldest in rows:
            values = (*counts, self._iso(oldest))
            found[desk_id] = dict(zip(names, values, strict=True))
        return found

    @api.model
    def _today(self, begins):
        # sudo: usu.routing.report - sums of desks the reader may see
        report = self.env["usu.routing.report"].sudo()
        found = {}
        for begin, desks in begins.items():
            rows = report._read_group(
                [("desk_id", "in", desks.ids), ("date", ">=", begin)],
                ["desk_id"],
                ["__count", "judged:sum", "in_time:sum", "missed:sum"],
            )
            sums = {row[0].id: row[1:] for row in rows}
            for desk_id in desks.ids:
                received, judged, in_time, missed = sums.get(desk_id, (0, 0, 0, 0))
                found[desk_id] = {
                    "received": received,
                    "judged": judged,
                    "service_level": 100.0 * in_time / judged if judged else None,
                    "missed": missed,
                }
        return found

    @api.model
    def _staff(self, desks, now):
        """``{desk id: people, absent, open, next_opening}``."""
        # sudo: usu.routing.presence - names and loads of the desks' own people
        presence = self.env["usu.routing.presence"].sudo()
        everybody = {desk: presence._people(desk, now) for desk in desks}
        there = {
            person.id
            for people in everybody.values()
            for person, here in people
            if here
        }
        # sudo: usu.routing.reservation - counts only
        loads, _latest = self.env["usu.routing.reservation"].sudo()._loads(
            self.env.cr, sorted(there), now
        )  # fmt: skip
        found = {}
        for desk, people in everybody.items():
            here = sorted((p for p, is_here in people if is_here), key=self._by_name)
            found[desk.id] = {
                "people": [self._person(person, loads[person.id]) for person in here],
                "absent": len(people) - len(here),
                **self._hours(desk, bool(here), now),
            }
        return found

    @api.model
    def _by_name(self, person):
        return person.name, person.id

    @api.model
    def _hours(self, desk, staffed, now):
        # sudo: resource.calendar - the hours of the desk
        if not desk.sudo().usu_calendar_id.attendance_ids:
            return {"open": staffed, "next_opening": None}
        state = self.env["usu.routing"]._desk_state(desk, now)
        return {"open": state.open, "next_opening": self._iso(state.next_opening)}

    @api.model
    def _person(self, person, load):
        return {
            "id": person.id,
            "name": person.name,
            "busy": {cls: load.busy.get(cls, 0) for cls in CLASSES},
            "capacity": {cls: person.capacity.get(cls, 0) for cls in CLASSES},
            "open": sum(load.open.values()),
        }

    @api.model
    def _more(self, desks, begins, now):
        """Hook: further figures of the desks.

        :return: ``{desk id: [{"key", "label", "value", "words", "alert": bool}]}``;
            `action_open_desk` is asked for the key
        """
        return {}

    # ------------------------------------------------------------------ links down

    @api.model
    def action_open_desk(self, desk_id, what):
        """The records behind a figure of the board, as the reader may see them.

        :param str what: ``waiting``, ``today``, ``missed``, ``person:<id>`` or the key
            of a figure that an addon added to `_more`
        """
        desk = self.env["helpdesk.ticket.team"].browse(int(desk_id))
        desk.check_access("read")
        kind, _colon, number = what.partition(":")
        if kind == "person":
            domain = [("user_id", "=", int(number)), ("usu_open", "=", True)]
            return self._action("helpdesk_mgmt.helpdesk_ticket_action", domain)
        domain = [("desk_id", "=", desk.id)]
        if what == "waiting":
            return self._action(
                "usu_routing_reports.usu_routing_report_action_waiting",
                [*domain, ("waiting_since", "!=", False)],
            )
        domain.append(("date", ">=", self._begin_of(desk)))
        if what == "missed":
            domain.append(("result", "=", "missed"))
        return self._action(
            "usu_routing_reports.usu_routing_report_action_list", domain
        )

    @api.model
    def _begin_of(self, desk):
        now = fields.Datetime.now()
        return self.env["usu.routing.presence"]._day_of(desk, now)[1]

    @api.model
    def _action(self, xml_id, domain):
        action = self.env["ir.actions.actions"]._for_xml_id(xml_id)
        return action | {"domain": domain, "context": {}}
