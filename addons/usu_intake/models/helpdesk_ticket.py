from odoo import api, fields, models
from odoo.tools import email_normalize

from ..tools import thread_token


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    usu_item_ids = fields.One2many("usu.intake.item", "ticket_id", "Letters")

    def _usu_reopen(self):
        """An answer came to a closed request: back to its desk's first open stage."""
        self.ensure_one()
        stages = self.team_id._get_applicable_stages()
        stage = stages.filtered(lambda stage: not stage.closed)[:1]
        if stage:
            self.write({"stage_id": stage.id, "closed_date": False})

    @api.model
    def _usu_intake_secret(self):
        # sudo: ir.config_parameter - the database's own secret, for HMAC only
        return self.env["ir.config_parameter"].sudo().get_param("database.secret")

    def _usu_message_id(self):
        """A Message-ID whose answer proves to belong to this request."""
        self.ensure_one()
        company = self.company_id or self.env.company
        host = (email_normalize(company.email or "") or "").rpartition("@")[2]
        return thread_token.make(
            self._usu_intake_secret(), self.id, host or "localhost"
        )

    def _usu_mailbox(self):
        """The mailbox the client wrote to last."""
        # sudo: usu.intake.item, fetchmail.server - only the public address is used
        items = self.env["usu.intake.item"].sudo()
        return items.search(
            [("ticket_id", "=", self.id), ("server_id.usu_address", "!=", False)],
            limit=1,
        ).server_id

    def _usu_sender_address(self):
        return (
            self._usu_mailbox().usu_address
            or (self.company_id or self.env.company).email
        )

    def _notify_get_reply_to(self, default=None, author_id=False):
        """Answers come back to the mailbox the client wrote to."""
        result = super()._notify_get_reply_to(default=default, author_id=author_id)
        for ticket in self:
            address = ticket._usu_mailbox().usu_address
            if address:
                result[ticket.id] = address
        return result
