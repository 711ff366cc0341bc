from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    usu_card_debt_for_all = fields.Boolean(
        string="Debt for All Operators",
        config_parameter="usu_callcard_account.debt_for_all",
        help="Off: only employees with accounting rights see it on the card.",
    )
