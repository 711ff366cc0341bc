import hmac
import re
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, format_date, format_time
from odoo.tools.misc import hmac as odoo_hmac

from odoo.addons.base.models.res_partner import _tz_get
from odoo.addons.usu_routing.tools.phone import normalise
from odoo.addons.usu_routing.tools.values import Contact

from ..tools import zones

FILLED = ("booked", "done", "no_show")
# What only the engine writes: the taken times must stay in step with them.
ENGINE = {
    "service_id",
    "state",
    "start",
    "stop",
    "resource_id",
    "room_id",
    "hold_until",
    "event_id",
    "sequence",
    "consent_text",
    "consent_at",
}
_LINK = re.compile(r"([0-9]{1,9})-([0-9a-f]{32})")


class UsuBooking(models.Model):
    """A visit: service, doctor, time, and the person as they introduced themselves.

    ``held``: somebody is typing their name; ``booked`` and later states have a request
    and an entry in the doctor's calendar.
    """

    _name = "usu.booking"
    _description = "Appointment"
    _inherit = ["mail.thread"]
    _order = "start desc, id desc"
    _rec_name = "display_name"

    service_id = fields.Many2one(
        "usu.booking.service", required=True, ondelete="restrict", index=True
    )
    desk_id = fields.Many2one(related="service_id.desk_id", store=True)
    company_id = fields.Many2one(
        related="service_id.company_id", store=True, precompute=True
    )
    state = fields.Selection(
        [
            ("held", "Being booked"),
            ("booked", "Booked"),
            ("done", "Took place"),
            ("no_show", "Did not come"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="held",
        tracking=True,
        copy=False,
    )
    start = fields.Datetime(required=True, tracking=True)
    stop = fields.Datetime(required=True)
    resource_id = fields.Many2one(
        "resource.resource", string="Doctor", ondelete="restrict", tracking=True
    )
    wanted_id = fields.Many2one(
        "resource.resource", string="Asked for", ondelete="set null"
    )
    room_id = fields.Many2one("resource.resource", ondelete="restrict")
    slot_ids = fields.One2many("usu.booking.slot", "booking_id", readonly=True)
    hold_until = fields.Datetime(copy=False, readonly=True)
    name = fields.Char(string="Client's Name")
    phone = fields.Char()
    phone_key = fields.Char(compute="_compute_keys", store=True)
    email = fields.Char()
    email_key = fields.Char(compute="_compute_keys", store=True)
    note = fields.Text(help="What the client wrote or staff should know.")
    answer_ids = fields.One2many("usu.booking.answer", "booking_id", string="Answers")
    consent_text = fields.Text(readonly=True, copy=False)
    consent_at = fields.Datetime(readonly=True, copy=False)
    lang = fields.Char(readonly=True)
    tz = fields.Selection(_tz_get, string="Client's Time Zone")
    source = fields.Selection(
        [("site", "Site"), ("staff", "Employee"), ("waiting", "Waiting list")],
        default="staff",
        readonly=True,
    )
    partner_id = fields.Many2one("res.partner", string="Client", tracking=True)
    ticket_id = fields.Many2one("helpdesk.ticket", string="Request", copy=False)
    event_id = fields.Many2one("calendar.event", copy=False, readonly=True)
    uid = fields.Char(
        default=lambda self: secrets.token_hex(16),
        copy=False,
        groups="base.group_system",
    )
    sequence = fields.Integer(copy=False, readonly=True)
    remind_at = fields.Datetime(copy=False, readonly=True)
    reminded_at = fields.Datetime(copy=False, readonly=True)
    confirmed_at = fields.Datetime(
        string="Client Will Come", copy=False, readonly=True, tracking=True
    )

    _forward = models.Constraint("CHECK (start < stop)", "It ends before it begins.")
    _of_doctor = models.Index("(resource_id, start)")
    _made = models.Index("(resource_id, create_date)")
    _of_client = models.Index("(partner_id, start)")
    _of_request = models.Index("(ticket_id) WHERE ticket_id IS NOT NULL")
    _of_event = models.Index("(event_id) WHERE event_id IS NOT NULL")
    _of_phone = models.Index("(phone_key, start) WHERE state = 'booked'")
    _of_email = models.Index("(email_key, start) WHERE state = 'booked'")
    _to_remind = models.Index("(remind_at) WHERE state = 'booked'")
    _held = models.Index("(hold_until) WHERE state = 'held'")

    @api.depends("name", "service_id", "start", "state")
    def _compute_display_name(self):
        for booking in self:
            who = booking.name or booking.partner_id.name or ""
            parts = (who, booking.service_id.name or "")
            booking.display_name = ", ".join(filter(None, parts))

    @api.depends("phone", "email", "company_id")
    def _compute_keys(self):
        for booking in self:
            country = booking.company_id.country_id.code or ""
            booking.phone_key = normalise(booking.phone, country)
            booking.email_key = email_normalize(booking.email or "") or False

    def _contact(self):
        """Who makes contact, for routing. What was typed proves nothing."""
        return Contact(
            partner_id=self.partner_id.id or None,
            name=self.name or "",
            phone=self.phone or "",
            email=self.email_key or "",
            country_code=self.company_id.country_id.code or "",
            lang=self.lang or "",
        )

    def _when(self, zone=None):
        """The time in words, in this or the clinic's zone, with the zone's name."""
        zone = zone or self.service_id.tz
        day = format_date(self.env, zones.day_of(self.start, zone), date_format="full")
        clock = format_time(self.env, self.start, tz=zone, time_format="short")
        return f"{day}, {clock} ({zone.replace('_', ' ')})"

    def write(self, vals):
        if not self.env.su and ENGINE & vals.keys():
            raise UserError(
                self.env._("Please use the buttons to move or cancel an appointment.")
            )
        return super().write(vals)

    def _as_engine(self):
        """The same visits, to be changed by somebody who may change them."""
        self.check_access("write")
        # sudo: usu.booking - the engine keeps visits and taken times in step
        return self.sudo()

    # --------------------------------------------------------------------- links

    def _signature(self):
        # sudo: usu.booking - the key never leaves the server
        key = self.sudo().uid
        # sudo: ir.config_parameter - the database's secret
        return odoo_hmac(self.env(su=True), "usu_intake_booking", [self.id, key])[:32]

    def _link(self, page=""):
        """Path of the client's own page; whoever has it may move and cancel."""
        return f"/book/visit/{self.id}-{self._signature()}" + (page and f"/{page}")

    def _url(self, page=""):
        return self.get_base_url() + self._link(page)

    @api.model
    def _by_link(self, text):
        """:return: the booking (sudo) of a link; empty if it was tampered with"""
        # sudo: usu.booking - the signature is the permission
        bookings = self.sudo()
        parts = _LINK.fullmatch(text or "")
        if not parts:
            return bookings
        booking = bookings.browse(int(parts[1])).exists()
        if not booking or not hmac.compare_digest(booking._signature(), parts[2]):
            return bookings
        return booking

    def _may_change(self, now=None):
        """Whether the client may still move or cancel it by the link."""
        now = now or fields.Datetime.now()
        hours = (self.start - now).total_seconds() / 3600
        return self.state == "booked" and hours > 0 and hours >= (
            self.service_id.change_hours
        )  # fmt: skip

    # ------------------------------------------------------------------- buttons

    def action_no_show(self):
        self._end("no_show")

    def action_done(self):
        self._end("done")

    def _end(self, state):
        early = self.filtered(lambda b: b.start > fields.Datetime.now())
        if early:
            raise UserError(self.env._("This visit has not begun yet."))
        if self.filtered(lambda b: b.state not in FILLED):
            raise UserError(self.env._("Only a booked visit can take place or not."))
        self._as_engine().write({"state": state})

    def action_cancel(self):
        self._cancel("staff")

    def action_open_ticket(self):
        self.ensure_one()
        return self.ticket_id._usu_open_action()

    def action_move(self):
        self.ensure_one()
        return (
            self.env["usu.booking.make"].create({"booking_id": self.id}).action_find()
        )
