from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    usu_call_ids = fields.One2many("usu.call", "request_id", string="Calls")
    usu_call_count = fields.Integer(
        compute="_compute_usu_call_count", groups="usu_callcard.usu_callcard_group_user"
    )

    @api.depends("usu_call_ids")
    def _compute_usu_call_count(self):
        counts = dict(
            self.env["usu.call"]._read_group(
                [("request_id", "in", self.ids)], ["request_id"], ["__count"]
            )
        )
        for request in self:
            request.usu_call_count = counts.get(request, 0)

    @api.model_create_multi
    def create(self, vals_list):
        """A request made from a card belongs to its call."""
        requests = super().create(vals_list)
        call_id = self.env.context.get("usu_call_id")
        if call_id and len(requests) == 1:
            call = self.env["usu.call"].browse(call_id)
            if call.has_access("write") and not call.request_id:
                call.request_id = requests
        return requests

    def action_usu_calls(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "usu_callcard.usu_call_action"
        )
        action["domain"] = [("request_id", "=", self.id)]
        action["context"] = {}
        return action
