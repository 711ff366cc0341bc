from odoo import fields, models


class UsuIntakeAnswer(models.Model):
    """An answer in words, with the question as it was put."""

    _name = "usu.intake.answer"
    _description = "Answer in a form"
    _order = "id"

    registration_id = fields.Many2one(
        "usu.intake.registration", required=True, ondelete="cascade", index=True
    )
    question_id = fields.Many2one(
        "usu.intake.question", ondelete="set null", index="btree_not_null"
    )
    question = fields.Char("As It Was Put", required=True)
    value = fields.Text()
