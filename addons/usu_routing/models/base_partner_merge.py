from odoo import api, models
from odoo.tools import SQL


class BasePartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Keep every contact point: without this, one value the two clients share
        would make the generic code drop all points of the merged one."""
        self.env["usu.contact.point"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM usu_contact_point p
                 WHERE p.partner_id IN %(merged)s
                   AND EXISTS (
                       SELECT 1 FROM usu_contact_point other
                        WHERE other.kind = p.kind AND other.value = p.value
                          AND (other.partner_id = %(kept)s
                               OR other.partner_id IN %(merged)s AND other.id < p.id))
                """,
                merged=tuple(src_partners.ids),
                kept=dst_partner.id,
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE usu_contact_point SET main = FALSE WHERE partner_id IN %s",
                tuple(src_partners.ids),
            )
        )
        self.env["usu.contact.point"].invalidate_model()
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        partners = self.env["res.partner"].browse(partner_ids).exists()
        partners._usu_pull_points()
        return result
