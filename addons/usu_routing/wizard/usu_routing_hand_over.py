from odoo import api, fields, models
from odoo.exceptions import UserError


class UsuRoutingHandOver(models.TransientModel):
    _name = "usu.routing.hand.over"
    _description = "Hand a Request Over"

    ticket_id = fields.Many2one("helpdesk.ticket", string="Request", required=True)
    reason = fields.Selection(
        [
            ("difficult", "Needs somebody more experienced"),
            ("busy", "I cannot deal with it now"),
            ("other_field", "Not my field"),
        ],
        required=True,
        default="difficult",
    )
    user_id = fields.Many2one(
        "res.users",
        string="To",
        domain="[('id', 'in', colleague_ids)]",
        help="Empty: whoever the desk's policy finds.",
    )
    colleague_ids = fields.Many2many("res.users", compute="_compute_colleague_ids")
    note = fields.Text(string="What should your colleague know?")

    @api.depends("ticket_id")
    def _compute_colleague_ids(self):
        for wizard in self:
            ticket = wizard.ticket_id
            wizard.colleague_ids = ticket.team_id.user_ids - ticket.user_id

    def action_hand_over(self):
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        if self.user_id - self.colleague_ids:
            raise UserError(self.env._("Choose a colleague of this desk."))
        reason = dict(self._fields["reason"]._description_selection(self.env))
        receipt = self.env["usu.routing"]._hand_over(
            ticket, reason=reason[self.reason], user=self.user_id, note=self.note
        )
        # sudo: res.users - the name of the colleague who has it now
        name = self.env["res.users"].sudo().browse(receipt.user_id).name
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(who)s has it now.", who=name),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
