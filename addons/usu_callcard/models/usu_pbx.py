import re
import secrets

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class UsuPbx(models.Model):
    _name = "usu.pbx"
    _description = "Telephone System"
    _inherit = ["bus.listener.mixin"]
    _order = "sequence, id"

    def _default_secret(self):
        return secrets.token_urlsafe(32)

    name = fields.Char(required=True, translate=False)
    code = fields.Char(
        required=True,
        copy=False,
        help="Short name by which the connector introduces itself.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    secret = fields.Char(
        required=True,
        copy=False,
        default=lambda self: self._default_secret(),
        groups="usu_callcard.usu_callcard_group_admin",
        help="Known to this database and to the connector; signs every message.",
    )
    country_id = fields.Many2one(
        "res.country",
        string="Default Country",
        default=lambda self: self.env.company.country_id,
        help="Numbers without a country code are read as numbers of this country.",
    )
    desk_id = fields.Many2one(
        "helpdesk.ticket.team",
        string="Desk for Missed Calls",
        help="Who calls back when nobody answered and the line has no desk of its own.",
    )
    dial_enabled = fields.Boolean(
        string="Click to Dial",
        default=True,
        help="A click on a telephone number rings the employee's own telephone first.",
    )
    extension_ids = fields.One2many("usu.pbx.extension", "pbx_id")
    line_ids = fields.One2many("usu.pbx.line", "pbx_id")
    last_event_at = fields.Datetime(compute="_compute_last_event_at")

    _code_unique = models.UniqueIndex(
        "(code)", "Another telephone system has this code already."
    )

    def _compute_last_event_at(self):
        latest = dict(
            self.env["usu.call"]._read_group(
                [("pbx_id", "in", self.ids)], ["pbx_id"], ["last_event_at:max"]
            )
        )
        for pbx in self:
            pbx.last_event_at = latest.get(pbx, False)

    @api.constrains("code")
    def _check_code(self):
        for pbx in self:
            if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,31}", pbx.code):
                raise ValidationError(
                    self.env._(
                        "The code of a telephone system is made of small latin "
                        "letters, digits, - and _, for example: main"
                    )
                )

    @api.constrains("secret")
    def _check_secret(self):
        for pbx in self:
            if len(pbx.secret) < 16:
                raise ValidationError(
                    self.env._("The secret must have at least 16 characters.")
                )

    def action_new_secret(self):
        """Make the old secret worthless; the connector needs the new one."""
        self.check_access("write")
        for pbx in self:
            pbx.secret = self._default_secret()

    @api.model
    def _usu_by_code(self, code):
        """The active telephone system with this code, or an empty record."""
        return self.search([("code", "=", code or "")], limit=1)

    def _usu_users(self, extensions):
        """Employees behind extensions.

        :param extensions: numbers of extensions
        :return: dict extension -> ``res.users`` record, only where there is one
        """
        found = self.env["usu.pbx.extension"].search(
            [("pbx_id", "=", self.id), ("number", "in", list(extensions))]
        )
        return {ext.number: ext.user_id for ext in found if ext.user_id.active}

    def _usu_desk(self, did):
        """The desk that cares for calls to the number ``did``."""
        self.ensure_one()
        return self._usu_line(did).desk_id or self.desk_id

    def _usu_line(self, did):
        """The own line that was called, an empty record when it is not listed."""
        return self.line_ids.filtered(lambda line: line._usu_is(did))[:1]
