from odoo import models


class UsuContactPoint(models.Model):
    _inherit = "usu.contact.point"

    def _usu_link_earlier(self):
        """A client is saved with a Telegram account: their earlier chats are theirs."""
        result = super()._usu_link_earlier()
        for point in self.filtered(lambda p: p.kind == "telegram"):
            # sudo: usu.intake.bot.chat - chats that were nobody's
            chats = self.env["usu.intake.bot.chat"].sudo()
            chats.search(
                [("chat_number", "=", point.value), ("partner_id", "=", False)]
            ).partner_id = point.partner_id
        return result
