from odoo import fields, models


class UsuConsentText(models.Model):
    _inherit = "usu.consent.text"

    mailing_list_ids = fields.Many2many(
        "mailing.list",
        string="Mailing Lists",
        help="Whoever agrees, and has confirmed the address, is put on these lists.",
    )
