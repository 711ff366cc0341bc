from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    usu_privacy_user_id = fields.Many2one(
        related="company_id.usu_privacy_user_id", readonly=False
    )
    usu_unconfirmed_days = fields.Integer(
        "Keep Unconfirmed Registrations (days)",
        default=30,
        config_parameter="usu_intake_account.unconfirmed_days",
    )
    usu_address_days = fields.Integer(
        "Keep IP Addresses (days)",
        default=90,
        config_parameter="usu_intake_account.address_days",
    )
