from odoo import models


class UsuCall(models.Model):
    _inherit = "usu.call"

    def _usu_card_sections(self, partner):
        """With the rights of whoever looks; ``partner`` is empty for a stranger."""
        sections = super()._usu_card_sections(partner)
        if partner:
            sections["since"] = {"year": partner.create_date.year}
        return sections
