from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    usu_order_requests = fields.Selection(
        related="company_id.usu_order_requests", readonly=False
    )
    usu_order_desk_id = fields.Many2one(
        related="company_id.usu_order_desk_id", readonly=False
    )
