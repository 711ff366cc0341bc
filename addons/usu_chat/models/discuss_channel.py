from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from odoo.addons.mail.tools.discuss import Store

from ..tools.opening import Opening

ADDRESS_GROUP = "usu_chat.usu_chat_group_address"


class DiscussChannel(models.Model):
    """A dialogue with a visitor of the site: answers, pages, address, coming back."""

    _inherit = "discuss.channel"

    usu_answer_ids = fields.One2many(
        "usu.chat.answer", "dialogue_id", "Questionnaire", groups="base.group_user"
    )
    usu_deletion_ids = fields.One2many(
        "usu.chat.deletion",
        "dialogue_id",
        "Removed Messages",
        groups="usu_routing.usu_routing_group_head",
    )
    usu_visitor_left = fields.Boolean("Visitor Left", groups="base.group_user")
    usu_tell_at = fields.Datetime(
        "Tell the Visitor At",
        copy=False,
        groups="base.group_user",
        help="When a visitor who has not read the answer gets a link to it.",
    )
    usu_start_page = fields.Char("Start Page", groups="base.group_user")
    usu_page = fields.Char("Current Page", groups="base.group_user")
    usu_address = fields.Char("IP Address", groups=ADDRESS_GROUP, copy=False)

    _usu_tell_idx = models.Index("(usu_tell_at) WHERE usu_tell_at IS NOT NULL")

    def write(self, vals):
        if vals.get("livechat_end_dt"):
            # An employee ends it on purpose; the request keeps what is still open.
            vals = {**vals, "usu_waiting_since": False}
        return super().write(vals)

    # ------------------------------------------------------------
    # A dialogue of a desk
    # ------------------------------------------------------------

    def _usu_at_desk(self):
        """Whether this is a dialogue of a desk; plain live chats stay as they are."""
        if self.channel_type != "livechat":
            return False
        # sudo: discuss.channel - whether a desk stands behind the chat is no secret
        livechat = self.sudo().livechat_channel_id
        return livechat.id in livechat._usu_with_desk()

    def _usu_is_dialogue(self):
        return super()._usu_is_dialogue() or self._usu_at_desk()

    def _usu_client_wrote(self, at):
        if self._usu_at_desk() and (self.usu_visitor_left or self.usu_tell_at):
            self.write({"usu_visitor_left": False, "usu_tell_at": False})
        return super()._usu_client_wrote(at)

    def _usu_note_message(self, message):
        result = super()._usu_note_message(message)
        if self._usu_at_desk() and self._usu_side(message) == "agent":
            self.env["usu.chat.return"]._plan(self)
        return result

    def _usu_side(self, message):
        """``visitor``, ``agent``, ``bot`` or None for somebody outside the dialogue."""
        if not self._usu_at_desk():
            return super()._usu_side(message)
        if message.author_guest_id and not message.author_id:
            return "visitor"
        history = self.livechat_channel_member_history_ids.filtered(
            lambda h: h.partner_id and h.partner_id == message.author_id
        )
        return history[:1].livechat_member_type

    # ------------------------------------------------------------
    # Leaving, closing, cleaning
    # ------------------------------------------------------------

    def _close_livechat_session(self, **kwargs):
        # sudo: discuss.channel - the visitor leaves, staff fields are read and set
        dialogue = self.sudo()
        if not dialogue.usu_waiting_since or dialogue.livechat_end_dt:
            return super()._close_livechat_session(**kwargs)
        # Whoever leaves with an open question still gets the answer: the dialogue
        # stays, and the answer goes out with a link that leads back into it.
        if not dialogue.usu_visitor_left:
            dialogue.usu_visitor_left = True
            dialogue.message_post(
                author_id=self.env.ref("base.partner_root").id,
                body=self.env._("The visitor closed the chat and waits for an answer."),
                message_type="notification",
                subtype_xmlid="mail.mt_note",
            )

    def _usu_reopen(self):
        """The visitor is back: what was closed in the meantime can go on."""
        self.ensure_one()
        vals = {"usu_visitor_left": False, "usu_tell_at": False}
        if self.livechat_end_dt:
            vals |= {"livechat_end_dt": False, "livechat_status": "in_progress"}
        self.write(vals)
        if "livechat_end_dt" in vals:
            Store(bus_channel=self).add(self, "livechat_end_dt").bus_send()

    @api.autovacuum
    def _gc_bot_only_ongoing_sessions(self):
        spared = self.with_context(usu_spare_waiting=True)
        return super(DiscussChannel, spared)._gc_bot_only_ongoing_sessions()

    def _search(self, domain, *args, **kwargs):
        if self.env.context.get("usu_spare_waiting"):
            domain = Domain(domain) & Domain("usu_waiting_since", "=", False)
        return super()._search(domain, *args, **kwargs)

    @api.autovacuum
    def _usu_gc_addresses(self):
        """Erase addresses and pages when the time of the live chat channel is over."""
        for livechat in self.env["im_livechat.channel"].search(
            [("usu_desk_id", "!=", False)]
        ):
            self.search(
                [
                    ("livechat_channel_id", "=", livechat.id),
                    ("create_date", "<", f"-{livechat.usu_address_days}d"),
                    "|",
                    "|",
                    ("usu_address", "!=", False),
                    ("usu_start_page", "!=", False),
                    ("usu_page", "!=", False),
                ]
            ).write({"usu_address": False, "usu_start_page": False, "usu_page": False})

    def usu_ban_visitor(self, days=7):
        """An employee of the chat refuses this visitor and their address for a time."""
        self.ensure_one()
        if not self.env.user.has_group("im_livechat.im_livechat_group_user"):
            raise AccessError(self.env._("Only employees of the chat can do that."))
        self.check_access("read")
        # sudo: discuss.channel - the address may be hidden from who bans it
        dialogue = self.sudo()
        guard = self.env["usu.guard"]
        until = fields.Datetime.add(fields.Datetime.now(), days=min(int(days), 365))
        reason = self.env._("Blocked from the chat by %s", self.env.user.name)
        for guest in dialogue.channel_member_ids.guest_id:
            guard._ban("subject", f"guest:{guest.id}", until, reason)
        if dialogue.usu_address:
            guard._ban("address", dialogue.usu_address, until, reason)
        dialogue.livechat_end_dt = fields.Datetime.now()
        Store(bus_channel=dialogue).add(dialogue, "livechat_end_dt").bus_send()

    # ------------------------------------------------------------
    # Deleted and changed messages
    # ------------------------------------------------------------

    def _message_update_content(self, message, /, *, body=None, **kwargs):
        watched = message.message_type == "comment" and self._usu_at_desk()
        if not watched or body is None:
            return super()._message_update_content(message, body=body, **kwargs)
        # sudo: usu.chat.deletion - kept for the head of the desk, whoever removes
        dialogue = self.sudo()
        dialogue._usu_keep_text(message.sudo(), "changed" if body else "deleted")
        return super()._message_update_content(message, body=body, **kwargs)

    def _usu_keep_text(self, message, kind):
        user = self.env.user
        guest = self.env["mail.guest"]._get_guest_from_context()
        others = self.channel_member_ids.filtered(
            lambda m: m.partner_id != message.author_id
            or m.guest_id != message.author_guest_id
        )
        self.env["usu.chat.deletion"].create(
            {
                "dialogue_id": self.id,
                "message_id": message.id,
                "kind": kind,
                "body": message.body,
                "attachment_names": ", ".join(message.attachment_ids.mapped("name")),
                "author_name": message.author_id.name or message.author_guest_id.name,
                "written_at": message.date,
                "was_seen": any(
                    member.seen_message_id.id >= message.id for member in others
                ),
                "user_id": user.id if user._is_internal() else False,
                "remover_name": user.name if user._is_internal() else guest.name,
            }
        )

    # ------------------------------------------------------------
    # The responsible
    # ------------------------------------------------------------

    def _usu_follow(self, user):
        """The request went to another employee: so does the dialogue."""
        for dialogue in self:
            if not user or dialogue.livechat_operator_id == user.partner_id:
                continue
            if user.partner_id not in dialogue.channel_member_ids.partner_id:
                dialogue._add_members(
                    users=user,
                    create_member_params={"livechat_member_type": "agent"},
                    post_joined_message=False,
                )
            dialogue.livechat_operator_id = user.partner_id
            dialogue._broadcast(user.partner_id.ids)

    def _get_human_operator(self, users, chatbot_script_step):
        # sudo: im_livechat.channel, helpdesk.ticket - the bot hands over to the desk
        dialogue = self.sudo()
        livechat = dialogue.livechat_channel_id
        if not livechat.usu_desk_id or users:
            return super()._get_human_operator(users, chatbot_script_step)
        return livechat._usu_route_dialogue(dialogue)

    # ------------------------------------------------------------
    # What the staff's browser is told
    # ------------------------------------------------------------

    def _usu_staff_fields(self):
        return [*super()._usu_staff_fields(), "usu_visitor_left"]

    def _usu_may_mail(self):
        """Whether the visitor can have the conversation sent to them (sudo)."""
        self.ensure_one()
        if not self._usu_at_desk():
            return False
        form = self.livechat_channel_id._usu_cached_form()
        return form.transcript and bool(self.env["usu.chat.transcript"]._address(self))

    def _to_store_defaults(self, target):
        defaults = super()._to_store_defaults(target)
        if target.is_internal(self.env):
            return defaults
        # To the visitor: that it is possible, not the address.
        may_mail = Store.Attr(
            "usu_may_mail",
            # sudo: discuss.channel - the visitor's own dialogue, a yes or no
            lambda c: c.sudo()._usu_may_mail(),
            predicate=lambda c: c._usu_at_desk(),
        )
        return [*defaults, may_mail]

    def _get_livechat_session_fields_to_store(self):
        result = super()._get_livechat_session_fields_to_store()
        if self.env.user._is_internal() and self._usu_at_desk():
            result = [*result, Store.Attr("usu_panel", lambda c: c._usu_panel())]
        return result

    def _usu_panel(self):
        panel = super()._usu_panel()
        if not self._usu_at_desk():
            return panel
        # sudo: usu.chat.answer - whoever may read the dialogue sees what was answered
        dialogue = self.sudo()
        may_see = self.env.user.has_group(ADDRESS_GROUP)
        return panel | {
            "answers": [
                {"id": answer.id, "label": answer.label, "value": answer.value}
                for answer in dialogue.usu_answer_ids
            ],
            "address": dialogue.usu_address if may_see else False,
            "start_page": dialogue.usu_start_page,
            "page": dialogue.usu_page,
        }

    def _usu_may_act(self):
        operators = "im_livechat.im_livechat_group_user"
        if self._usu_at_desk() and self.env.user.has_group(operators):
            return True
        return super()._usu_may_act()

    def _usu_candidates(self):
        if not self._usu_at_desk():
            return super()._usu_candidates()
        if self.usu_client_id or not self.usu_request_id:
            return []
        by_role = {a.role: a.value for a in self.usu_answer_ids if a.role}
        opening = Opening(uuid=self.uuid, by_role=by_role)
        contact = self.livechat_channel_id._usu_contact(
            opening, self.livechat_customer_partner_ids[:1]
        )
        return self.env["usu.routing"]._identify(contact)
