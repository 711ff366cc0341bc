from odoo import fields, http
from odoo.http import content_disposition, request

from ..tools import zones
from .form import read_contact
from .usu_booking import HELD, UsuBookingController

VISIT = "/book/visit/<string:key>"


class UsuBookingVisitController(UsuBookingController):
    """The visitor's own visit, opened by its signed link. Programs that follow links
    in letters only GET, and a GET changes nothing."""

    def _visit(self, key):
        booking = request.env["usu.booking"]._by_link(key)
        if not booking:
            raise request.not_found()
        return booking

    # ------------------------------------------------------------------- details

    @http.route(
        f"{VISIT}/details",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        website=True,
        sitemap=False,
    )
    def details(self, key, **post):
        booking = self._visit(key)
        if booking.state != "held":
            return request.redirect(booking._link(), code=303)
        if request.httprequest.method != "POST":
            return self._details_page(booking, typed=self._known(booking))
        found = read_contact(booking.service_id, post)
        if found.errors:
            return self._details_page(booking, typed=post, errors=found.errors)
        admission = self._admit_form("booking_confirm", post, found)
        if not admission:
            error = self._words(admission)
            return self._details_page(booking, typed=post, error=error)
        if self._too_many(booking, found):
            error = request.env._("We cannot take this online. Please call us instead.")
            return self._details_page(booking, typed=post, error=error)
        if not booking._book(**self._booked_values(booking, found)):
            return self._lost(booking)
        request.session.pop(HELD, None)
        return request.redirect(booking._link() + "?new=1", code=303)

    def _known(self, booking):
        """A visitor who is signed in need not type what we know of them; nobody else
        is shown anything but what they typed."""
        typed = {k: booking[k] or "" for k in ("name", "phone", "email")}
        user = request.env.user
        if not user._is_public() and not typed["name"]:
            # sudo: res.partner - the visitor's own
            partner = user.partner_id.sudo()
            typed = {k: partner[k] or "" for k in ("name", "phone", "email")}
        return typed

    def _booked_values(self, booking, found):
        service, user = booking.service_id, request.env.user
        values = found.values | {
            "answers": found.answers,
            "consent_text": service.consent_text,
            "consent_at": service.consent_text and fields.Datetime.now(),
            "lang": request.env.lang,
        }
        if not user._is_public() and user.share:
            values["partner_id"] = user.partner_id.id
        return values

    def _too_many(self, booking, found):
        """Bots may not fill the calendar, whatever addresses they come from."""
        limit = booking.service_id.open_limit
        if not limit:
            return False
        keys = dict(subject.split(":", 1) for subject in found.subjects)
        for field, value in (("phone_key", "phone"), ("email_key", "email")):
            # sudo: usu.booking - counted only
            count = booking.sudo().search_count(
                [
                    (field, "=", keys.get(value) or "-"),
                    ("state", "=", "booked"),
                    ("source", "!=", "staff"),
                    ("start", ">", fields.Datetime.now()),
                ]
            )
            if count >= limit:
                return True
        return False

    def _details_page(self, booking, typed, errors=None, error=None):
        return self._page(
            "details",
            booking=booking,
            service=booking.service_id,
            until=self._clock(booking.hold_until, booking._client_zone()),
            typed=typed,
            errors=errors or {},
            error=error,
        )

    def _lost(self, booking):
        """The hold ran out and somebody was faster: the next free times."""
        service, start = booking.service_id, booking.start
        zone = booking._client_zone()
        return self._slots_page(
            service,
            zones.day_of(start, zone),
            taken=True,
            next_times=self._next_times(service, zone, booking.wanted_id, start),
        )

    # --------------------------------------------------------------------- visit

    @http.route(
        VISIT, type="http", auth="public", methods=["GET"], website=True, sitemap=False
    )
    def visit(self, key, new=None, done=None, **kw):
        booking = self._visit(key)
        if booking.state == "held":
            return request.redirect(booking._link("details"), code=303)
        return self._visit_page(booking, new=bool(new), done=done)

    def _visit_page(self, booking, new=False, done=None, error=None):
        return self._page(
            "visit",
            booking=booking,
            service=booking.service_id,
            may_change=booking._may_change(),
            ahead=booking.state == "booked" and booking.stop > fields.Datetime.now(),
            new=new,
            done=done if done in ("moved", "cancelled", "confirmed") else None,
            error=error,
        )

    @http.route(f"{VISIT}/visit.ics", type="http", auth="public", methods=["GET"])
    def ics(self, key):
        booking = self._visit(key)
        if booking.state == "held":
            raise request.not_found()
        method = "CANCEL" if booking.state == "cancelled" else "REQUEST"
        headers = [
            ("Content-Type", f"text/calendar; charset=utf-8; method={method}"),
            ("Content-Disposition", content_disposition("visit.ics")),
            ("Cache-Control", "no-store"),
        ]
        return request.make_response(booking._ics(), headers)

    @http.route(
        f"{VISIT}/<any(cancel, confirm):what>",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def change(self, key, what, **kw):
        booking = self._visit(key)
        if what == "confirm":
            done = booking._confirm_coming() and "confirmed"
        else:
            done = booking._may_change() and booking._cancel() and "cancelled"
        return request.redirect(booking._link() + f"?done={done or ''}", code=303)

    @http.route(
        f"{VISIT}/move",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        website=True,
        sitemap=False,
    )
    def move(self, key, day=None, start=None, **kw):
        booking = self._visit(key)
        if not booking._may_change():
            return request.redirect(booking._link(), code=303)
        values = {}
        moment = zones.read_moment(start)
        if request.httprequest.method == "POST" and moment:
            admission = request.env["usu.guard"]._limit("booking_hold")
            if not admission:
                values["error"] = self._words(admission)
            elif self._try_move(booking, moment):
                return request.redirect(booking._link() + "?done=moved", code=303)
            else:
                values = self._taken_values(booking, moment)
        return self._move_page(booking, zones.read_day(day), **values)

    def _try_move(self, booking, moment):
        service = booking.service_id
        doctor = self._doctor(service)
        free = booking._free_doctors(service, moment, doctor, skip=booking)
        # the same doctor, if the client did not ask for another and they are free
        same = free & booking.resource_id
        return bool(free) and booking._move(moment, doctors=same | free)

    def _taken_values(self, booking, moment):
        service, zone = booking.service_id, self._zone(booking.service_id)
        doctor = self._doctor(service)
        next_times = self._next_times(service, zone, doctor, moment, skip=booking)
        return {"taken": True, "next_times": next_times}

    def _move_page(self, booking, day, **values):
        service = booking.service_id
        doctor, zone = self._doctor(service), self._zone(service)
        return self._page(
            "slots",
            booking=booking,
            service=service,
            when=booking._client_when(),
            doctors=service.doctor_ids.filtered("active"),
            doctor=doctor,
            link=self._links(booking._link("move"), doctor),
            action=booking._link("move"),
            **self._calendar(service, zone, doctor, day, skip=booking),
            **values,
        )
