from odoo import fields, models

from ..tools.answers import Question


class UsuIntakeQuestion(models.Model):
    _name = "usu.intake.question"
    _description = "Question of a form"
    _order = "sequence, id"

    form_id = fields.Many2one(
        "usu.intake.form", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("Question", required=True, translate=True)
    help_text = fields.Char("Hint", translate=True)
    kind = fields.Selection(
        [
            ("text", "Text"),
            ("longtext", "Long text"),
            ("choice", "Choice"),
            ("date", "Date"),
            ("yesno", "Yes or no"),
        ],
        required=True,
        default="text",
    )
    required = fields.Boolean()
    active = fields.Boolean(default=True)
    choice_ids = fields.One2many(
        "usu.intake.question.choice", "question_id", "Choices", copy=True
    )

    def _as_value(self):
        self.ensure_one()
        return Question(
            id=self.id,
            kind=self.kind,
            required=self.required,
            choices=tuple(str(choice_id) for choice_id in self.choice_ids.ids),
        )

    def _in_words(self, value):
        """The clean value as people read it."""
        self.ensure_one()
        if self.kind == "choice":
            return self.choice_ids.filtered(lambda c: str(c.id) == value).name or value
        if self.kind == "yesno":
            return self.env._("Yes") if value == "yes" else self.env._("No")
        return value
