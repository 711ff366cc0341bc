from odoo import fields, models


class UsuChatQuestionChoice(models.Model):
    _name = "usu.chat.question.choice"
    _description = "Choice of a question before the chat"
    _order = "sequence, id"

    question_id = fields.Many2one(
        "usu.chat.question", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
