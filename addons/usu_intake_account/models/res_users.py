from odoo import api, models


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def signup(self, values, token=None):
        """Whoever opens an account without an invitation has proved nothing yet."""
        if not token:
            self = self.with_context(usu_unproved=True)
        return super().signup(values, token=token)
