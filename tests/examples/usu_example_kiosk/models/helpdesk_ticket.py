from odoo import fields, models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    usu_channel = fields.Selection(
        selection_add=[("kiosk", "Tablet at the door")],
        ondelete={"kiosk": "set manual"},
    )
