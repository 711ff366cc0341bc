from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.phrases import wordings

KINDS = [
    ("script", "Script point"),
    ("keyword", "Keyword"),
    ("complaint", "Complaint"),
]
SIDES = [("staff", "Employee"), ("client", "Client")]


class UsuCallPhrase(models.Model):
    """Something to listen for: in words the clinic writes itself."""

    _name = "usu.call.phrase"
    _description = "Phrase to Listen For"
    _order = "kind, sequence, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        KINDS,
        required=True,
        default="keyword",
        help="A script point should be said by the employee in every conversation.",
    )
    side = fields.Selection(SIDES, string="Said By", help="Empty: whoever says it.")
    wordings = fields.Text(
        required=True,
        help="One wording a line. * at the end of a word stands for any ending, ... "
        "between words for up to five others.",
    )
    language = fields.Char(
        help="Two letters, like en or ru. Empty: in conversations of any language."
    )
    desk_ids = fields.Many2many(
        "helpdesk.ticket.team", string="Desks", help="Empty: all desks."
    )
    company_id = fields.Many2one("res.company", index=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    @api.constrains("wordings")
    def _check_wordings(self):
        for phrase in self:
            if not wordings(phrase.wordings or ""):
                raise ValidationError(self.env._("Write at least one wording."))

    @api.model
    def _usu_of(self, analysis):
        """The phrases to listen for in one conversation."""
        desk, language = analysis.desk_id, (analysis.language or "")[:2].lower()
        return self.search(
            [
                ("company_id", "in", (analysis.company_id.id, False)),
                "|",
                ("desk_ids", "=", False),
                ("desk_ids", "in", desk.ids),
            ]
        ).filtered(lambda phrase: (phrase.language or language)[:2].lower() == language)


class UsuCallPhraseHit(models.Model):
    """A phrase that was said, and when."""

    _name = "usu.call.phrase.hit"
    _description = "Phrase Said"
    _order = "analysis_id, at_seconds, id"
    _rec_name = "phrase_id"

    analysis_id = fields.Many2one(
        "usu.call.analysis", required=True, index=True, ondelete="cascade"
    )
    phrase_id = fields.Many2one(
        "usu.call.phrase", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(related="phrase_id.kind")
    side = fields.Selection([*SIDES, ("mixed", "Somebody")], required=True)
    at_seconds = fields.Float(string="At (s)")
