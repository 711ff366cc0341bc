from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..tools import network


class UsuGuardBan(models.Model):
    """A visitor or an address that is refused.

    The address itself is not kept: what is compared is a fingerprint that only this
    database can make, what people see is a shortened address.
    """

    _name = "usu.guard.ban"
    _description = "Blocked visitor or address"
    _order = "id desc"
    _rec_name = "label"

    kind = fields.Selection(
        [("address", "Address"), ("subject", "Visitor")],
        required=True,
        default="address",
        readonly=True,
    )
    value = fields.Char(
        string="Address to block",
        compute="_compute_value",
        inverse="_inverse_value",
        help="An IPv4 or IPv6 address. Only its beginning is kept in readable form.",
    )
    label = fields.Char(string="Who", readonly=True)
    fingerprint = fields.Char(index=True, readonly=True)
    until = fields.Datetime(help="Empty: until somebody lifts it.")
    reason = fields.Char()
    active = fields.Boolean(default=True)
    user_id = fields.Many2one(
        "res.users", string="Blocked by", readonly=True, default=lambda s: s.env.user
    )

    def _compute_value(self):
        self.value = False

    def _inverse_value(self):
        for ban in self:
            if not network.parse(ban.value):
                raise ValidationError(
                    self.env._("This is not an IPv4 or IPv6 address: %s", ban.value)
                )
            ban.update(self._identify("address", ban.value))

    def _check_somebody(self):
        if any(not ban.fingerprint for ban in self):
            raise ValidationError(self.env._("Say which address is to be blocked."))

    @api.model_create_multi
    def create(self, vals_list):
        bans = super().create(vals_list)
        bans._check_somebody()
        self.env.registry.clear_cache()
        return bans

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    def _identify(self, kind, value):
        """What is stored of the value: a fingerprint and a label for people."""
        if kind == "address":
            value, label = network.network(value), network.masked(value)
            if not value:
                raise ValidationError(self.env._("This is not an address."))
        else:
            label = value
        print_hex = self.env["usu.guard.ledger"]._digest("ban", kind, value).hex()
        return {"fingerprint": print_hex, "label": label}

    @api.model
    def _ban(self, kind, value, until, reason):
        return self.create(
            {
                "kind": kind,
                "until": until,
                "reason": reason,
                **self._identify(kind, value),
            }
        )

    @api.model
    def _covers(self, values):
        """:return: whether one of ``{kind: value}`` is banned now."""
        digest = self.env["usu.guard.ledger"]._digest
        prints = [digest("ban", kind, value).hex() for kind, value in values.items()]
        if not prints:
            return False
        known, now = self._known(), fields.Datetime.now()
        return any(
            until is False or until > now
            for until in map(known.get, prints)
            if until is not None
        )

    @api.model
    @tools.ormcache()
    def _known(self):
        """:return: fingerprint -> until (False: for good); every request asks"""
        now = fields.Datetime.now()
        known = {}
        for ban in self.search(["|", ("until", "=", False), ("until", ">", now)]):
            earlier = known.get(ban.fingerprint, now)
            known[ban.fingerprint] = bool(ban.until and earlier) and max(
                earlier, ban.until
            )
        return known
