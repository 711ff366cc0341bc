from collections import defaultdict
from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.usu_routing.tools.strategies import Agent, Request, rank

from ..tools import zones
from ..tools.availability import Line, starts


class UsuBookingCalendar(models.AbstractModel):
    """Who is free when: one query per kind of fact, then `tools.availability`.

    What stands here is what is shown. Whether a time is really taken is decided by the
    constraint on `usu.booking.slot` alone.
    """

    _name = "usu.booking.calendar"
    _description = "Free Times"

    @api.model
    def _times(self, service, begin, end, *, doctors=None, skip=None):
        """Free times of a service.

        :param service: usu.booking.service (sudo)
        :param begin: no start before; naive UTC
        :param end: no start at or after
        :param doctors: resource.resource; default: all who do it
        :param skip: usu.booking that is being moved and is in nobody's way
        :return: dict ``{start: [ids of the doctors free then]}``, in order of time
        """
        doctors = (service.doctor_ids if doctors is None else doctors).filtered(
            "active"
        )
        needed, rooms = service._rooms()
        found = defaultdict(list)
        if begin >= end or not doctors or (needed and not rooms):
            return found
        shape = service._shape(skip.stop - skip.start if skip else None)
        around = shape.before + shape.duration + shape.after
        # times are counted from the beginning of the work: whole days, then
        since = zones.midnight(
            zones.day_of(begin - around, service.tz) - timedelta(days=1), service.tz
        )
        lines = self._lines(doctors | rooms, since, end + around, skip)
        room_lines = [lines[room.id] for room in rooms] if rooms else None
        for doctor in doctors:
            for start in starts(lines[doctor.id], room_lines, shape, begin, end):
                found[start].append(doctor.id)
        return dict(sorted(found.items()))

    @api.model
    def _lines(self, resources, begin, end, skip=None):
        """:return: dict ``{resource id: Line}``"""
        # sudo: resource.resource - visitors see free times, never why others are not
        resources = resources.sudo()
        work = self._work(resources, begin, end)
        seats = {r.id: [[] for _n in range(r._usu_places())] for r in resources}
        for resource_id, seat, start, stop in self._taken(resources, begin, end, skip):
            if seat <= len(seats[resource_id]):
                seats[resource_id][seat - 1].append((start, stop))
        for resource_id, start, stop in self._meetings(resources, begin, end, skip):
            for busy in seats[resource_id]:
                busy.append((start, stop))
        return {r.id: Line(work[r.id], seats[r.id]) for r in resources}

    @api.model
    def _work(self, resources, begin, end):
        """Hours of work less leaves and closed days; without a calendar: always."""
        begin, end = pytz.utc.localize(begin), pytz.utc.localize(end)
        work = {}
        for calendar, group in resources.grouped("calendar_id").items():
            if calendar:
                found = calendar._work_intervals_batch(begin, end, resources=group)
                for resource in group:
                    work[resource.id] = [_naive(i) for i in found[resource.id]]
                continue
            leaves = calendar._leave_intervals_batch(begin, end, resources=group)
            for resource in group:
                away = [_naive(i) for i in leaves[resource.id]]
                work[resource.id] = _less((_plain(begin), _plain(end)), away)
        return work

    @api.model
    def _taken(self, resources, begin, end, skip):
        # sudo: usu.booking.slot - as above
        self.env["usu.booking.slot"].sudo().flush_model()
        return self.env.execute_query(
            SQL(
                "SELECT resource_id, seat, start, stop FROM usu_booking_slot"
                " WHERE resource_id IN %s AND start < %s AND stop > %s"
                " AND (state = 'booked' OR state = 'held' AND hold_until > %s)"
                " AND booking_id != %s",
                tuple(resources.ids),
                end,
                begin,
                fields.Datetime.now(),
                skip.id if skip else 0,
            )
        )

    @api.model
    def _meetings(self, resources, begin, end, skip):
        """Whatever else stands in the doctors' own calendars as busy."""
        by_partner = defaultdict(list)
        for resource in resources.filtered("user_id"):
            by_partner[resource.user_id.partner_id.id].append(resource)
        if not by_partner:
            return
        self.env["calendar.event"].flush_model()
        self.env["calendar.attendee"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT r.res_partner_id, e.start, e.stop, e.allday, e.start_date,"
                "       e.stop_date"
                "  FROM calendar_event e"
                "  JOIN calendar_event_res_partner_rel r"
                "    ON r.calendar_event_id = e.id"
                "  LEFT JOIN calendar_attendee a"
                "    ON a.event_id = e.id AND a.partner_id = r.res_partner_id"
                " WHERE e.active AND e.show_as = 'busy' AND r.res_partner_id IN %s"
                # a day long has other hours in other zones
                "   AND e.start < %s::timestamp + interval '1 day'"
                "   AND e.stop > %s::timestamp - interval '1 day'"
                "   AND e.usu_booking_id IS NULL"
                "   AND COALESCE(a.state, '') != 'declined'",
                tuple(by_partner),
                end,
                begin,
            )
        )
        for partner_id, start, stop, allday, first, last in rows:
            for resource in by_partner[partner_id]:
                if allday and first and last:
                    start = zones.midnight(first, resource.tz)
                    stop = zones.day_bounds(last, resource.tz)[1]
                yield resource.id, start, stop

    @api.model
    def _in_order(self, service, doctors, start):
        """The doctors in the order of the service's strategy; the first gets it."""
        if len(doctors) < 2:
            return doctors
        begin, end = zones.day_bounds(zones.day_of(start, service.tz), service.tz)
        now = fields.Datetime.now()
        today = zones.day_bounds(zones.day_of(now, service.tz), service.tz)[0]
        self.env["usu.booking"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT resource_id,"
                "       count(*) FILTER (WHERE start >= %s AND start < %s),"
                "       max(create_date), count(*) FILTER (WHERE create_date >= %s)"
                "  FROM usu_booking WHERE resource_id IN %s"
                "   AND state IN ('held', 'booked', 'done') AND"
                "       (start >= %s OR create_date >= %s) GROUP BY resource_id",
                begin,
                end,
                today,
                tuple(doctors.ids),
                min(begin, now),
                today,
            )
        )
        facts = {row[0]: row[1:] for row in rows}
        # sudo: usu.routing.agent - level and cost decide, nobody is shown them
        agents = service.desk_id.sudo().usu_agent_ids.grouped("user_id")
        people = []
        for doctor in doctors:
            visits, last, booked = facts.get(doctor.id, (0, None, 0))
            agent = agents.get(doctor.user_id, agents.get(None))
            people.append(
                Agent(
                    id=doctor.id,
                    open=visits,
                    level=agent.level if agent else 1,
                    cost=agent.cost if agent else 0.0,
                    last_assigned=last,
                    assigned_today=booked,
                )
            )
        order = rank(service.strategy, people, Request(channel="appointment"), now)
        return doctors.browse(order)


def _plain(moment):
    return moment.astimezone(pytz.utc).replace(tzinfo=None)


def _naive(interval):
    return _plain(interval[0]), _plain(interval[1])


def _less(span, away):
    """The span without these intervals."""
    rest, (begin, end) = [], span
    for start, stop in sorted(away):
        if start > begin:
            rest.append((begin, min(start, end)))
        begin = max(begin, stop)
    if begin < end:
        rest.append((begin, end))
    return rest
