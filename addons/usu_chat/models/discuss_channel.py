from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from odoo.addons.mail.tools.discuss import Store

from ..tools.opening import Opening

ADDRESS_GROUP = "usu_chat.usu_chat_group_address"


class DiscussChannel(models.Model):
    """A dialogue with a visitor: its request, and since when it waits for an answer."""

    _inherit = "discuss.channel"

    usu_request_id = fields.Many2one(
        "helpdesk.ticket", "Request", index="btree_not_null", groups="base.group_user"
    )
    usu_client_id = fields.Many2one(
        related="usu_request_id.partner_id", string="Client", groups="base.group_user"
    )
    usu_answer_ids = fields.One2many(
        "usu.chat.answer", "dialogue_id", "Questionnaire", groups="base.group_user"
    )
    usu_deletion_ids = fields.One2many(
        "usu.chat.deletion",
        "dialogue_id",
        "Removed Messages",
        groups="usu_routing.usu_routing_group_head",
    )
    usu_waiting_since = fields.Datetime(
        "Waiting Since",
        readonly=True,
        copy=False,
        help="When the client wrote what has no answer yet. Empty: nothing to answer.",
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
    _usu_waiting_idx = models.Index(
        "(usu_waiting_since) WHERE usu_waiting_since IS NOT NULL"
    )

    def write(self, vals):
        if vals.get("livechat_end_dt"):
            # An employee ends it on purpose; the request keeps what is still open.
            vals = {**vals, "usu_waiting_since": False}
        return super().write(vals)

    # ------------------------------------------------------------
    # Waiting for an answer
    # ------------------------------------------------------------

    def _usu_at_desk(self):
        """Whether this is a dialogue of a desk; plain live chats stay as they are."""
        # sudo: im_livechat.channel - whether a desk stands behind the chat is no secret
        livechat = self.sudo().livechat_channel_id
        return self.channel_type == "livechat" and bool(livechat.usu_desk_id)

    def _message_post_after_hook(self, message, msg_vals):
        if message.message_type == "comment" and self._usu_at_desk():
            # sudo: discuss.channel - who posts in a dialogue changes its state
            self.sudo()._usu_note_message(message)
        return super()._message_post_after_hook(message, msg_vals)

    def _usu_note_message(self, message):
        side = self._usu_side(message)
        if side == "visitor":
            vals = {"usu_visitor_left": False, "usu_tell_at": False}
            if not self.usu_waiting_since:
                vals["usu_waiting_since"] = message.date
            self.write(vals)
            if self.usu_request_id:
                self.env["usu.routing"]._client_wrote(self.usu_request_id, message.date)
        elif side == "agent":
            self._usu_answered(message.author_id.main_user_id, message.date)
            self.env["usu.chat.return"]._plan(self)

    def _usu_side(self, message):
        """``visitor``, ``agent``, ``bot`` or None for somebody outside the dialogue."""
        history = self.livechat_channel_member_history_ids.filtered(
            lambda h: h.partner_id == message.author_id
            if message.author_id
            else h.guest_id and h.guest_id == message.author_guest_id
        )
        return history[:1].livechat_member_type

    def _usu_answered(self, user, at):
        if not self.usu_waiting_since:
            return
        self.usu_waiting_since = False
        if self.usu_request_id:
            self.env["usu.routing"]._staff_answered(self.usu_request_id, user, at)

    def usu_no_answer_needed(self):
        """An employee says that the client's last words need no answer."""
        self.ensure_one()
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only employees can do that."))
        self.check_access("read")
        # sudo: discuss.channel - employees who may read a dialogue may settle it
        self.sudo()._usu_answered(self.env.user, fields.Datetime.now())

    def _usu_wait_again(self):
        """After an answer was deleted: does the client wait again, and since when?"""
        messages = self.message_ids.filtered(lambda m: m.message_type == "comment")
        messages -= messages._filter_empty()
        since = False
        for message in messages.sorted("id", reverse=True):
            side = self._usu_side(message)
            if side == "agent":
                break
            if side == "visitor":
                since = message.date
        if since and not self.usu_waiting_since:
            self.usu_waiting_since = since
            if self.usu_request_id:
                self.env["usu.routing"]._client_wrote(self.usu_request_id, since)

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
        side = dialogue._usu_side(message)
        result = super()._message_update_content(message, body=body, **kwargs)
        if not body and side == "agent":
            dialogue._usu_wait_again()
        return result

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

    def _usu_open_action(self):
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "mail.action_discuss",
            "name": self.env._("Discuss"),
            "context": {"active_id": f"discuss.channel_{self.id}"},
            "params": {"active_id": f"discuss.channel_{self.id}"},
        }

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
        return [
            Store.Attr(name, predicate=lambda c: c._usu_at_desk(), sudo=True)
            for name in ("usu_waiting_since", "usu_visitor_left")
        ]

    def _sync_field_names(self):
        names = super()._sync_field_names()
        # Not under None: that would tell the visitor.
        names["internal_users"].extend(self._usu_staff_fields())
        return names

    def _to_store_defaults(self, target):
        defaults = super()._to_store_defaults(target)
        if target.is_internal(self.env):
            defaults = defaults + self._usu_staff_fields()
        return defaults

    def _get_livechat_session_fields_to_store(self):
        result = super()._get_livechat_session_fields_to_store()
        if self.env.user._is_internal() and self._usu_at_desk():
            result = [*result, Store.Attr("usu_panel", lambda c: c._usu_panel())]
        return result

    def _usu_panel(self):
        """The side panel of one dialogue as plain values."""
        self.ensure_one()
        # sudo: helpdesk.ticket - whoever may read the dialogue sees its request's head
        dialogue = self.sudo()
        client = dialogue.usu_client_id
        requests = self.env["usu.routing"]._open_requests(client) if client else ()
        return {
            "answers": [
                {"id": answer.id, "label": answer.label, "value": answer.value}
                for answer in dialogue.usu_answer_ids
            ],
            "address": dialogue.usu_address
            if self.env.user.has_group(ADDRESS_GROUP)
            else False,
            "start_page": dialogue.usu_start_page,
            "page": dialogue.usu_page,
            "client": {
                "id": client.id,
                "name": client.display_name,
                "category": client.usu_category_id.name,
                "note": client.usu_note,
            }
            if client
            else False,
            "candidates": [
                {
                    "id": candidate.partner_id,
                    "name": dialogue.env["res.partner"]
                    .browse(candidate.partner_id)
                    .display_name,
                    "reason": candidate.reason,
                }
                for candidate in dialogue._usu_candidates()
            ],
            "request": self._usu_request_line(dialogue.usu_request_id),
            "requests": [
                self._usu_request_line(request)
                for request in requests
                if request != dialogue.usu_request_id
            ],
        }

    def _usu_candidates(self):
        """Who the visitor may be, as long as the request has no client."""
        livechat = self.livechat_channel_id
        if self.usu_client_id or not self.usu_request_id or not livechat.usu_desk_id:
            return []
        by_role = {a.role: a.value for a in self.usu_answer_ids if a.role}
        opening = Opening(uuid=self.uuid, by_role=by_role)
        contact = livechat._usu_contact(opening, self.livechat_customer_partner_ids[:1])
        return self.env["usu.routing"]._identify(contact)

    def usu_choose_client(self, partner_id):
        """An employee says which of the candidates it is; the panel as it is then."""
        self.ensure_one()
        if not self.env.user.has_group("im_livechat.im_livechat_group_user"):
            raise AccessError(self.env._("Only employees of the chat can do that."))
        self.check_access("read")
        # sudo: helpdesk.ticket - one of the clients the routing itself proposed
        dialogue = self.sudo()
        if partner_id not in {c.partner_id for c in dialogue._usu_candidates()}:
            raise AccessError(self.env._("This client does not fit the answers."))
        dialogue.usu_request_id.partner_id = partner_id
        return self._usu_panel()

    def _usu_request_line(self, request):
        if not request:
            return False
        return {
            "id": request.id,
            "number": request.number,
            "name": request.name,
            "stage": request.stage_id.name,
            "user": request.user_id.name,
        }
