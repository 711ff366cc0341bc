from odoo import fields, models

from ..tools.number import same_line


class UsuPbxLine(models.Model):
    """A number of the clinic itself: what clients dial."""

    _name = "usu.pbx.line"
    _description = "Own Telephone Line"
    _order = "number"

    pbx_id = fields.Many2one(
        "usu.pbx",
        string="Telephone System",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="pbx_id.company_id")
    number = fields.Char(required=True)
    name = fields.Char(
        help="What the operator reads on the card, for example: Dental clinic."
    )
    desk_id = fields.Many2one("helpdesk.ticket.team")

    def _usu_is(self, did):
        self.ensure_one()
        return same_line(self.number, did)
