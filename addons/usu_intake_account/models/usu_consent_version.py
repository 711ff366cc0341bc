from odoo import fields, models


class UsuConsentVersion(models.Model):
    """The words of a consent text at one time, in each language. Never changed."""

    _name = "usu.consent.version"
    _description = "Version of a consent text"
    _order = "text_id, number desc"
    _rec_name = "number"

    text_id = fields.Many2one("usu.consent.text", required=True, ondelete="cascade")
    number = fields.Integer(required=True)
    bodies = fields.Json(readonly=True)
    words = fields.Text(compute="_compute_words")

    _once = models.UniqueIndex("(text_id, number)")

    def _compute_words(self):
        for version in self:
            version.words = version._words(self.env.lang)

    def _words(self, lang):
        self.ensure_one()
        bodies = self.bodies or {}
        return (
            bodies.get(lang) or bodies.get("en_US") or next(iter(bodies.values()), "")
        )
