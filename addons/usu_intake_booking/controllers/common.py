"""What the public pages of appointments share."""

from datetime import timedelta
from urllib.parse import urlencode

from odoo import fields, http
from odoo.http import request
from odoo.tools import format_date, format_time

from ..tools import zones

DAYS = 35
NEXT = 6


class BookingPages(http.Controller):
    def _page(self, template, status=200, **values):
        """Render; pages about one visitor are kept by no cache and sent to nobody."""
        values.setdefault("page_name", "usu_booking")
        response = request.render(f"usu_intake_booking.{template}", values)
        response.status_code = status
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        if template not in ("services", "slots"):
            response.headers["X-Robots-Tag"] = "noindex"
        return response

    def _zone(self, service):
        """The visitor's zone: chosen, else the browser's, else the clinic's."""
        chosen = zones.known(request.params.get("tz"))
        return chosen or zones.known(request.cookies.get("tz")) or service.tz

    def _service(self, service_id):
        # sudo: usu.booking.service - visitors see those on the site
        services = request.env["usu.booking.service"].sudo()
        service = services.browse(service_id).exists()._public()
        if not service or service.company_id != self._company():
            return None
        return service

    def _company(self):
        website = getattr(request, "website", None)
        return website.company_id if website else request.env.company

    def _doctor(self, service, raw=None):
        """The doctor asked for, if they do this; else empty: any."""
        raw = request.params.get("doctor") if raw is None else raw
        text = str(raw or "")
        number = int(text) if text.isdecimal() and len(text) < 10 else 0
        return service.doctor_ids.filtered(lambda d: d.active and d.id == number)

    def _links(self, base, doctor):
        """How the page's links are made: they keep the doctor and the zone chosen.

        :return: function of further parameters; an empty one is left out
        """
        zone = zones.known(request.params.get("tz"))
        kept = {"doctor": doctor.id or "", "tz": zone}

        def link(path=base, **params):
            query = {k: v for k, v in (kept | params).items() if v}
            return f"{path}?{urlencode(query)}" if query else path

        return link

    def _calendar(self, service, zone, doctor, day=None, skip=None):
        """Values of the calendar and of the chosen day's times."""
        now = fields.Datetime.now()
        begin, latest = service._window(now)
        first, last = zones.day_of(now, zone), zones.day_of(latest, zone)
        page = zones.read_day(request.params.get("from"))
        page = min(max(page or first, first), last)
        if day and first <= day <= last and not page <= day < page + timedelta(DAYS):
            page = day
        stop = page + timedelta(days=DAYS)
        times = request.env["usu.booking.calendar"]._times(
            service,
            max(begin, zones.midnight(page, zone)),
            min(latest, zones.midnight(stop, zone)),
            doctors=doctor or None,
            skip=skip,
        )
        by_day = {}
        for start in times:
            by_day.setdefault(zones.day_of(start, zone), []).append(start)
        chosen = day if day in by_day else next(iter(by_day), None)
        return {
            "weeks": self._weeks(page, min(stop, last + timedelta(1)), by_day, chosen),
            "day": chosen,
            "day_text": chosen and self._date(chosen, "EEEE d MMMM"),
            "times": self._times(service, by_day.get(chosen, []), zone),
            "earlier": page > first and max(first, page - timedelta(DAYS)),
            "later": stop <= last and stop,
            "from_day": page,
            "zone": zone,
            "zone_text": zone.replace("_", " "),
            "clinic_zone_text": service.tz.replace("_", " "),
            "clinic_zone": service.tz,
            "zone_chosen": bool(zones.known(request.params.get("tz"))),
            "same_zone": zone == service.tz
            or zones.same_clock(zone, service.tz, begin),
        }

    def _weeks(self, page, stop, by_day, chosen):
        """Weeks of days as the visitor's language begins them."""
        lang = request.env["res.lang"]._get_data(code=request.env.lang)
        week_start = int(lang.week_start or 1) - 1
        day = page - timedelta(days=(page.weekday() - week_start) % 7)
        weeks = []
        while day < stop:
            week = []
            for _n in range(7):
                week.append(
                    {
                        "date": day,
                        "number": day.day,
                        "inside": page <= day < stop,
                        "month": self._date(day, "MMM"),
                        "weekday": self._date(day, "EEE"),
                        "label": self._date(day, "EEEE d MMMM"),
                        "count": len(by_day.get(day, ())),
                        "chosen": day == chosen,
                    }
                )
                day += timedelta(days=1)
            weeks.append(week)
        return weeks

    def _times(self, service, starts, zone):
        """Times of a day in three parts, as people look for them."""
        parts = {"morning": [], "afternoon": [], "evening": []}
        for start in starts:
            hour = zones.local(start, zone).hour
            part = "morning" if hour < 12 else "afternoon" if hour < 17 else "evening"
            parts[part].append(
                {
                    "value": zones.write_moment(start),
                    "text": self._clock(start, zone),
                    "clinic": self._clock(start, service.tz),
                }
            )
        names = {
            "morning": request.env._("Morning"),
            "afternoon": request.env._("Afternoon"),
            "evening": request.env._("Evening"),
        }
        return [(names[key], found) for key, found in parts.items() if found]

    def _next_times(self, service, zone, doctor, wanted, skip=None):
        """The next free times, for somebody who lost a race for one."""
        begin, latest = service._window(fields.Datetime.now())
        times = request.env["usu.booking.calendar"]._times(
            service, begin, latest, doctors=doctor or None, skip=skip
        )
        # this transaction may not see yet who was faster
        others = [start for start in times if start != wanted]
        near = sorted(others, key=lambda start: (abs(start - wanted), start))[:NEXT]
        return [
            {
                "value": zones.write_moment(start),
                "text": self._clock(start, zone),
                "day": self._date(zones.day_of(start, zone), "EEE d MMM"),
                "clinic": self._clock(start, service.tz),
            }
            for start in sorted(near)
        ]

    def _clock(self, moment, zone):
        return format_time(request.env, moment, tz=zone, time_format="short")

    def _date(self, day, pattern):
        return format_date(request.env, day, date_format=pattern)

    def _words(self, admission):
        return request.env["ir.http"]._usu_guard_words(admission)
