from odoo import api, fields, models


class UsuPbxExtension(models.Model):
    _name = "usu.pbx.extension"
    _description = "Extension"
    _order = "number"
    _rec_name = "number"

    pbx_id = fields.Many2one(
        "usu.pbx", string="Telephone System", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="pbx_id.company_id")
    number = fields.Char(string="Extension", required=True)
    user_id = fields.Many2one(
        "res.users",
        string="Employee",
        index=True,
        domain=[("share", "=", False)],
        ondelete="set null",
    )

    _number_unique = models.UniqueIndex(
        "(pbx_id, number)", "This telephone system has the extension already."
    )

    @api.depends("number", "user_id")
    def _compute_display_name(self):
        for extension in self:
            extension.display_name = " ".join(
                filter(None, [extension.number, extension.user_id.name])
            )
