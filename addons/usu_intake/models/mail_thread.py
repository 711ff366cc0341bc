import xmlrpc.client

from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_process(
        self,
        model,
        message,
        custom_values=None,
        save_original=False,
        strip_attachments=False,
        thread_id=None,
    ):
        """Letters a mail server hands over (Odoo's mail gateway script) pass the queue.

        Switched on by a confirmed mailbox of the type *Local Server* with *Front desk
        intake*; concerns letters meant for requests, all others go Odoo's way.
        """
        server = self._usu_gateway_mailbox() if self._usu_for_requests(model) else None
        if not server or thread_id:
            return super().message_process(
                model,
                message,
                custom_values=custom_values,
                save_original=save_original,
                strip_attachments=strip_attachments,
                thread_id=thread_id,
            )
        if isinstance(message, xmlrpc.client.Binary):
            message = bytes(message.data)
        raw = message.encode() if isinstance(message, str) else message
        # sudo: usu.intake.item - the mail server delivers, whoever it signs in as
        items = self.env["usu.intake.item"].sudo()
        items._store_letter(raw, server=server)
        items._wake()
        return False

    @api.model
    def _usu_for_requests(self, model):
        return model == "helpdesk.ticket"

    @api.model
    def _usu_gateway_mailbox(self):
        # sudo: fetchmail.server - its settings decide what happens to the letter
        return (
            self.env["fetchmail.server"]
            .sudo()
            .search(
                [
                    ("usu_intake", "=", True),
                    ("server_type", "=", "local"),
                    ("state", "=", "done"),
                ],
                limit=1,
            )
        )
