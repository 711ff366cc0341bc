from odoo import http
from odoo.exceptions import MissingError
from odoo.http import request
from odoo.tools import html2plaintext

from odoo.addons.mail.controllers.thread import ThreadController
from odoo.addons.mail.tools.discuss import add_guest_to_context


class UsuThreadController(ThreadController):
    @http.route()
    @add_guest_to_context
    def mail_message_post(
        self, thread_model, thread_id, post_data, context=None, **kwargs
    ):
        dialogue = usu_dialogue(thread_model, thread_id)
        if dialogue and (refusal := self._usu_refuse_message(dialogue, post_data)):
            return refusal
        return super().mail_message_post(
            thread_model, thread_id, post_data, context, **kwargs
        )

    def _usu_refuse_message(self, dialogue, post_data):
        limit = dialogue.livechat_channel_id._usu_cached_form().message_limit
        body = post_data.get("body") or ""
        # Markup may be several times as long as the words; no need to parse more.
        if len(body) > 20 * limit or len(html2plaintext(body)) > limit:
            return {"usu_error": "long", "limit": limit, "retry_after": 0}
        return usu_limited("chat_message")

    @classmethod
    def _can_edit_message(cls, message, **kwargs):
        allowed = super()._can_edit_message(message, **kwargs)
        if not allowed:
            return allowed
        # sudo: mail.message - only where it stands; super() decided who may
        message = message.sudo()
        dialogue = usu_dialogue(message.model, message.res_id)
        return (
            not dialogue or dialogue.livechat_channel_id._usu_cached_form().may_delete
        )


def usu_dialogue(thread_model, thread_id):
    """The desk's dialogue a visitor acts in; None for employees and other threads."""
    if thread_model != "discuss.channel" or request.env.user._is_internal():
        return None
    # sudo: discuss.channel - the settings of a dialogue; access is checked by the route
    dialogue = request.env["discuss.channel"].sudo().browse(int(thread_id))
    try:
        return dialogue if dialogue._usu_at_desk() else None
    except MissingError:
        return None


def usu_subject():
    """Who is counted and banned beside the address."""
    guest = request.env["mail.guest"]._get_guest_from_context()
    return f"guest:{guest.id}" if guest else f"user:{request.env.uid}"


def usu_limited(action):
    """The refusal of a visitor who is banned or does too much at once, or None."""
    guard, subject = request.env["usu.guard"], usu_subject()
    if guard._is_banned(subject):
        return {"usu_error": "banned", "retry_after": 0}
    admission = guard._limit(action, subject=subject)
    if admission.allowed:
        return None
    return {"usu_error": admission.error, "retry_after": admission.retry_after}
