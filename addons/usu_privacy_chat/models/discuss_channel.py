from odoo import models


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def _usu_panel(self):
        """Whoever sees the panel with an address has opened it."""
        panel = super()._usu_panel()
        if panel.get("address"):
            self.env["usu.privacy.access"]._opened("address", self)
        return panel

    def web_read(self, specification):
        values = super().web_read(specification)
        if "usu_address" in specification:
            opened = [row["id"] for row in values if row.get("usu_address")]
            self.env["usu.privacy.access"]._opened("address", self.browse(opened))
        return values
