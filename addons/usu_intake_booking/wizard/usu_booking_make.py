from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import zones

SHOWN = 40


class UsuBookingMake(models.TransientModel):
    """An employee books for a client, or moves a visit, with the client on the line."""

    _name = "usu.booking.make"
    _description = "Book an Appointment"

    booking_id = fields.Many2one("usu.booking", string="To Be Moved", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Client")
    ticket_id = fields.Many2one("helpdesk.ticket", string="Request", readonly=True)
    name = fields.Char(compute="_compute_contact", store=True, readonly=False)
    phone = fields.Char(compute="_compute_contact", store=True, readonly=False)
    email = fields.Char(compute="_compute_contact", store=True, readonly=False)
    note = fields.Text()
    service_id = fields.Many2one(
        "usu.booking.service",
        required=True,
        default=lambda self: self.env["usu.booking.service"].search([], limit=1),
    )
    doctor_ids = fields.Many2many(related="service_id.doctor_ids")
    doctor_id = fields.Many2one(
        "resource.resource",
        domain="[('id', 'in', doctor_ids)]",
        help="Empty: any.",
    )
    day = fields.Date(
        string="From",
        required=True,
        default=lambda self: fields.Date.context_today(self),
    )
    time_ids = fields.One2many("usu.booking.make.time", "make_id", readonly=True)
    exact_start = fields.Datetime(
        string="Another Time",
        help="Also outside of the hours; not when somebody else is booked.",
    )

    @api.depends("partner_id")
    def _compute_contact(self):
        for make in self:
            for name in ("name", "phone", "email"):
                make[name] = make[name] or make.partner_id[name]

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            booking = self.env["usu.booking"].browse(vals.get("booking_id"))
            if booking:
                vals.setdefault("service_id", booking.service_id.id)
                vals.setdefault("doctor_id", booking.resource_id.id)
                vals.setdefault("partner_id", booking.partner_id.id)
        return super().create(vals_list)

    def _reopen(self):
        title = self.env._("Book an appointment")
        if self.booking_id:
            title = self.env._("Move the appointment")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_find(self):
        """Show the next free times from that day on."""
        self.ensure_one()
        self.env["usu.booking"]._check_staff()
        # sudo: usu.booking.service - the engine reads calendars of all doctors
        service = self.service_id.sudo()
        self.time_ids.unlink()
        begin = max(fields.Datetime.now(), zones.midnight(self.day, service.tz))
        times = self.env["usu.booking.calendar"]._times(
            service,
            begin,
            begin + timedelta(days=14),
            doctors=self.doctor_id or None,
            # sudo: usu.booking - its own time is not in its way
            skip=self.booking_id.sudo() or None,
        )
        lines = [
            {"make_id": self.id, "start": start, "doctor_ids": [(6, 0, doctors)]}
            for start, doctors in list(times.items())[:SHOWN]
        ]
        self.env["usu.booking.make.time"].create(lines)
        return self._reopen()

    def action_book_exact(self):
        self.ensure_one()
        if not self.exact_start:
            raise UserError(self.env._("Please say when."))
        return self._book(self.exact_start, self.doctor_id or self.doctor_ids)

    def _book(self, start, doctors):
        Booking = self.env["usu.booking"]
        Booking._check_staff()
        if start < fields.Datetime.now():
            raise UserError(self.env._("That is in the past."))
        self.service_id.check_access("read")
        self.ticket_id.check_access("read")
        self.booking_id.check_access("write")
        # sudo: usu.booking.service, usu.booking - an employee of the desk may
        service, booking = self.service_id.sudo(), self.booking_id.sudo()
        if booking:
            order = self.env["usu.booking.calendar"]._in_order(service, doctors, start)
            done = booking._move(start, doctors=order, by="staff")
        else:
            if not (self.partner_id or self.name):
                raise UserError(self.env._("Please choose a client or type a name."))
            done = booking = Booking._book_for(
                service, start, doctors=doctors, **self._details()
            )
        if not done:
            raise UserError(
                self.env._("This time is taken. Please choose another one.")
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "usu.booking",
            "res_id": booking.id,
            "views": [(False, "form")],
        }

    def _details(self):
        partner = self.partner_id
        return {
            "partner_id": partner.id,
            "ticket_id": self.ticket_id.id,
            "name": self.name or partner.name,
            "phone": self.phone,
            "email": self.email,
            "note": self.note,
            "lang": partner.lang or self.env.lang,
            "tz": partner.tz or self.service_id.tz,
        }


class UsuBookingMakeTime(models.TransientModel):
    _name = "usu.booking.make.time"
    _description = "Free Time"
    _order = "start"

    make_id = fields.Many2one("usu.booking.make", required=True, ondelete="cascade")
    start = fields.Datetime(required=True)
    doctor_ids = fields.Many2many("resource.resource", string="Free Then")

    def action_book(self):
        self.ensure_one()
        return self.make_id._book(self.start, self.make_id.doctor_id or self.doctor_ids)
