from odoo import models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _usu_done(self):
        """Done without a message in the thread: the decisions tell the story."""
        # sudo: mail.activity - the task follows the request, whoever acts on it
        self.sudo().filtered("active").write({"active": False})
