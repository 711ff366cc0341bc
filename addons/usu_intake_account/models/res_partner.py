from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    usu_consent_ids = fields.One2many(
        "usu.consent",
        "partner_id",
        "Consents",
        groups="usu_routing.usu_routing_group_user",
    )
    usu_consent_count = fields.Integer(
        compute="_compute_usu_consent_count",
        groups="usu_routing.usu_routing_group_user",
    )
    usu_erasure_id = fields.Many2one(
        "helpdesk.ticket",
        "Wish to Be Erased",
        index="btree_not_null",
        copy=False,
        groups="usu_routing.usu_routing_group_user",
    )

    def _compute_usu_consent_count(self):
        groups = self.env["usu.consent"]._read_group(
            [("partner_id", "in", self.ids), ("withdrawn_at", "=", False)],
            ["partner_id"],
            ["__count"],
        )
        counts = {partner.id: count for partner, count in groups}
        for partner in self:
            partner.usu_consent_count = counts.get(partner.id, 0)

    def action_usu_consents(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "usu_intake_account.usu_consent_action"
        )
        return {**action, "domain": [("partner_id", "=", self.id)], "context": {}}

    def _usu_pull_points(self):
        """What people type about themselves (context ``usu_unproved``) recognises
        nobody before it is confirmed."""
        if not self.env.context.get("usu_unproved"):
            return super()._usu_pull_points()
        # sudo: usu.contact.point - the client's own
        before = {(p.id, p.value): p.level for p in self.sudo().usu_contact_point_ids}
        result = super()._usu_pull_points()
        # sudo: usu.contact.point - the client's own
        for point in self.sudo().usu_contact_point_ids:
            was = before.get((point.id, point.value), "maybe")
            if point.level == "known" and was == "maybe" and not point.verified_at:
                point.level = "maybe"
        return result

    @api.model
    def _usu_account_partner(self):
        """The client who is logged in (sudo)."""
        # sudo: res.partner - one's own card
        return self.env.user.partner_id.sudo()
