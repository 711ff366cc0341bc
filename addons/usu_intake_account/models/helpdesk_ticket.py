from odoo import fields, models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    usu_registration_ids = fields.One2many(
        "usu.intake.registration",
        "request_id",
        groups="usu_routing.usu_routing_group_user",
    )

    def write(self, vals):
        """An employee says which client a registration was of: it is theirs then."""
        result = super().write(vals)
        if vals.get("partner_id"):
            for ticket in self:
                # sudo: usu.intake.registration - follows its request
                mine = ticket.sudo().usu_registration_ids
                mine = mine.filtered(lambda r: not r.partner_id)
                mine.partner_id = ticket.partner_id
                mine.consent_ids.partner_id = ticket.partner_id
        return result
