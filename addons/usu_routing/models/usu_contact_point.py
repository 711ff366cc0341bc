import logging

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, email_normalize, split_every

from ..tools import phone as phone_tools
from ..tools.values import LEVELS, Candidate

_logger = logging.getLogger(__name__)

KINDS = ("phone", "email", "telegram")
PARTNER_FIELD = {"phone": "phone", "email": "email"}
BATCH = 2000


class UsuContactPoint(models.Model):
    """A telephone number, e-mail address or Telegram account of a client.

    A client has any number of them, and one of them may belong to several clients (a
    mother and her children). The *main* point of a kind is kept in step with the
    partner's own field, both ways.
    """

    _name = "usu.contact.point"
    _description = "Contact Point"
    _order = "partner_id, kind, main desc, id"
    _rec_name = "value"

    partner_id = fields.Many2one(
        "res.partner", string="Client", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="partner_id.company_id", store=True)
    kind = fields.Selection(
        [("phone", "Telephone"), ("email", "E-mail"), ("telegram", "Telegram")],
        required=True,
        default="phone",
    )
    value = fields.Char(
        required=True, help="Telephone numbers as +79161234567, e-mail in lower case."
    )
    tail = fields.Char(compute="_compute_tail", store=True)
    main = fields.Boolean(help="The value shown on the client's own form.")
    level = fields.Selection(
        [("known", "Known"), ("maybe", "Perhaps")],
        default="known",
        required=True,
        help="Perhaps: heard of, not confirmed. Nobody is recognised by it alone.",
    )
    verified_at = fields.Datetime(readonly=True)
    verified_by = fields.Selection(
        [
            ("staff", "Employee"),
            ("link", "Link in a letter"),
            ("code", "Code"),
            ("telegram", "Telegram contact"),
            ("call", "Call"),
        ],
        readonly=True,
    )
    source = fields.Char(help="Where it came from: form, call, letter, chat.")
    note = fields.Char()

    _unique_per_client = models.UniqueIndex("(partner_id, kind, value)")
    _lookup = models.Index("(kind, value)")
    _tail_lookup = models.Index("(tail) WHERE tail IS NOT NULL")

    @api.depends("kind", "value")
    def _compute_tail(self):
        for point in self:
            is_phone = point.kind == "phone"
            point.tail = (is_phone and phone_tools.tail(point.value)) or False

    @api.constrains("kind", "value")
    def _check_value(self):
        for point in self:
            if not point.value:
                raise ValidationError(self.env._("A contact point needs a value."))

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._normalise_vals(vals) for vals in vals_list]
        points = super().create(vals_list)
        if not self.env.context.get("usu_from_partner"):
            points._push_to_partner()
        points._usu_link_earlier()
        return points

    def write(self, vals):
        if "value" in vals or "kind" in vals:
            for point in self:
                vals = self._normalise_vals(
                    {"kind": point.kind, "partner_id": point.partner_id.id, **vals}
                )
                vals.pop("partner_id", None)
        before = {point: point.value for point in self if point.main}
        result = super().write(vals)
        if not self.env.context.get("usu_from_partner"):
            if "value" in vals:
                self.filtered("main")._push_to_partner(force=True)
            if vals.get("main"):
                self._push_to_partner(force=True)
        if "value" in vals or any(p.value != v for p, v in before.items()):
            self._usu_link_earlier()
        return result

    def unlink(self):
        mains = [(p.partner_id, p.kind, p.value) for p in self if p.main]
        result = super().unlink()
        if not self.env.context.get("usu_from_partner"):
            for partner, kind, _value in mains:
                partner.exists()._usu_promote_point(kind)
        return result

    def action_verify(self):
        """The employee has made sure that this belongs to the client."""
        self.check_access("write")
        self.write(
            {
                "level": "known",
                "verified_at": fields.Datetime.now(),
                "verified_by": "staff",
            }
        )

    # ------------------------------------------------------------------ values

    @api.model
    def _normalise(self, kind, raw, country_code=""):
        """A value in the form it is stored in, empty if it is none.

        :param str kind: ``phone`` | ``email`` | ``telegram``
        :param raw: as written
        :param str country_code: in which a national number is read; default: the
            company's country
        """
        if kind == "phone":
            return phone_tools.normalise(raw, country_code or self._home_country())
        if kind == "email":
            return email_normalize(raw or "") or ""
        text = str(raw or "").strip()
        return text if text.lstrip("-").isdigit() and text != "0" else ""

    @api.model
    def _home_country(self):
        # of the partner: the company's own field is computed anew in every request
        company = self.env.company
        return (company.partner_id.country_id or company.country_id).code or ""

    @api.model
    def _normalise_vals(self, vals):
        kind = vals.get("kind") or "phone"
        if "value" not in vals:
            return vals
        # sudo: res.partner - only the country, to read a national number
        partner = self.env["res.partner"].sudo().browse(vals.get("partner_id"))
        country = partner.country_id.code or ""
        value = self._normalise(kind, vals["value"], country)
        if not value:
            raise ValidationError(
                self.env._(
                    "%(value)s is not a complete %(kind)s. Telephone numbers need "
                    "their area code, and their country code if they are foreign.",
                    value=vals["value"] or "",
                    kind=dict(self._fields["kind"]._description_selection(self.env))[
                        kind
                    ],
                )
            )
        return {**vals, "kind": kind, "value": value}

    # ---------------------------------------------------- in step with the partner

    def _push_to_partner(self, force=False):
        """The first point of a kind, and a main one that changed, fill the partner's
        own field."""
        for point in self:
            fname = PARTNER_FIELD.get(point.kind)
            partner = point.partner_id
            if not fname or (partner[fname] and not (force or point.main)):
                continue
            others = partner.usu_contact_point_ids.filtered(
                lambda p, point=point: p.kind == point.kind and p.main and p != point
            )
            others.with_context(usu_from_partner=True).write({"main": False})
            point.with_context(usu_from_partner=True).write({"main": True})
            partner.with_context(usu_from_point=True).write(
                {fname: self._shown(point.kind, point.value)}
            )

    @api.model
    def _shown(self, kind, value):
        if kind != "phone":
            return value
        return (
            self.env["res.partner"]._phone_format(
                number=value, force_format="INTERNATIONAL"
            )
            or value
        )

    def _usu_link_earlier(self):
        """Hook: a client has this value now. Link earlier calls, letters, dialogues
        that came from it and were nobody's. Extend with ``super()``."""

    @api.model
    def _usu_backfill(self):
        """Contact points of the partners that had telephone or e-mail before."""
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM res_partner"
                " WHERE phone IS NOT NULL OR email IS NOT NULL"
            )
        )
        Partner = self.env["res.partner"].with_context(active_test=False)
        for ids in split_every(BATCH, [row[0] for row in rows]):
            partners = Partner.browse(ids)
            partners._usu_pull_points()
            self.env.flush_all()
            partners.invalidate_recordset()

    # --------------------------------------------------------------- recognising

    @api.model
    def _find_candidates(self, contact):
        """Who may this be? See ``usu.routing._identify``.

        :param Contact contact: plain values
        :return: list of `Candidate`, best first, one per client
        """
        readings = []
        if contact.phone:
            region = contact.country_code or self._home_country()
            readings = phone_tools.variants(contact.phone, region)
        hits = []
        if contact.partner_id:
            hits.append((contact.partner_id, "verified", "partner", ""))
        if contact.telegram_id:
            hits += self._exact("telegram", [str(contact.telegram_id)], contact)
        hits += self._exact("email", [email_normalize(contact.email or "")], contact)
        by_phone = []
        for reading in readings:  # the likeliest reading that is somebody's
            by_phone = by_phone or self._exact("phone", [reading], contact)
        hits += by_phone
        if contact.phone and not by_phone:
            hits += self._by_tail(contact, bool(readings))
        return self._rank_candidates(hits, contact)

    @api.model
    def _exact(self, kind, values, contact):
        values = [value for value in values if value]
        if not values:
            return []
        # sudo: usu.contact.point - recognising must not depend on who triggers it
        points = self.sudo().search_fetch(
            [("kind", "=", kind), ("value", "in", values)],
            ["partner_id", "level", "value"],
        )
        sure = "verified" if kind in contact.verified else "known"
        return [
            (p.partner_id.id, sure if p.level == "known" else "maybe", kind, p.value)
            for p in points
        ]

    @api.model
    def _by_tail(self, contact, valid):
        """Same last nine digits: probable at most, since prefixes were cut or added."""
        tail = phone_tools.tail(contact.phone)
        if not tail or (not valid and not phone_tools.looks_whole(contact.phone)):
            return []
        # sudo: usu.contact.point - recognising must not depend on who triggers it
        points = self.sudo().search_fetch(
            [("tail", "=", tail)], ["partner_id", "level", "value"], limit=20
        )
        return [
            (p.partner_id.id, "probable" if p.level == "known" else "maybe", "phone",
             p.value)
            for p in points
        ]  # fmt: skip

    @api.model
    def _rank_candidates(self, hits, contact):
        # sudo: res.partner - recognising must not depend on who triggers it
        Partner = self.env["res.partner"].sudo()
        allowed = [False, self.env.company.id]
        partners = Partner.with_context(active_test=True).search_fetch(
            [("id", "in", [hit[0] for hit in hits]), ("company_id", "in", allowed)],
            ["name"],
            order="id",
        )
        best, matches = {}, {}
        for partner_id, level, kind, value in hits:
            if partner_id not in partners._ids:
                continue
            matches.setdefault(partner_id, set()).add(kind)
            known = best.get(partner_id)
            if known is None or LEVELS.index(level) < LEVELS.index(known[0]):
                best[partner_id] = (level, kind, value)
        name = (contact.name or "").casefold().strip()

        def order(partner):
            same_name = bool(name) and partner.name and partner.name.casefold() == name
            level = LEVELS.index(best[partner.id][0])
            return (level, -len(matches[partner.id]), not same_name, partner.id)

        return [
            Candidate(
                partner_id=partner.id,
                level=best[partner.id][0],
                kind=best[partner.id][1],
                value=best[partner.id][2],
                reason=self._candidate_reason(*best[partner.id]),
            )
            for partner in partners.sorted(order)
        ]

    @api.model
    def _candidate_reason(self, level, kind, value):
        _ = self.env._
        if kind == "partner":
            return _("Signed in or linked before")
        if level == "verified":
            return _("Proved to own %(value)s", value=value)
        if level == "probable":
            return _("The last digits are those of %(value)s", value=value)
        if level == "maybe":
            return _("%(value)s may belong to this client", value=value)
        return _("%(value)s is on the client's card", value=value)
