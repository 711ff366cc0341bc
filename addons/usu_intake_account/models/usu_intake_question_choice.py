from odoo import fields, models


class UsuIntakeQuestionChoice(models.Model):
    _name = "usu.intake.question.choice"
    _description = "Choice of a question of a form"
    _order = "sequence, id"

    question_id = fields.Many2one(
        "usu.intake.question", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
