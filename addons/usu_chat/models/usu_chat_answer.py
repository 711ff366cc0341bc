from odoo import fields, models


class UsuChatAnswer(models.Model):
    _name = "usu.chat.answer"
    _description = "Answer given before the chat"
    _order = "dialogue_id desc, sequence, id"
    _rec_name = "label"

    dialogue_id = fields.Many2one(
        "discuss.channel", required=True, ondelete="cascade", index=True
    )
    request_id = fields.Many2one(
        related="dialogue_id.usu_request_id", store=True, index="btree_not_null"
    )
    partner_id = fields.Many2one(
        related="dialogue_id.usu_client_id",
        string="Client",
        store=True,
        index="btree_not_null",
    )
    question_id = fields.Many2one(
        "usu.chat.question",
        "Question of the Form",
        ondelete="set null",
        index="btree_not_null",
    )
    sequence = fields.Integer(default=10)
    label = fields.Char("Question", required=True)
    kind = fields.Char(required=True)
    role = fields.Char()
    value = fields.Text("Answer")
    consent_text = fields.Text(help="The text the visitor agreed to, as it was shown.")
    consent_version = fields.Integer()
