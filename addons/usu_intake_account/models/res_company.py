from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    usu_privacy_user_id = fields.Many2one(
        "res.users",
        "Answers for Personal Data",
        domain="[('share', '=', False)]",
        help="Gets the wishes of clients to be erased. Empty: the policy decides.",
    )
