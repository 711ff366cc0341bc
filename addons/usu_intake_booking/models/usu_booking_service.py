from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.base.models.res_partner import _tz_get

from ..tools.availability import Shape

LIMITS = {
    "duration_minutes": (5, 24 * 60),
    "step_minutes": (5, 24 * 60),
    "buffer_before_minutes": (0, 12 * 60),
    "buffer_after_minutes": (0, 12 * 60),
    "horizon_days": (1, 366),
}


class UsuBookingService(models.Model):
    _name = "usu.booking.service"
    _description = "Service That Can Be Booked"
    _inherit = ["mail.thread"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    published = fields.Boolean(
        string="On the Site",
        copy=False,
        help="Visitors book it themselves; without it only employees do.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    desk_id = fields.Many2one(
        "helpdesk.ticket.team",
        required=True,
        check_company=True,
        help="Gets a request and a task for each appointment; its policy chooses who.",
    )
    description = fields.Text(translate=True, help="What the visitor reads.")
    after_text = fields.Text(
        string="Text after Booking",
        translate=True,
        help="Stands in the confirmation: what to bring, where to come.",
    )
    duration_minutes = fields.Integer(string="Duration (min)", default=30)
    step_minutes = fields.Integer(
        string="May Begin Every (min)",
        default=30,
        help="Counted from the beginning of the doctor's working hours.",
    )
    buffer_before_minutes = fields.Integer(string="Free before (min)")
    buffer_after_minutes = fields.Integer(string="Free after (min)")
    notice_hours = fields.Float(
        string="At Least ... Hours Ahead",
        default=2,
        help="Nobody books from the site for an earlier time than that.",
    )
    horizon_days = fields.Integer(string="At Most ... Days Ahead", default=31)
    change_hours = fields.Float(
        string="Changes until ... Hours before",
        default=24,
        help="Until then clients move or cancel by their link; later they call.",
    )
    remind_hours = fields.Float(
        string="Reminder ... Hours before", default=24, help="0: no reminder."
    )
    remind_sms = fields.Boolean(
        string="Remind by SMS", help="As well as by e-mail, where there is a number."
    )
    open_limit = fields.Integer(
        string="Appointments of One Contact",
        default=3,
        help="As many may be ahead for one number or address booked from the site."
        " 0: no limit.",
    )
    waiting_minutes = fields.Integer(
        string="Offer Held (min)",
        default=60,
        help="How long a time that became free is kept for the next on the waiting"
        " list.",
    )
    price = fields.Monetary(help="0: none is shown.")
    currency_id = fields.Many2one(related="company_id.currency_id")
    doctor_ids = fields.Many2many(
        "resource.resource",
        "usu_booking_service_doctor_rel",
        "service_id",
        "resource_id",
        string="Who Can Do It",
        domain="[('resource_type', '=', 'user')]",
        check_company=True,
    )
    room_ids = fields.Many2many(
        "resource.resource",
        "usu_booking_service_room_rel",
        "service_id",
        "resource_id",
        string="Rooms",
        domain="[('resource_type', '=', 'material')]",
        check_company=True,
        help="One of them is needed as well. Empty: none is.",
    )
    strategy = fields.Selection(
        [
            ("least_loaded", "Fewest visits that day"),
            ("round_robin", "In turn"),
            ("fewest_today", "Fewest booked today"),
            ("most_experienced", "Most experienced first"),
            ("cheapest", "Cheapest first"),
        ],
        string="Any Doctor Means",
        default="least_loaded",
        help="Who gets a visitor without a preference. Level and cost are those of the"
        " desk's employees.",
    )
    tz = fields.Selection(
        _tz_get,
        string="Time Zone",
        required=True,
        default=lambda self: self._default_tz(),
        help="The clinic's; shown beside the visitor's own.",
    )
    question_ids = fields.One2many(
        "usu.booking.question", "service_id", string="Questions", copy=True
    )
    consent_text = fields.Text(
        string="Consent",
        translate=True,
        default=lambda self: self.env._(
            "I agree that my data is processed to arrange this appointment."
        ),
        help="The visitor ticks it; the appointment keeps the text. Empty: not asked.",
    )

    _positive = models.Constraint(
        "CHECK (LEAST(notice_hours, change_hours, remind_hours, open_limit, price) >= 0"
        " AND waiting_minutes > 0)",
        "Hours, limits and prices cannot be negative.",
    )

    @api.model
    def _default_tz(self):
        company = self.env.company
        return company.resource_calendar_id.tz or company.partner_id.tz or "UTC"

    @api.constrains(*LIMITS)
    def _check_limits(self):
        for service in self:
            for name, (least, most) in LIMITS.items():
                if not least <= service[name] <= most:
                    label = service._fields[name]._description_string(self.env)
                    raise ValidationError(
                        self.env._(
                            "%(field)s: between %(least)s and %(most)s, please.",
                            field=label,
                            least=least,
                            most=most,
                        )
                    )

    def _shape(self, duration=None):
        """What a visit takes.

        :param timedelta duration: of a visit that got another length
        """
        self.ensure_one()
        return Shape(
            duration=duration or timedelta(minutes=self.duration_minutes),
            before=timedelta(minutes=self.buffer_before_minutes),
            after=timedelta(minutes=self.buffer_after_minutes),
            step=timedelta(minutes=self.step_minutes),
        )

    def _window(self, now):
        """``(earliest, latest)`` start a visitor may choose; naive UTC."""
        self.ensure_one()
        earliest = now + timedelta(hours=self.notice_hours)
        return earliest, now + timedelta(days=self.horizon_days)

    def _rooms(self):
        """``(whether a room is needed, those in use)``; an archived room leaves the
        service without one, not without need of one."""
        self.ensure_one()
        rooms = self.with_context(active_test=False).room_ids
        return bool(rooms), self.room_ids.browse(rooms.filtered("active").ids)

    def _public(self):
        """Those a visitor may book: on the site, with somebody who does them."""
        return self.filtered(
            lambda s: s.active and s.published and s.doctor_ids.filtered("active")
        )

    def action_open_page(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/book/{self.id}"}
