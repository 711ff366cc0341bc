from odoo import fields, models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    usu_booking_ids = fields.One2many(
        "usu.booking",
        "ticket_id",
        string="Appointments",
        groups="usu_routing.usu_routing_group_user",
    )

    def action_usu_book(self):
        self.ensure_one()
        return self.partner_id._usu_book_action(ticket_id=self.id)
