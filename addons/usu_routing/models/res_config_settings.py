from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    usu_policy_id = fields.Many2one(related="company_id.usu_policy_id", readonly=False)
    usu_sms_per_hour = fields.Integer(
        related="company_id.usu_sms_per_hour", readonly=False
    )
    usu_sms_quiet_from = fields.Float(
        related="company_id.usu_sms_quiet_from", readonly=False
    )
    usu_sms_quiet_to = fields.Float(
        related="company_id.usu_sms_quiet_to", readonly=False
    )
    usu_decision_days = fields.Integer(
        related="company_id.usu_decision_days", readonly=False
    )
