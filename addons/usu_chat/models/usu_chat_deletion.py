from odoo import fields, models


class UsuChatDeletion(models.Model):
    _name = "usu.chat.deletion"
    _description = "Text removed from a dialogue"
    _order = "id desc"
    _rec_name = "dialogue_id"

    dialogue_id = fields.Many2one(
        "discuss.channel", required=True, ondelete="cascade", index=True
    )
    message_id = fields.Many2one(
        "mail.message", ondelete="set null", index="btree_not_null"
    )
    kind = fields.Selection(
        [("deleted", "Deleted"), ("changed", "Changed")], required=True
    )
    body = fields.Html("Text before", sanitize=True, readonly=True)
    attachment_names = fields.Char("Files")
    author_name = fields.Char("Written by")
    written_at = fields.Datetime("Written on")
    was_seen = fields.Boolean("Already seen by the other side")
    user_id = fields.Many2one("res.users", "Removed by (employee)")
    remover_name = fields.Char("Removed by")
    create_date = fields.Datetime("Removed on", readonly=True)
