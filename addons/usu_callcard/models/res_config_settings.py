from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    usu_call_retention_days = fields.Integer(
        string="Keep Calls (days)",
        config_parameter="usu_callcard.retention_days",
        help="Older calls are deleted. 0 keeps them for ever.",
    )
    usu_call_requests_per_second = fields.Integer(
        string="Requests per Second",
        config_parameter="usu_callcard.requests_per_second",
        help="More from one telephone system are refused for a moment.",
    )
