from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools import SQL, email_normalize, split_every

from ..tools import phone as phone_tools
from ..tools.values import LEVELS, Candidate

KINDS = ("phone", "email", "telegram")
PARTNER_FIELD = {"phone": "phone", "email": "email"}
BATCH = 2000


class Hit(NamedTuple):
    """A client and the value that points to them."""

    partner_id: int
    level: str
    kind: str
    value: str
    name: str


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
    @tools.ormcache("self.env.company.id")
    def _home_country(self):
        """Where a number without a country code is at home. Kept in memory: every call
        and letter asks."""
        # sudo: res.company - only the country, to read a national number
        return self.env.company.sudo().partner_id.country_id.code or ""

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
        hits = self._owners(contact, self._sought(contact, readings))
        by_phone = {hit.value for hit in hits if hit.kind == "phone"}
        # of several readings of a number the likeliest that is somebody's
        likeliest = next((number for number in readings if number in by_phone), None)
        hits = [h for h in hits if h.kind != "phone" or h.value == likeliest]
        if contact.phone and not likeliest:
            hits += self._by_tail(contact, bool(readings))
        return self._rank_candidates(hits, contact)

    @api.model
    def _sought(self, contact, readings):
        """Pairs (kind, value) to look for."""
        telegram = contact.telegram_id and str(contact.telegram_id)
        email = email_normalize(contact.email or "")
        pairs = [("telegram", telegram), ("email", email)]
        pairs += [("phone", number) for number in readings]
        return [(kind, value) for kind, value in pairs if value]

    @api.model
    def _owners(self, contact, pairs):
        """Clients who own any of these values, and the one who is certain: one query,
        because it stands in the way of every call, letter and dialogue."""
        parts = []
        if pairs:
            parts.append(self._owners_sql(SQL("(p.kind, p.value) IN %s", tuple(pairs))))
        if contact.partner_id:
            parts.append(
                SQL(
                    "SELECT r.id, 'partner', '', 'sure', r.name FROM res_partner r"
                    " WHERE r.id = %s AND %s",
                    contact.partner_id,
                    self._may_be_offered_sql(),
                )
            )
        if not parts:
            return []
        return self._hits(SQL(" UNION ALL ").join(parts), contact)

    @api.model
    def _by_tail(self, contact, valid):
        """Same last nine digits: probable at most, since prefixes were cut or added."""
        tail = phone_tools.tail(contact.phone)
        if not tail or (not valid and not phone_tools.looks_whole(contact.phone)):
            return []
        query = self._owners_sql(SQL("p.tail = %s", tail))
        hits = self._hits(SQL("%s LIMIT 20", query), contact)
        return [
            hit._replace(level="maybe" if hit.level == "maybe" else "probable")
            for hit in hits
        ]

    @api.model
    def _owners_sql(self, condition):
        return SQL(
            "SELECT p.partner_id, p.kind, p.value, p.level, r.name"
            " FROM usu_contact_point p JOIN res_partner r ON r.id = p.partner_id"
            " WHERE %s AND %s",
            condition,
            self._may_be_offered_sql(),
        )

    @api.model
    def _may_be_offered_sql(self):
        """Recognising does not depend on who triggers it, but stays in the company."""
        return SQL(
            "r.active AND (r.company_id IS NULL OR r.company_id = %s)",
            self.env.company.id,
        )

    @api.model
    def _hits(self, query, contact):
        self.flush_model()
        self.env["res.partner"].flush_model(["name", "active", "company_id"])
        hits = []
        for partner_id, kind, value, level, name in self.env.execute_query(query):
            if level == "sure" or (level == "known" and kind in contact.verified):
                level = "verified"
            hits.append(Hit(partner_id, level, kind, value, name or ""))
        return hits

    @api.model
    def _rank_candidates(self, hits, contact):
        """One candidate for each client, the surest first."""
        best, matches = {}, {}
        for hit in hits:
            matches.setdefault(hit.partner_id, set()).add(hit.kind)
            known = best.get(hit.partner_id)
            if known is None or LEVELS.index(hit.level) < LEVELS.index(known.level):
                best[hit.partner_id] = hit
        name = (contact.name or "").casefold().strip()

        def order(hit):
            same_name = bool(name) and hit.name.casefold() == name
            found_by = len(matches[hit.partner_id])
            return (LEVELS.index(hit.level), -found_by, not same_name, hit.partner_id)

        return [
            Candidate(
                partner_id=hit.partner_id,
                level=hit.level,
                kind=hit.kind,
                value=hit.value,
                reason=self._candidate_reason(hit.level, hit.kind, hit.value),
            )
            for hit in sorted(best.values(), key=order)
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
