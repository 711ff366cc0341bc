from odoo import models


class UsuContactPoint(models.Model):
    _inherit = "usu.contact.point"

    def _usu_link_earlier(self):
        """Calls from a number that nobody had now belong to the client who has it."""
        result = super()._usu_link_earlier()
        phones = self.filtered(lambda point: point.kind == "phone" and point.partner_id)
        if phones:
            # sudo: usu.call - whoever saves the client need not see the calls
            self.env["usu.call"].sudo()._usu_link_number(set(phones.mapped("value")))
        return result
