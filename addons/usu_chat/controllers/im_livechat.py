import uuid
from urllib.parse import urlsplit

from odoo import Command, http
from odoo.http import request
from odoo.tools import html2plaintext

from odoo.addons.im_livechat.controllers.main import LivechatController
from odoo.addons.mail.tools.discuss import Store, add_guest_to_context

from ..tools.opening import Opening
from ..tools.pages import safe_page
from .mail_thread import usu_subject


class UsuLivechatController(LivechatController):
    """Opens dialogues of a desk: form and proof first, then the routing chooses.

    The checks stand in the method and not on the route, because the CORS twin calls
    the method.
    """

    @http.route()
    @add_guest_to_context
    def get_session(
        self,
        channel_id,
        previous_operator_id=None,
        chatbot_script_id=None,
        persisted=True,
        **kwargs,
    ):
        def plain():
            return super(UsuLivechatController, self).get_session(
                channel_id,
                previous_operator_id=previous_operator_id,
                chatbot_script_id=chatbot_script_id,
                persisted=persisted,
                **kwargs,
            )

        livechat = self._usu_livechat(channel_id)
        if not livechat:
            return plain()
        if refusal := self._usu_refused_site(livechat):
            return refusal
        if not persisted:
            # Making a challenge costs us more than asking for one costs a program.
            admission = request.env["usu.guard"]._limit("guard_challenge")
            if not admission:
                return admission.refusal()
            return plain() | self._usu_preview(livechat)
        opening, refusal = self._usu_opening(livechat, kwargs)
        if refusal:
            return refusal
        if not self._usu_has_script(livechat, chatbot_script_id):
            livechat._usu_route(opening, self._usu_partner())
        request.update_context(usu_opening=opening)
        self._usu_name_guest(opening.by_role.get("name"))
        result = plain()
        return result | {"usu_notice": self._usu_notice(livechat, opening)}

    def _process_extra_channel_params(self, **kwargs):
        transient, stored = super()._process_extra_channel_params(**kwargs)
        opening = request.env.context.get("usu_opening")
        if opening:
            livechat = self._usu_livechat_of(opening)
            stored = stored | {
                "uuid": opening.uuid,
                "usu_request_id": opening.receipt and opening.receipt.request_id,
                "usu_address": opening.address,
                "usu_start_page": opening.page or False,
                "usu_page": opening.page or False,
                "usu_answer_ids": [
                    Command.create(vals) for vals in livechat._usu_answer_vals(opening)
                ],
            }
        return transient, stored

    def _get_guest_name(self):
        opening = request.env.context.get("usu_opening")
        return (opening and opening.by_role.get("name")) or super()._get_guest_name()

    def _usu_name_guest(self, name):
        """Who came back is called what was typed now, not "Visitor #2"."""
        guest = request.env["mail.guest"]._get_guest_from_context()
        if guest and name and guest.name != name:
            # sudo: mail.guest - the visitor's own name
            guest.sudo().name = name

    # ------------------------------------------------------------
    # Before the first message
    # ------------------------------------------------------------

    def _usu_livechat(self, channel_id):
        livechats = request.env["im_livechat.channel"]
        return livechats._usu_at_desk_ids(channel_id).with_context(
            lang=self._usu_lang()
        )

    def _usu_has_script(self, livechat, script_id):
        """A chatbot begins, and hands over to the desk when it has asked."""
        scripts = script_id and livechat.rule_ids.chatbot_script_id.ids
        return bool(scripts) and script_id in scripts

    def _usu_livechat_of(self, opening):
        return self._usu_livechat(opening.livechat_id)

    def _usu_lang(self):
        code = request.cookies.get("frontend_lang") or request.params.get("usu_lang")
        return request.env["res.lang"]._get_data(code=code).code or request.env.lang

    def _usu_partner(self):
        user = request.env.user
        return None if user._is_public() else user.partner_id

    def _usu_subject(self):
        """A guest or a user; a first visit has no name to be counted by."""
        guest = request.env["mail.guest"]._get_guest_from_context()
        return usu_subject() if guest or self._usu_partner() else ""

    def _usu_refused_site(self, livechat):
        """The refusal of a banned visitor, or of a site that may not embed us."""
        guard = request.env["usu.guard"]
        error = ""
        if guard._is_banned(self._usu_subject()):
            error = "banned"
        elif not self._usu_own_origin():
            origin = request.httprequest.headers.get("Origin")
            here = livechat._usu_cached_form().sites
            both = guard._origin_allowed(origin) and guard._origin_allowed(origin, here)
            error = "" if both else "site"
        return {"usu_error": error, "need": None, "retry_after": 0} if error else None

    def _usu_own_origin(self):
        origin = request.httprequest.headers.get("Origin")
        return not origin or urlsplit(origin).netloc == request.httprequest.host

    def _usu_preview(self, livechat):
        """What the window shows before there is a dialogue."""
        store = Store()
        livechat._usu_store_state(store)
        return {
            "usu_store": store.get_result(),
            "usu_form": livechat._usu_form(self._usu_known(livechat)),
            "usu_challenge": self._usu_challenge(livechat),
        }

    def _usu_known(self, livechat):
        """What the form is filled in with: role -> value.

        The account of who is logged in; of a guest what this same browser (its guest
        cookie) gave before, and nothing the house knows from elsewhere.
        """
        if partner := self._usu_partner():
            return {
                "name": partner.name,
                "email": partner.email,
                "phone": partner.phone,
            }
        guest = request.env["mail.guest"]._get_guest_from_context()
        return livechat._usu_given_before(guest) if guest else {}

    def _usu_challenge(self, livechat):
        return request.env["usu.guard"]._issue("chat_open", binding=str(livechat.id))

    def _usu_opening(self, livechat, sent):
        """Check what was sent with the first message.

        :return: ``(Opening, None)`` or ``(None, refusal)``
        """
        checked = livechat._usu_check_answers(sent.get("usu_answers") or {})
        if checked.errors:
            return None, {"usu_error": "answers", "fields": checked.errors}
        admission = request.env["usu.guard"]._admit(
            "chat_open",
            proof=sent.get("usu_proof"),
            honeypot=sent.get("usu_website") or "",
            binding=str(livechat.id),
            subject=self._usu_subject(),
        )
        if not admission.allowed:
            return None, {
                "usu_error": admission.error,
                "need": admission.need,
                "retry_after": admission.retry_after,
            }
        text = sent.get("usu_text")
        opening = Opening(
            uuid=self._usu_uuid(),
            livechat_id=livechat.id,
            values=checked.values,
            by_role=livechat._usu_by_role(checked.values),
            first_text=html2plaintext(text)[:2000] if isinstance(text, str) else "",
            page=safe_page(sent.get("usu_page")),
            address=request.httprequest.remote_addr or "",
            lang=livechat.env.lang or "",
            country_code=request.geoip.country_code or "",
        )
        return opening, None

    def _usu_uuid(self):
        # Odoo repeats the whole method after a serialization error; the same name
        # makes the routing recognise its own first attempt.
        if not hasattr(request, "usu_chat_uuid"):
            request.usu_chat_uuid = str(uuid.uuid4())
        return request.usu_chat_uuid

    def _usu_promised_ways(self, livechat, opening):
        ways = ["email"] if opening.by_role.get("email") else []
        if opening.by_role.get("phone") and livechat.usu_text_visitors:
            ways.append("phone")
        return ways

    def _usu_notice(self, livechat, opening):
        """When and how the answer comes, if nobody could take the dialogue now."""
        receipt = opening.receipt
        there = receipt and receipt.user_id and opening.operator.im_status or ""
        if not receipt or "online" in there:
            return {"waiting": False, "next_opening": None, "by": []}
        state = livechat._usu_state()
        answered_now = receipt.user_id and state["staffed"]
        return {
            "waiting": not answered_now,
            "next_opening": state["next_opening"],
            "by": self._usu_promised_ways(livechat, opening),
        }
