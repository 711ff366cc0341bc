from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    usu_call_ids = fields.One2many("usu.call", "partner_id", string="Calls")
    usu_call_count = fields.Integer(
        compute="_compute_usu_call_count", groups="usu_callcard.usu_callcard_group_user"
    )

    def _compute_usu_call_count(self):
        family = self._usu_call_partners()
        counts = dict(
            self.env["usu.call"]._read_group(
                [("partner_id", "in", family.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            persons = partner._usu_call_partners()
            partner.usu_call_count = sum(counts.get(person, 0) for person in persons)

    def _usu_call_partners(self):
        """A company's calls are those of its people too."""
        return self | self.child_ids

    def action_usu_calls(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "usu_callcard.usu_call_action"
        )
        action["domain"] = [("partner_id", "in", self._usu_call_partners().ids)]
        action["context"] = {}
        return action
