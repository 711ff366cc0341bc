from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.base.models.res_partner import _tz_get

from ..tools import zones

BATCH = 50
OFFERS = 5  # of one service at the same time


class UsuBookingWaiting(models.Model):
    """Somebody for whom nothing was free. A time that becomes free is kept for the
    first who wants it; who does not take it in time makes room for the next."""

    _name = "usu.booking.waiting"
    _description = "Waiting for an Appointment"
    _order = "id"
    _rec_name = "name"

    service_id = fields.Many2one(
        "usu.booking.service", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="service_id.company_id", store=True)
    doctor_id = fields.Many2one(
        "resource.resource", ondelete="cascade", help="Empty: any."
    )
    day_from = fields.Date(required=True)
    day_to = fields.Date(required=True)
    name = fields.Char(string="Client's Name", required=True)
    phone = fields.Char()
    email = fields.Char(required=True)
    lang = fields.Char()
    tz = fields.Selection(_tz_get)
    consent_text = fields.Text(readonly=True)
    consent_at = fields.Datetime(readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("offered", "Offered"),
            ("done", "Booked"),
            ("over", "Over"),
        ],
        required=True,
        default="waiting",
        index=True,
    )
    booking_id = fields.Many2one(
        "usu.booking", string="Offer", readonly=True, ondelete="set null", index=True
    )

    _days = models.Constraint("CHECK (day_from <= day_to)", "It ends before it begins.")

    @api.model
    def _wake(self):
        """Something became free; the list is gone through after this is committed."""
        cron = self.env.ref("usu_intake_booking.ir_cron_waiting", False)
        if cron:
            # sudo: ir.cron - whoever cancelled
            cron.sudo()._trigger()

    @api.model
    def _cron_waiting(self):
        self._settle_offers()
        cron = self.env["ir.cron"]
        today = fields.Datetime.now().date()
        self.search([("state", "=", "waiting"), ("day_to", "<", today)]).state = "over"
        waiting = self.search([("state", "=", "waiting")], limit=BATCH)
        cron._commit_progress(remaining=len(waiting))
        for entry in waiting:
            entry = entry.try_lock_for_update().filtered(lambda e: e.state == "waiting")
            if entry:
                entry._offer()
            if not cron._commit_progress(1):
                break

    @api.model
    def _settle_offers(self):
        """Offers that were taken are done; what ran out goes to the next."""
        now = fields.Datetime.now()
        for entry in self.search([("state", "=", "offered")]):
            booking = entry.booking_id
            if booking.state == "held" and booking.hold_until > now:
                continue
            taken = booking and booking.state != "held"
            entry.state = "done" if taken else "over"
            if not taken:
                booking._drop_hold()

    def _offer(self):
        """Keep the first free time in the wished days and write to the client."""
        service = self.service_id
        # a list somebody fills with invented people does not empty the calendar
        domain = [("service_id", "=", service.id), ("state", "=", "offered")]
        if self.search_count(domain) >= OFFERS:
            return False
        earliest, latest = service._window(fields.Datetime.now())
        begin = max(earliest, zones.midnight(self.day_from, service.tz))
        end = min(latest, zones.day_bounds(self.day_to, service.tz)[1])
        times = self.env["usu.booking.calendar"]._times(
            service, begin, end, doctors=self.doctor_id or None
        )
        for start in list(times)[:3]:
            booking = self.env["usu.booking"]._hold(
                service,
                start,
                doctor=self.doctor_id or None,
                minutes=service.waiting_minutes,
                name=self.name,
                phone=self.phone,
                email=self.email,
                lang=self.lang,
                tz=self.tz,
            )
            if booking:
                booking.source = "waiting"
                self.write({"state": "offered", "booking_id": booking.id})
                booking._tell_client("offer")
                wait = timedelta(minutes=service.waiting_minutes, seconds=5)
                # sudo: ir.cron - the next gets it when this one does not
                cron = self.env.ref("usu_intake_booking.ir_cron_waiting").sudo()
                cron._trigger(fields.Datetime.now() + wait)
                return True
        return False
