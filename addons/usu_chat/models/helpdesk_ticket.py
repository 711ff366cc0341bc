from odoo import fields, models

SITE = ("channel_type", "=", "livechat")


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    usu_dialogue_count = fields.Integer(
        compute="_compute_usu_dialogue_count", compute_sudo=True
    )

    def _compute_usu_dialogue_count(self):
        counts = dict(
            self.env["discuss.channel"]._read_group(
                [("usu_request_id", "in", self.ids), SITE],
                ["usu_request_id"],
                ["__count"],
            )
        )
        for ticket in self:
            ticket.usu_dialogue_count = counts.get(ticket, 0)

    def write(self, vals):
        result = super().write(vals)
        if vals.get("user_id"):
            # sudo: discuss.channel - the dialogue follows the request it belongs to
            dialogues = self.sudo().usu_dialogue_ids.filtered_domain([SITE])
            for dialogue in dialogues.filtered(lambda d: not d.livechat_end_dt):
                dialogue._usu_follow(dialogue.usu_request_id.user_id)
        return result

    def _usu_open_action(self):
        """A request from the chat is opened in its dialogue."""
        # sudo: discuss.channel - only the id; Discuss checks who may read it
        dialogues = self.sudo().usu_dialogue_ids.filtered_domain([SITE])
        dialogue = dialogues.sorted("id")[-1:]
        if not dialogue:
            return super()._usu_open_action()
        return dialogue._usu_open_action()

    def action_usu_open_dialogue(self):
        self.ensure_one()
        self.check_access("read")
        return self._usu_open_action()
