from odoo import fields, models


class ResourceResource(models.Model):
    _inherit = "resource.resource"

    usu_places = fields.Integer(
        string="Visits at the Same Time",
        default=1,
        help="For appointments: more than one for a room with several places.",
    )

    def _usu_places(self):
        return max(self.usu_places, 1)
