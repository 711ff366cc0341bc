from markupsafe import Markup, escape

from odoo import fields, models


class DiscussChannel(models.Model):
    """A dialogue on Telegram: what employees write here goes to the client."""

    _inherit = "discuss.channel"

    usu_bot_chat_id = fields.Many2one(
        "usu.intake.bot.chat",
        "Telegram",
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
        copy=False,
    )

    def _usu_bot_post(self, chat, body, parent=None):
        """A message of the client."""
        # sudo: discuss.channel, res.partner - the client speaks in their own dialogue
        channel, partner = self.sudo(), chat.partner_id.sudo()
        root = channel.with_user(self.env.ref("base.user_root"))
        author = {"author_id": partner.id} if partner else {"author_id": False}
        return root.with_context(
            usu_from_telegram=True, mail_create_nosubscribe=True
        ).message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            email_from=chat.display_name,
            parent_id=parent.id if parent else False,
            **author,
        )

    def _usu_bot_note(self, text):
        """A line for the employees alone."""
        # sudo: discuss.channel - the bot speaks
        root = self.sudo().with_user(self.env.ref("base.user_root"))
        root.with_context(usu_from_telegram=True).message_post(
            body=Markup("<i>%s</i>") % escape(text),
            message_type="notification",
            subtype_xmlid="mail.mt_comment",
            author_id=self.env.ref("base.partner_root").id,
        )

    def _usu_bot_attach(self, message, name, content, voice=False):
        """A file the client sent was collected: it joins its message."""
        # sudo: mail.message - the client's own message
        message = message.sudo()
        # sudo: ir.attachment - the file of the client
        attachment = self.env["ir.attachment"].sudo()
        attachment = attachment.create(
            {"name": name, "raw": content, "res_model": self._name, "res_id": self.id}
        )
        if voice:
            attachment._set_voice_metadata()
        # sudo: discuss.channel - the client's own dialogue
        channel = self.sudo().with_context(usu_from_telegram=True)
        ids = (message.attachment_ids | attachment).ids
        channel._message_update_content(message, body=None, attachment_ids=ids)

    # ------------------------------------------------------------------ the dialogue

    def _usu_is_dialogue(self):
        # sudo: discuss.channel - whether this is a dialogue on Telegram
        return super()._usu_is_dialogue() or bool(self.sudo().usu_bot_chat_id)

    def _usu_side(self, message):
        # An employee may be a client of the bot as well.
        chat = self.usu_bot_chat_id
        speaks = self.env.context.get("usu_from_telegram")
        if chat and (speaks or chat.partner_id == message.author_id):
            return "visitor"
        return super()._usu_side(message)

    def _usu_candidates(self):
        if not self.usu_bot_chat_id:
            return super()._usu_candidates()
        if self.usu_client_id or not self.usu_request_id:
            return []
        return self.env["usu.routing"]._identify(self.usu_bot_chat_id._contact())

    # ------------------------------------------------------------------ employees

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        if not self.env.context.get("usu_from_telegram"):
            # sudo: discuss.channel - whether this is a dialogue on Telegram
            chat = self.sudo().usu_bot_chat_id
            if chat and message.message_type == "comment":
                # sudo: mail.message - what was just written in it
                chat._usu_answered(message.sudo())
        return result

    def _message_update_content(self, message, /, *, body=None, **kwargs):
        result = super()._message_update_content(message, body=body, **kwargs)
        if body is not None and not self.env.context.get("usu_from_telegram"):
            # sudo: discuss.channel - whether this is a dialogue on Telegram
            chat = self.sudo().usu_bot_chat_id
            if chat:
                # sudo: mail.message - what was just changed in it
                chat._usu_changed(message.sudo(), body)
        return result
