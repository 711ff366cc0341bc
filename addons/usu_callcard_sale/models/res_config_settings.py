from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    usu_card_orders_for_all = fields.Boolean(
        string="Orders for All Operators",
        config_parameter="usu_callcard_sale.orders_for_all",
        help="Off: only employees who may read the orders see them on the card.",
    )
