from odoo import api, fields, models
from odoo.tools import SQL


class UsuIntakeBotMessage(models.Model):
    """Which message in Discuss is which message at Telegram: for quotes and edits."""

    _name = "usu.intake.bot.message"
    _description = "Message on Telegram"

    chat_id = fields.Many2one("usu.intake.bot.chat", required=True, ondelete="cascade")
    telegram_number = fields.Integer(required=True)
    message_id = fields.Many2one(
        "mail.message", required=True, ondelete="cascade", index=True
    )
    outgoing = fields.Boolean()

    _one = models.UniqueIndex("(chat_id, telegram_number)")

    @api.model
    def _note(self, chat, number, message, outgoing=False):
        """Remember a pair; a number that is known already means the later message."""
        if not (number and message):
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO usu_intake_bot_message (
                    chat_id, telegram_number, message_id, outgoing,
                    create_uid, create_date, write_uid, write_date)
                VALUES (%s, %s, %s, %s, %s, now() AT TIME ZONE 'UTC',
                    %s, now() AT TIME ZONE 'UTC')
                ON CONFLICT (chat_id, telegram_number) DO UPDATE
                   SET message_id = EXCLUDED.message_id, outgoing = EXCLUDED.outgoing
                """,
                *(chat.id, number, message.id, outgoing, self.env.uid, self.env.uid),
            )
        )
        self.invalidate_model()

    @api.model
    def _message(self, chat, number):
        """The mail.message of a number at Telegram, or empty."""
        mine = [("chat_id", "=", chat.id), ("telegram_number", "=", number)]
        return self.search(mine, limit=1).message_id if number else self.message_id

    @api.model
    def _numbers(self, chat, message):
        """Numbers at Telegram of a message; long ones have several."""
        mine = [("chat_id", "=", chat.id), ("message_id", "=", message.id)]
        return self.search(mine, order="id").mapped("telegram_number")
