from odoo import api, models


class MailPresence(models.Model):
    _inherit = "mail.presence"

    @api.model_create_multi
    def create(self, vals_list):
        presences = super().create(vals_list)
        presences._usu_somebody_came()
        return presences

    def write(self, vals):
        coming = vals.get("status") == "online" and self.filtered(
            lambda p: p.status != "online"
        )
        result = super().write(vals)
        if coming:
            coming._usu_somebody_came()
        return result

    def _usu_somebody_came(self):
        """Somebody is there again: the queues of their desks can move."""
        users = self.filtered(lambda p: p.status == "online").user_id
        # sudo: helpdesk.ticket.team - only whether a queue waits
        desks = users.sudo().helpdesk_team_ids
        if desks and desks._usu_has_queue():
            self.env["usu.routing"]._wake()
