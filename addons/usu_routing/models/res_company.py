from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    usu_policy_id = fields.Many2one(
        "usu.routing.policy", string="Default Distribution Policy"
    )
    usu_sms_per_hour = fields.Integer(
        string="SMS per Employee and Hour",
        default=6,
        help="No employee gets more than this, however many clients write. 0: no SMS.",
    )
    usu_sms_quiet_from = fields.Float(string="Quiet from", default=21.0)
    usu_sms_quiet_to = fields.Float(string="Quiet until", default=7.0)
    usu_decision_days = fields.Integer(
        string="Keep Candidates (days)",
        default=90,
        help="How long a decision remembers whom else it considered.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "partner_id" in vals:
            self.env.registry.clear_cache()  # usu.contact.point: home country
        return result
