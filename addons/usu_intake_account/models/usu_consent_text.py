import hashlib

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class UsuConsentText(models.Model):
    """What a client agrees to. Its words are kept in versions: each consent names the
    version that was on the screen."""

    _name = "usu.consent.text"
    _description = "Consent text"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null")
    purpose = fields.Selection(
        [
            ("data", "Personal data"),
            ("newsletter", "Newsletter"),
            ("other", "Other"),
        ],
        required=True,
        default="data",
    )
    required = fields.Boolean(
        help="A form cannot be sent without it. A newsletter is always voluntary."
    )
    body = fields.Text(
        "Text", required=True, translate=True, help="What the client reads, in full."
    )
    version_ids = fields.One2many("usu.consent.version", "text_id", "Versions")
    version = fields.Integer(compute="_compute_version")
    consent_count = fields.Integer(compute="_compute_consent_count")

    @api.depends("version_ids.number")
    def _compute_version(self):
        for text in self:
            text.version = max(text.version_ids.mapped("number"), default=0)

    def _compute_consent_count(self):
        groups = self.env["usu.consent"]._read_group(
            [("text_id", "in", self.ids), ("state", "=", "given")],
            ["text_id"],
            ["__count"],
        )
        counts = {text.id: count for text, count in groups}
        for text in self:
            text.consent_count = counts.get(text.id, 0)

    @api.constrains("purpose", "required")
    def _check_voluntary(self):
        for text in self:
            if text.purpose == "newsletter" and text.required:
                raise ValidationError(
                    self.env._("Nobody can be made to take a newsletter.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        texts = super().create(vals_list)
        for text in texts:
            text._current()
        return texts

    def write(self, vals):
        result = super().write(vals)
        if "body" in vals:
            for text in self:
                text._current()
        return result

    def action_consents(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "usu_intake_account.usu_consent_action"
        )
        return {**action, "domain": [("text_id", "=", self.id)], "context": {}}

    def _current(self):
        """:return: the version that holds today's words; made if there is none yet,
        whichever way they were changed. A language that is new is added to it.
        """
        self.ensure_one()
        bodies = {
            code: self.with_context(lang=code).body
            for code, _name in self.env["res.lang"].get_installed()
        }
        # sudo: usu.consent.version - versions are made by changing the text alone
        Version = self.env["usu.consent.version"].sudo()
        last = Version.search([("text_id", "=", self.id)], limit=1)
        old = last.bodies or {}
        if last and all(old.get(code, body) == body for code, body in bodies.items()):
            if bodies.keys() - old.keys():
                last.bodies = {**old, **bodies}
            return last
        return Version.create(
            {"text_id": self.id, "number": last.number + 1, "bodies": bodies}
        )

    def _seal(self):
        """A fingerprint of the words on the screen: they may change while the form is
        open."""
        self.ensure_one()
        return hashlib.sha256((self.body or "").encode()).hexdigest()[:16]
