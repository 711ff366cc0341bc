from odoo import api, fields, models

from .usu_contact_point import PARTNER_FIELD

PULLED = {"phone", "email", "country_id"}


class ResPartner(models.Model):
    _inherit = "res.partner"

    usu_contact_point_ids = fields.One2many(
        "usu.contact.point",
        "partner_id",
        string="Contact Points",
        groups="base.group_user",
    )
    usu_category_id = fields.Many2one(
        "usu.client.category",
        string="Client Category",
        index="btree_not_null",
        groups="base.group_user",
    )
    usu_note = fields.Text(
        string="Note for the Staff",
        help="A warning or a hint for dealing with this client. The client never "
        "sees it.",
        groups="base.group_user",
    )
    usu_responsible_id = fields.Many2one(
        "res.users",
        string="Permanent Responsible",
        domain="[('share', '=', False)]",
        index="btree_not_null",
        groups="base.group_user",
        help="Answers this client whenever available, if the desk's policy says so.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        partners.filtered(lambda p: p.phone or p.email)._usu_pull_points()
        return partners

    def write(self, vals):
        result = super().write(vals)
        if "country_id" in vals and self._usu_of_company():
            self.env.registry.clear_cache()  # usu.contact.point: home country
        if PULLED & vals.keys() and not self.env.context.get("usu_from_point"):
            self._usu_pull_points()
        return result

    def _usu_of_company(self):
        """Whether one of them is the address of a company of ours."""
        # sudo: res.company - only whether there is one
        companies = self.env["res.company"].sudo()
        return bool(companies.search_count([("partner_id", "in", self.ids)], limit=1))

    def _usu_pull_points(self):
        """Bring the main contact points in step with the partner's own fields.

        A value that was never verified follows the field (it was a slip of the pen);
        a verified one stays as an additional point.
        """
        # sudo: usu.contact.point - whoever may write the client keeps its points
        Point = self.env["usu.contact.point"].sudo()
        Point = Point.with_context(usu_from_partner=True)
        points = Point.search([("partner_id", "in", self.ids)])
        by_partner = points.grouped("partner_id")
        new = []
        # sudo: res.partner - own fields of the same records
        for partner in self.sudo():
            mine = by_partner.get(partner, Point).grouped("kind")
            for kind, fname in PARTNER_FIELD.items():
                same_kind = mine.get(kind, Point)
                vals = partner._usu_pull_kind(same_kind, kind, partner[fname])
                if vals:
                    new.append(vals)
        Point.create(new)

    def _usu_pull_kind(self, points, kind, raw):
        """Values of the point to create, or None."""
        country = self.country_id.code or self.company_id.country_id.code or ""
        value = points._normalise(kind, raw, country) if raw else ""
        main = points.filtered("main")
        if value and main[:1].value == value and len(main) == 1:
            return None
        same = points.filtered(lambda p: p.value == value) if value else points[:0]
        (main - same).filtered("verified_at").write({"main": False})
        stale = (main - same).filtered(lambda p: not p.verified_at)
        if same:
            stale.unlink()
            same[:1].write({"main": True, "level": "known"})
            return None
        if stale and value:
            (stale - stale[:1]).unlink()
            stale[:1].write({"value": value, "main": True, "kind": kind})
            return None
        stale.unlink()
        if not value:
            return None
        return {
            "partner_id": self.id,
            "kind": kind,
            "value": value,
            "main": True,
            "source": "field",
        }

    def _usu_promote_point(self, kind):
        """The main point of a kind is gone: the next one takes its place."""
        fname = PARTNER_FIELD.get(kind)
        if not fname:
            return
        for partner in self:
            heir = partner.usu_contact_point_ids.filtered(
                lambda p: p.kind == kind and p.level == "known"
            )[:1]
            if heir:
                heir.write({"main": True})
            else:
                partner.with_context(usu_from_point=True).write({fname: False})

    def _usu_add_point(self, kind, raw, *, level="known", source="", verified_by=None):
        """Add a number or address beside those there are; the old ones stay.

        :return: the point, new or existing; empty if the value is none
        """
        self.ensure_one()
        Point = self.env["usu.contact.point"]
        value = Point._normalise(kind, raw, self.country_id.code or "")
        if not value:
            return Point
        point = self.usu_contact_point_ids.filtered(
            lambda p: p.kind == kind and p.value == value
        )[:1]
        proof = {}
        if verified_by:
            proof = {"verified_at": fields.Datetime.now(), "verified_by": verified_by}
        if not point:
            vals = {"partner_id": self.id, "kind": kind, "value": value}
            return Point.create({**vals, "level": level, "source": source, **proof})
        if proof or (level == "known" and point.level != "known"):
            point.write({"level": level, **proof})
        return point
