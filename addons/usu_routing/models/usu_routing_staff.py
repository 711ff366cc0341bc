from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.judge import NAMED, Person, StepRule, absent
from ..tools.values import DeskState, utcnow

# The browser says every 60 s that it is open; two missed and a little: gone. Odoo
# itself leaves a person "online" for hours after a crash.
PRESENCE_SECONDS = 130
SEARCH_DAYS = 14
SEARCH_ROUNDS = 8
NOW_RULE = StepRule(id=0, strategy="least_loaded")


class UsuRoutingStaff(models.AbstractModel):
    """Who works at a desk, and who of them is there."""

    _name = "usu.routing.staff"
    _description = "Staff of a Desk"

    @api.model
    def _people(self, desk, extra_ids=(), now=None):
        """Members of a desk, and others who are meant by name, as plain values.

        :param desk: helpdesk.ticket.team
        :param extra_ids: users who need not be members (responsible, head)
        :param datetime now: naive UTC
        :return: list of `Person` in id order
        """
        now = now or utcnow()
        rows = self._people_rows(desk, [uid for uid in extra_ids if uid])
        shifts = self._shifts(desk, {row["calendar_id"] for row in rows}, now)
        leave = self._on_leave([row["id"] for row in rows], now)
        return [self._person(row, shifts, leave, now) for row in rows]

    @api.model
    def _people_rows(self, desk, extra_ids):
        for model in ("res.users", "res.partner", "mail.presence", "usu.routing.agent"):
            self.env[model].flush_model()
        desk.flush_model(["user_ids"])
        self.env.cr.execute(
            SQL(
                """
                SELECT u.id, p.name, u.active, u.share, u.usu_receive,
                       u.manual_im_status, u.out_of_office_from, u.out_of_office_to,
                       m.res_users_id IS NOT NULL AS member,
                       COALESCE(a.paused, FALSE) AS paused,
                       COALESCE(a.level, 1) AS level,
                       COALESCE(a.cost, 0) AS cost, a.calendar_id,
                       COALESCE(a.capacity_chat, 3) AS chat,
                       COALESCE(a.capacity_call, 1) AS call,
                       COALESCE(a.capacity_written, 20) AS written,
                       ARRAY(SELECT s.usu_routing_skill_id
                               FROM usu_routing_agent_usu_routing_skill_rel s
                              WHERE s.usu_routing_agent_id = a.id) AS skills,
                       pr.status, pr.last_poll
                  FROM (SELECT res_users_id AS id
                          FROM helpdesk_ticket_team_res_users_rel
                         WHERE helpdesk_ticket_team_id = %(desk)s
                         UNION SELECT unnest(%(extra)s::int[])) AS meant
                  JOIN res_users u ON u.id = meant.id
                  JOIN res_partner p ON p.id = u.partner_id
                  LEFT JOIN helpdesk_ticket_team_res_users_rel m
                    ON m.res_users_id = u.id AND m.helpdesk_ticket_team_id = %(desk)s
                  LEFT JOIN usu_routing_agent a
                    ON a.user_id = u.id AND a.desk_id = %(desk)s AND a.active
                  LEFT JOIN mail_presence pr ON pr.user_id = u.id
                 ORDER BY u.id
                """,
                desk=desk.id,
                extra=extra_ids,
            )
        )
        return self.env.cr.dictfetchall()

    @api.model
    def _person(self, row, shifts, leave, now):
        on_shift, hours = shifts[row["calendar_id"]]
        fresh = row["last_poll"] and row["last_poll"] > now - timedelta(
            seconds=PRESENCE_SECONDS
        )
        return Person(
            id=row["id"],
            name=row["name"] or "",
            member=row["member"],
            out=self._out(row, leave, now),
            presence=(fresh and row["status"]) or "offline",
            manual=row["manual_im_status"],
            on_shift=on_shift,
            shift_hours=hours,
            level=row["level"],
            cost=row["cost"],
            skills=frozenset(row["skills"]),
            capacity={cls: row[cls] for cls in ("chat", "call", "written")},
        )

    @api.model
    def _out(self, row, leave, now):
        if not row["active"] or row["share"]:
            return "inactive"
        if row["usu_receive"] is False:
            return "switched_off"
        if row["paused"]:
            return "paused"
        begin, end = row["out_of_office_from"], row["out_of_office_to"]
        if begin and begin <= now and (not end or now <= end):
            return "out_of_office"
        return "on_leave" if row["id"] in leave else None

    @api.model
    def _on_leave(self, user_ids, now):
        """Users whose own resource has a leave at this moment."""
        if not user_ids:
            return set()
        self.env["resource.calendar.leaves"].flush_model()
        self.env["resource.resource"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT r.user_id FROM resource_calendar_leaves l
                  JOIN resource_resource r ON r.id = l.resource_id
                 WHERE r.user_id = ANY(%s) AND l.time_type = 'leave'
                   AND l.date_from <= %s AND l.date_to > %s
                """,
                list(user_ids),
                now,
                now,
            )
        )
        return {row[0] for row in rows}

    @api.model
    def _might_take(self, desk, now):
        """Is there anybody whom a step of the desk's policy could give a waiting
        request to? A quick look, so that a night's queue costs nothing each minute."""
        rules = [r for r in desk._usu_policy()._usu_rules() if r.strategy != "queue"]
        if any(rule.strategy in NAMED - {"owner"} for rule in rules):
            return True  # they need not be members of the desk
        people = self._people(desk, now=now)
        return any(absent(person, rule) is None for rule in rules for person in people)

    @api.model
    def _shifts(self, desk, calendar_ids, now):
        """``{calendar id or None: (on shift now, hours since it began today)}``."""
        # sudo: resource.calendar - hours
        own = self.env["resource.calendar"].sudo()
        shifts = {}
        for calendar_id in {None, *calendar_ids}:
            calendar = own.browse(calendar_id) if calendar_id else desk.usu_calendar_id
            shifts[calendar_id] = self._shift(calendar, now)
        return shifts

    @api.model
    def _shift(self, calendar, now):
        if not calendar or not calendar.attendance_ids:
            return True, 0.0
        begin, end = self._day(calendar.tz, now)
        worked, there = 0.0, False
        for start, stop in self._hours(calendar, begin, end):
            there = there or start <= now < stop
            worked += max((min(stop, now) - start).total_seconds(), 0.0) / 3600
        return there, worked

    @api.model
    def _day(self, tz, now):
        """Start and end, naive UTC, of the day that it is in a time zone."""
        zone = pytz.timezone(tz or "UTC")
        today = pytz.utc.localize(now).astimezone(zone).date()
        midnight = zone.localize(datetime.combine(today, time.min))
        following = zone.localize(datetime.combine(today + timedelta(1), time.min))
        return tuple(
            moment.astimezone(pytz.utc).replace(tzinfo=None)
            for moment in (midnight, following)
        )

    @api.model
    def _hours(self, calendar, begin, end):
        """Working hours between two moments, naive UTC, touching ones joined."""
        # sudo: resource.calendar - the public site asks for the desk's hours
        intervals = calendar.sudo()._work_intervals_batch(
            pytz.utc.localize(begin), pytz.utc.localize(end)
        )[False]
        joined = []
        for start, stop, _records in intervals:
            start = start.astimezone(pytz.utc).replace(tzinfo=None)
            stop = stop.astimezone(pytz.utc).replace(tzinfo=None)
            if joined and start - joined[-1][1] <= timedelta(seconds=1):
                joined[-1] = (joined[-1][0], stop)
            else:
                joined.append((start, stop))
        return joined

    @api.model
    def _state_of(self, desk, now):
        """See ``usu.routing._desk_state``."""
        people = self._people(desk, now=now)
        staffed = any(absent(person, NOW_RULE) is None for person in people)
        # The policy is asked only if it could find somebody more.
        if not staffed and people and desk._usu_policy().ignore_manual:
            rule = StepRule(id=0, strategy="least_loaded", ignore_manual=True)
            staffed = any(absent(person, rule) is None for person in people)
        calendar = desk.usu_calendar_id
        # sudo: resource.calendar - the hours of the desk
        if not calendar or not calendar.sudo().attendance_ids:
            return DeskState(open=staffed, staffed=staffed)
        begin = now
        for _round in range(SEARCH_ROUNDS):
            for start, stop in self._hours(
                calendar, begin, begin + timedelta(days=SEARCH_DAYS)
            ):
                if start <= now < stop:
                    return DeskState(open=True, staffed=staffed, closes_at=stop)
                return DeskState(open=False, staffed=staffed, next_opening=start)
            begin += timedelta(days=SEARCH_DAYS)
        return DeskState(open=False, staffed=staffed)

    @api.model
    def _day_start(self, desk):
        # sudo: resource.calendar - time zone
        zone = desk.usu_calendar_id.sudo().tz
        zone = zone or self.env.company.partner_id.tz or self.env.user.tz or "UTC"
        return self._day(zone, fields.Datetime.now())[0]
