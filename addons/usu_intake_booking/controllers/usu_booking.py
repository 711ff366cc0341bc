from odoo import fields, http
from odoo.http import request
from odoo.tools import email_normalize

from ..tools import zones
from .common import BookingPages
from .form import read_contact

HELD = "usu_booking_held"


class UsuBookingController(BookingPages):
    """From the service to a time that is kept. A GET changes nothing."""

    @http.route("/book", type="http", auth="public", website=True, sitemap=True)
    def services(self, **kw):
        # sudo: usu.booking.service - visitors see those on the site
        services = request.env["usu.booking.service"].sudo()
        found = services.search([("company_id", "=", self._company().id)])._public()
        return self._page("services", services=found)

    @http.route(
        "/book/<int:service_id>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def slots(self, service_id, day=None, **kw):
        service = self._service(service_id)
        if not service:
            raise request.not_found()
        return self._slots_page(service, zones.read_day(day))

    def _slots_page(self, service, day=None, **values):
        doctor = self._doctor(service)
        zone = self._zone(service)
        return self._page(
            "slots",
            service=service,
            doctors=service.doctor_ids.filtered("active"),
            doctor=doctor,
            link=self._links(f"/book/{service.id}", doctor),
            action=f"/book/{service.id}/hold",
            **self._calendar(service, zone, doctor, day),
            **values,
        )

    @http.route(
        "/book/<int:service_id>/hold",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def hold(self, service_id, start=None, **kw):
        """Keep the time while the visitor types; whoever is too late gets others."""
        service = self._service(service_id)
        if not service:
            raise request.not_found()
        moment = zones.read_moment(start)
        admission = request.env["usu.guard"]._limit("booking_hold")
        if not admission:
            return self._slots_page(service, error=self._words(admission))
        if not moment:
            return self._slots_page(service)
        self._drop_earlier()
        zone, doctor = self._zone(service), self._doctor(service)
        booking = request.env["usu.booking"]._hold(
            service, moment, doctor=doctor, tz=zone, lang=request.env.lang
        )
        if not booking:
            return self._slots_page(
                service,
                zones.day_of(moment, zone),
                taken=True,
                next_times=self._next_times(service, zone, doctor, moment),
            )
        request.session[HELD] = booking._link()
        return request.redirect(booking._link("details"), code=303)

    def _drop_earlier(self):
        """One time is kept for one visitor: the earlier choice is free again."""
        link = request.session.pop(HELD, None) or ""
        booking = request.env["usu.booking"]._by_link(link.rpartition("/")[2])
        if booking and booking.source == "site":
            booking._drop_hold()

    # -------------------------------------------------------------- waiting list

    @http.route(
        "/book/<int:service_id>/wait",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        website=True,
        sitemap=False,
    )
    def wait(self, service_id, **post):
        service = self._service(service_id)
        if not service:
            raise request.not_found()
        values = {"errors": {}, "typed": {}, "error": None}
        if request.httprequest.method == "POST":
            values = self._enter_waiting(service, post)
            if values is None:
                return self._page("waiting_done", service=service)
        first, last = self._days(service)
        return self._page(
            "waiting",
            service=service,
            doctors=service.doctor_ids.filtered("active"),
            doctor=self._doctor(service),
            first=first,
            last=last,
            **values,
        )

    def _days(self, service):
        """The first and the last day anybody may wish for."""
        now = fields.Datetime.now()
        last = service._window(now)[1]
        return zones.day_of(now, service.tz), zones.day_of(last, service.tz)

    def _enter_waiting(self, service, post):
        """:return: ``None`` when it is entered, else values of the form"""
        found = read_contact(service, post, email_needed=True)
        begin, end = (zones.read_day(post.get(k)) for k in ("day_from", "day_to"))
        first, last = self._days(service)
        if begin and end:
            begin, end = max(begin, first), min(end, last)
        if not begin or not end or begin > end:
            found.errors["day_from"] = request.env._("Please choose the days.")
        if found.errors:
            return {"errors": found.errors, "typed": post, "error": None}
        admission = self._admit_form("booking_wait", post, found)
        if not admission:
            return {"errors": {}, "typed": post, "error": self._words(admission)}
        # sudo: usu.booking.waiting - the visitor's own entry
        entries = request.env["usu.booking.waiting"].sudo()
        address = email_normalize(found.values["email"])
        same = [
            ("service_id", "=", service.id),
            ("email", "=", address),
            ("state", "in", ("waiting", "offered")),
        ]
        if entries.search_count(same, limit=1):
            return None
        entries.create(
            {
                "service_id": service.id,
                "doctor_id": self._doctor(service).id,
                "day_from": begin,
                "day_to": end,
                **{k: found.values[k] for k in ("name", "phone")},
                "email": address,
                "lang": request.env.lang,
                "tz": self._zone(service),
                "consent_text": service.consent_text,
                "consent_at": fields.Datetime.now(),
            }
        )
        return None

    def _admit_form(self, action, post, found):
        """The human check and the limits of the address, the number and the contact."""
        guard = request.env["usu.guard"]
        admission = guard._admit(
            action,
            proof=post.get("usu_guard_proof"),
            honeypot=post.get("usu_homepage") or "",
        )
        for subject in found.subjects:
            if admission:
                admission = guard._limit("booking_contact", subject=subject)
        return admission
