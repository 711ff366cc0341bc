from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.mail.tools.discuss import Store


class DiscussChannel(models.Model):
    """A dialogue with a client: its request, and since when it waits for an answer.

    Which channels are dialogues an adapter says in ``_usu_is_dialogue``; all others
    stay as they are.
    """

    _inherit = "discuss.channel"

    usu_request_id = fields.Many2one(
        "helpdesk.ticket",
        "Request",
        index="btree_not_null",
        copy=False,
        groups="base.group_user",
    )
    usu_client_id = fields.Many2one(
        related="usu_request_id.partner_id", string="Client", groups="base.group_user"
    )
    usu_waiting_since = fields.Datetime(
        "Waiting Since",
        readonly=True,
        copy=False,
        help="When the client wrote what has no answer yet. Empty: nothing to answer.",
    )

    _usu_waiting_idx = models.Index(
        "(usu_waiting_since) WHERE usu_waiting_since IS NOT NULL"
    )

    # ------------------------------------------------------------
    # What an adapter extends
    # ------------------------------------------------------------

    def _usu_is_dialogue(self):
        """Whether a client talks with a desk here."""
        return False

    def _usu_side(self, message):
        """Who wrote: ``visitor`` (the client), ``agent`` (staff), ``bot`` or None."""
        # sudo: res.users - is the author one of the staff?
        users = message.author_id.sudo().user_ids
        return "agent" if any(not user.share for user in users) else "visitor"

    def _usu_may_act(self):
        """Whether the current user works with dialogues of this kind."""
        return self.env.user.has_group("usu_routing.usu_routing_group_user")

    def _usu_candidates(self):
        """Who the client may be, as long as the request has none: `Candidate`s."""
        return []

    # ------------------------------------------------------------
    # Waiting for an answer
    # ------------------------------------------------------------

    def _message_post_after_hook(self, message, msg_vals):
        if message.message_type == "comment" and self._usu_is_dialogue():
            # sudo: discuss.channel - who posts in a dialogue changes its state
            self.sudo()._usu_note_message(message)
        return super()._message_post_after_hook(message, msg_vals)

    def _usu_note_message(self, message):
        side = self._usu_side(message)
        if side == "visitor":
            self._usu_client_wrote(message.date)
        elif side == "agent":
            self._usu_answered(message.author_id.main_user_id, message.date)

    def _usu_client_wrote(self, at):
        self._usu_wait(at)

    def _usu_wait(self, at):
        if not self.usu_waiting_since:
            self.usu_waiting_since = at
        if self.usu_request_id and not self.env.context.get("usu_routed"):
            self.env["usu.routing"]._client_wrote(self.usu_request_id, at)

    def _usu_answered(self, user, at):
        waited = self.usu_waiting_since
        if waited:
            self.usu_waiting_since = False
        request = self.usu_request_id
        if request and (waited or request.usu_waiting_since or not request.user_id):
            self.env["usu.routing"]._staff_answered(request, user, at)

    def usu_no_answer_needed(self):
        """An employee says that the client's last words need no answer."""
        self.ensure_one()
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only employees can do that."))
        self.check_access("read")
        # sudo: discuss.channel - employees who may read a dialogue may settle it
        self.sudo()._usu_answered(self.env.user, fields.Datetime.now())

    def _message_update_content(self, message, /, *, body=None, **kwargs):
        result = super()._message_update_content(message, body=body, **kwargs)
        taken_back = body is not None and not body
        if taken_back and message.message_type == "comment" and self._usu_is_dialogue():
            # sudo: discuss.channel - who takes an answer back changes its state
            dialogue = self.sudo()
            if dialogue._usu_side(message) == "agent":
                dialogue._usu_wait_again()
        return result

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
            self._usu_wait(since)

    # ------------------------------------------------------------
    # What the staff's browser is told
    # ------------------------------------------------------------

    def _usu_staff_fields(self):
        """Names of fields that staff see of a dialogue, and the client never."""
        return ["usu_waiting_since"]

    def _usu_staff_attrs(self):
        return [
            Store.Attr(name, predicate=lambda c: c._usu_is_dialogue(), sudo=True)
            for name in self._usu_staff_fields()
        ]

    def _sync_field_names(self):
        names = super()._sync_field_names()
        # Not under None: that would tell the client.
        names["internal_users"].extend(self._usu_staff_attrs())
        return names

    def _to_store_defaults(self, target):
        defaults = super()._to_store_defaults(target)
        if target.is_internal(self.env):
            known = Store.Attr(
                "usu_is_dialogue", True, predicate=lambda c: c._usu_is_dialogue()
            )
            defaults = [*defaults, known, *self._usu_staff_attrs()]
        return defaults

    # ------------------------------------------------------------
    # Side panel
    # ------------------------------------------------------------

    def usu_get_panel(self):
        """The side panel for an employee who may read the dialogue."""
        self.ensure_one()
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only employees can do that."))
        self.check_access("read")
        return self._usu_panel() if self._usu_is_dialogue() else False

    def _usu_panel(self):
        """The side panel of one dialogue as plain values."""
        self.ensure_one()
        # sudo: helpdesk.ticket - whoever may read the dialogue sees its request's head
        dialogue = self.sudo()
        client, request = dialogue.usu_client_id, dialogue.usu_request_id
        requests = self.env["usu.routing"]._open_requests(client) if client else ()
        return {
            "client": dialogue._usu_client_head(client) if client else False,
            "candidates": dialogue._usu_candidate_lines(),
            "request": dialogue._usu_request_line(request) if request else False,
            "requests": [
                dialogue._usu_request_line(other)
                for other in requests
                if other != request
            ],
        }

    @api.model
    def _usu_client_head(self, client):
        return {
            "id": client.id,
            "name": client.display_name,
            "category": client.usu_category_id.name,
            "note": client.usu_note,
        }

    def _usu_candidate_lines(self):
        partners = self.env["res.partner"]
        return [
            {
                "id": candidate.partner_id,
                "name": partners.browse(candidate.partner_id).display_name,
                "reason": candidate.reason,
            }
            for candidate in self._usu_candidates()
        ]

    @api.model
    def _usu_request_line(self, request):
        return {
            "id": request.id,
            "number": request.number,
            "name": request.name,
            "stage": request.stage_id.name,
            "user": request.user_id.name,
        }

    def usu_choose_client(self, partner_id):
        """An employee says which of the candidates it is; the panel as it is then."""
        self.ensure_one()
        if not self._usu_may_act():
            raise AccessError(self.env._("Only employees of the desk can do that."))
        self.check_access("read")
        # sudo: helpdesk.ticket - one of the clients the routing itself proposed
        dialogue = self.sudo()
        if partner_id not in {c.partner_id for c in dialogue._usu_candidates()}:
            raise AccessError(self.env._("This client does not fit the answers."))
        dialogue.usu_request_id.partner_id = partner_id
        return self._usu_panel()

    def _usu_open_action(self):
        """Discuss with this dialogue."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "mail.action_discuss",
            "name": self.env._("Discuss"),
            "context": {"active_id": f"discuss.channel_{self.id}"},
            "params": {"active_id": f"discuss.channel_{self.id}"},
        }
