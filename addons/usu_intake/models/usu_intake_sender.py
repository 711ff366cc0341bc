from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import address as addressing


class UsuIntakeSender(models.Model):
    """What a reviewer decided about an address or a whole domain."""

    _name = "usu.intake.sender"
    _description = "Sender Rule"
    _order = "value"
    _rec_name = "value"

    kind = fields.Selection(
        [("address", "Address"), ("domain", "Domain")],
        required=True,
        default="address",
    )
    value = fields.Char(
        required=True, help="anna@example.com, or example.com for a domain."
    )
    rule = fields.Selection(
        [("block", "Block"), ("client", "Belongs to a client")],
        required=True,
        default="block",
    )
    partner_id = fields.Many2one("res.partner", "Client", index="btree_not_null")
    note = fields.Char()
    active = fields.Boolean(default=True)

    _value = models.UniqueIndex("(kind, value)")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._clean(vals)
        return super().create(vals_list)

    def write(self, vals):
        if "value" in vals:
            for rule in self:
                self._clean(vals := dict(vals), rule.kind)
        return super().write(vals)

    @api.constrains("rule", "partner_id")
    def _check_partner(self):
        for sender in self:
            if sender.rule == "client" and not sender.partner_id:
                raise ValidationError(self.env._("Say which client it belongs to."))

    def _clean(self, vals, kind="address"):
        kind = vals.get("kind", kind)
        value = (vals.get("value") or "").strip()
        if kind == "domain":
            clean = addressing.ascii_domain(value.lstrip("@"))
        else:
            clean = addressing.normalize(value)
        if not clean or (kind == "domain" and ("@" in clean or "." not in clean)):
            raise ValidationError(
                self.env._("“%(value)s” is no address or domain.", value=value)
            )
        vals["value"] = clean

    @api.model
    def _find(self, address):
        """The rule for an address: its own before its domain's, or an empty set."""
        domain = addressing.domain_of(address)
        rules = self.search(
            [
                "|",
                *("&", ("kind", "=", "address"), ("value", "=", address)),
                *("&", ("kind", "=", "domain"), ("value", "=", domain)),
            ]
        )
        return rules.sorted(lambda rule: rule.kind)[:1]
