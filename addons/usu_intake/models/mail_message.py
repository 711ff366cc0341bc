from odoo import api, models


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model
    def _get_message_id(self, values):
        """Our letters about a request carry a token that answers bring back."""
        if (
            values.get("model") == "helpdesk.ticket"
            and values.get("res_id")
            and values.get("reply_to_force_new") is not True
        ):
            ticket = self.env["helpdesk.ticket"].browse(values["res_id"])
            # sudo: helpdesk.ticket - the id and the mailbox's public address only
            return ticket.sudo()._usu_message_id()
        return super()._get_message_id(values)
