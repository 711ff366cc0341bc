from odoo import api, fields, models


class UsuCallSection(models.Model):
    """A part of the card: whether it is shown, and where."""

    _name = "usu.call.section"
    _description = "Section of the Caller Card"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    key = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _key_unique = models.UniqueIndex("(key)")

    @api.model
    def _usu_order(self):
        """Keys of the sections that are shown, in their order."""
        # sudo: usu.call.section - order and switches, the same for all
        return self.sudo().search([("active", "=", True)]).mapped("key")
