from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools.number import international

# what an employee may change; everything else is told by the telephone system
EMPLOYEE_FIELDS = {"note", "partner_id", "request_id"}


class UsuCall(models.Model):
    _name = "usu.call"
    _description = "Telephone Call"
    _order = "started_at desc, id desc"

    pbx_id = fields.Many2one(
        "usu.pbx", string="Telephone System", required=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="pbx_id.company_id", store=True, index=True)
    outside_id = fields.Char(string="Outside ID", required=True, readonly=True)
    seq = fields.Integer(readonly=True, default=-1)
    last_event_at = fields.Datetime(readonly=True)
    direction = fields.Selection(
        [("incoming", "Incoming"), ("outgoing", "Outgoing")],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [("ringing", "Ringing"), ("talking", "Talking"), ("ended", "Ended")],
        required=True,
        default="ringing",
        readonly=True,
    )
    number = fields.Char(string="Number (E.164)", readonly=True)
    number_given = fields.Char(string="Number as Received", readonly=True)
    number_shown = fields.Char(string="Number", compute="_compute_number_shown")
    caller_name = fields.Char(string="Name from the Telephone System", readonly=True)
    did = fields.Char(string="Called Line", readonly=True)
    queue = fields.Char(readonly=True)
    extension = fields.Char(readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Employee", readonly=True, index="btree_not_null"
    )
    leg_ids = fields.One2many("usu.call.leg", "call_id", string="Who Took Part")
    on_hold = fields.Boolean(readonly=True)
    started_at = fields.Datetime(required=True, readonly=True, index=True)
    answered_at = fields.Datetime(readonly=True)
    ended_at = fields.Datetime(readonly=True)
    wait_seconds = fields.Float(string="Waiting (s)", readonly=True, aggregator="avg")
    talk_seconds = fields.Float(string="Talking (s)", readonly=True, aggregator="sum")
    hold_seconds = fields.Float(string="On Hold (s)", readonly=True, aggregator="sum")
    transfer_count = fields.Integer(string="Transfers", readonly=True)
    outcome = fields.Selection(
        [("answered", "Answered"), ("missed", "Missed"), ("busy", "Busy")],
        readonly=True,
    )
    cause = fields.Char(readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Client", index="btree_not_null", ondelete="set null"
    )
    match_level = fields.Char(readonly=True)
    match_reason = fields.Char(string="Why This Client", readonly=True)
    request_id = fields.Many2one(
        "helpdesk.ticket", index="btree_not_null", ondelete="set null"
    )
    note = fields.Text()

    _outside_unique = models.UniqueIndex("(pbx_id, outside_id)")
    _number_index = models.Index("(number, started_at DESC) WHERE number IS NOT NULL")
    _live_index = models.Index("(last_event_at) WHERE state != 'ended'")

    @api.depends("number", "number_given")
    def _compute_number_shown(self):
        for call in self:
            call.number_shown = international(call.number) or call.number_given

    @api.depends("direction", "number", "number_given", "partner_id")
    def _compute_display_name(self):
        for call in self:
            who = call.partner_id.display_name or call.number_shown
            call.display_name = who or self.env._("Withheld number")

    def write(self, vals):
        if not self.env.su and not EMPLOYEE_FIELDS.issuperset(vals):
            raise AccessError(
                self.env._("What the telephone system reported cannot be changed.")
            )
        return super().write(vals)

    def action_open_client(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_open_request(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.request_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
