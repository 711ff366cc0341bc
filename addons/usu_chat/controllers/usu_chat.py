import base64

from odoo import http
from odoo.http import request
from odoo.tools.mimetypes import guess_mimetype

from odoo.addons.im_livechat.tools.misc import force_guest_env
from odoo.addons.mail.tools.discuss import add_guest_to_context

from ..tools.pages import safe_page
from .mail_thread import usu_limited

PICTURE_SECONDS = 3600


class UsuChatController(http.Controller):
    @http.route(
        "/usu_chat/picture/<int:channel_id>",
        type="http",
        auth="public",
        cors="*",
        readonly=True,
    )
    def picture(self, channel_id, **kwargs):
        """The picture of the chat, for pages of every origin."""
        # sudo: im_livechat.channel - the picture is public by its nature
        livechat = request.env["im_livechat.channel"].sudo().browse(channel_id).exists()
        if not livechat.usu_desk_id:
            raise request.not_found()
        picture = livechat._usu_picture_source()
        if not picture:
            raise request.not_found()
        raw = base64.b64decode(picture)
        return request.make_response(
            raw,
            [
                ("Content-Type", guess_mimetype(raw, default="image/png")),
                ("Content-Length", str(len(raw))),
                ("Cache-Control", f"public, max-age={PICTURE_SECONDS}"),
                ("X-Content-Type-Options", "nosniff"),
                ("Content-Security-Policy", "default-src 'none'"),
            ],
        )

    @http.route("/usu_chat/page", type="jsonrpc", auth="public", methods=["POST"])
    @add_guest_to_context
    def page(self, channel_id, page):
        """The visitor went on to another page while the dialogue is open."""
        # Access rules give a visitor only the dialogues they are in.
        dialogue = request.env["discuss.channel"].search([("id", "=", channel_id)])
        # sudo: discuss.channel - the page of one's own dialogue, which staff see
        dialogue = dialogue.sudo()
        if not dialogue.livechat_channel_id.usu_desk_id or dialogue.livechat_end_dt:
            return False
        if usu_limited("chat_page"):
            return False
        address = safe_page(page)
        if address and address != dialogue.usu_page:
            dialogue.usu_page = address
        return True

    @http.route(
        "/usu_chat/cors/page", type="jsonrpc", auth="public", methods=["POST"], cors="*"
    )
    def cors_page(self, guest_token, channel_id, page):
        force_guest_env(guest_token)
        return self.page(channel_id, page)

    @http.route("/usu_chat/transcript", type="jsonrpc", auth="public", methods=["POST"])
    @add_guest_to_context
    def transcript(self, channel_id):
        """Send the visitor's own conversation to the address they gave in its form."""
        # Access rules give a visitor only the dialogues they are in.
        dialogue = request.env["discuss.channel"].search([("id", "=", channel_id)])
        # sudo: discuss.channel - one's own dialogue
        dialogue = dialogue.sudo()
        if not dialogue or not dialogue._usu_may_mail():
            return {"usu_error": "no_address", "retry_after": 0}
        if refusal := usu_limited("chat_transcript"):
            return refusal
        sent = request.env["usu.chat.transcript"]._send(dialogue)
        return {"sent": sent}

    @http.route(
        "/usu_chat/cors/transcript",
        type="jsonrpc",
        auth="public",
        methods=["POST"],
        cors="*",
    )
    def cors_transcript(self, guest_token, channel_id):
        force_guest_env(guest_token)
        return self.transcript(channel_id)

    @http.route(
        "/usu_chat/return/<string:token>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        website=True,
        multilang=False,
        sitemap=False,
    )
    def come_back(self, token, **kwargs):
        """A link from a letter or a text message, back into the dialogue.

        Opening it changes nothing, because mail programs look at links too; only the
        button spends it and makes this browser the visitor's.
        """
        returning = request.env["usu.chat.return"]
        spend = request.httprequest.method == "POST"
        dialogue, guest = returning._come_back(token, once=spend)
        if not dialogue:
            page = request.render("usu_chat.return_page", {"token": False})
            page.status_code = 410
            return page
        if not spend:
            return request.render("usu_chat.return_page", {"token": token})
        dialogue._usu_reopen()
        guest._set_auth_cookie()
        livechat = dialogue.livechat_channel_id
        return request.redirect(
            f"/im_livechat/support/{livechat.id}?usu_dialogue={dialogue.id}"
        )
