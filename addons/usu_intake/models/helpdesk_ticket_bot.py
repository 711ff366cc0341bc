from odoo import fields, models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"  # pylint: disable=R8180

    usu_bot_chat_ids = fields.One2many(
        "usu.intake.bot.chat",
        "request_id",
        "Telegram Dialogues",
        groups="base.group_user",
    )
    usu_bot_chat_count = fields.Integer(
        compute="_compute_usu_bot_chat_count", compute_sudo=True
    )

    def _compute_usu_bot_chat_count(self):
        for ticket in self:
            ticket.usu_bot_chat_count = len(ticket.usu_bot_chat_ids)

    def write(self, vals):
        result = super().write(vals)
        if vals.get("user_id"):
            # sudo: usu.intake.bot.chat - the dialogue follows its request
            for ticket in self.sudo():
                ticket.usu_bot_chat_ids._follow(ticket.user_id)
        return result

    def _usu_finish(self):
        result = super()._usu_finish()
        # sudo: usu.intake.bot.chat - the bot is back when the request is closed
        self.sudo().usu_bot_chat_ids._finished()
        return result

    def _usu_open_action(self):
        """A request from Telegram is opened in its dialogue."""
        # sudo: usu.intake.bot.chat - only the id; Discuss checks who may read it
        chat = self.sudo().usu_bot_chat_ids.filtered("channel_id")[:1]
        if not chat:
            return super()._usu_open_action()
        return chat.channel_id._usu_open_action()

    def action_usu_open_telegram(self):
        """Button: the dialogue; whoever may see the request may join it."""
        self.ensure_one()
        self.check_access("read")
        # sudo: usu.intake.bot.chat - checked above
        chat = self.sudo().usu_bot_chat_ids.filtered("channel_id")[:1]
        chat._follow(self.env.user)
        return self._usu_open_action()
