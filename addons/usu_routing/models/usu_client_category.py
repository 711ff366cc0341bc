from odoo import fields, models


class UsuClientCategory(models.Model):
    _name = "usu.client.category"
    _description = "Client Category"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)
    is_warning = fields.Boolean(
        string="Warn the Staff",
        help="Screens show this category as a warning, for example problem clients.",
    )

    _name_unique = models.Constraint("UNIQUE(name)", "This category exists already.")
