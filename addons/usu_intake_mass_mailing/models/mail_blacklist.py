from odoo import api, models


class MailBlacklist(models.Model):
    _inherit = "mail.blacklist"

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        entries.filtered("active")._usu_never()
        return entries

    def write(self, vals):
        result = super().write(vals)
        if vals.get("active"):
            self._usu_never()
        return result

    def _usu_never(self):
        """No letters at all any more."""
        for entry in self:
            self.env["usu.consent"]._unsubscribed(entry.email)
