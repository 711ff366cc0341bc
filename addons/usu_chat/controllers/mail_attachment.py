from odoo import http
from odoo.http import request

from odoo.addons.mail.controllers.attachment import AttachmentController
from odoo.addons.mail.tools.discuss import add_guest_to_context

from .mail_thread import usu_dialogue, usu_limited


class UsuAttachmentController(AttachmentController):
    @http.route()
    @add_guest_to_context
    def mail_attachment_upload(
        self, ufile, thread_id, thread_model, is_pending=False, **kwargs
    ):
        if error := self._usu_refused_upload(usu_dialogue(thread_model, thread_id)):
            return request.make_json_response({"error": error})
        return super().mail_attachment_upload(
            ufile, thread_id, thread_model, is_pending, **kwargs
        )

    def _usu_refused_upload(self, dialogue):
        if not dialogue:
            return None
        limit = dialogue.livechat_channel_id.usu_upload_limit_mb
        # A little more than the file: the form around it.
        if (request.httprequest.content_length or 0) > (limit * 1024 + 64) * 1024:
            return request.env._("The file is larger than %(limit)s MB.", limit=limit)
        if usu_limited("chat_upload"):
            return request.env._("Too many files at once. Please wait a little.")
        return None
