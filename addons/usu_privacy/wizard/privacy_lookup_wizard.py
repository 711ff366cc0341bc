from odoo import models
from odoo.tools import SQL


class PrivacyLookupWizard(models.TransientModel):
    _inherit = "privacy.lookup.wizard"

    def _get_query(self):
        """Odoo finds what names the person or their address; the front desk adds what
        came from their telephone number or Telegram account."""
        query = super()._get_query()
        partners = self.env["res.partner"].search(
            [("email_normalized", "=", self.email.strip().lower())]
        )
        known = {}
        for partner in partners:
            for name, records in self.env["usu.privacy"]._records(partner).items():
                known.setdefault(name, set()).update(records.ids)
        for name, ids in known.items():
            if not ids:
                continue
            query = SQL(
                "%s UNION SELECT %s AS res_model_id, unnest(%s) AS res_id,"
                " TRUE AS is_active",
                query,
                # sudo: ir.model - the number of a model
                self.env["ir.model"].sudo()._get_id(name),
                sorted(ids),
            )
        return query
