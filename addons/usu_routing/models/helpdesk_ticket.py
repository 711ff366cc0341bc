from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

# what people change by hand and the routing follows
WATCHED = frozenset({"user_id", "team_id", "stage_id", "active"})


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    usu_open = fields.Boolean(
        compute="_compute_usu_open", store=True, compute_sudo=True, string="Is Open"
    )
    usu_channel = fields.Selection(
        [
            ("chat", "Chat"),
            ("email", "E-mail"),
            ("telegram", "Telegram"),
            ("form", "Form"),
            ("appointment", "Appointment"),
            ("order", "Order"),
            ("call", "Call"),
            ("manual", "By hand"),
        ],
        string="Came by",
        copy=False,
        readonly=True,
    )
    usu_external_id = fields.Char(copy=False, readonly=True, groups="base.group_user")
    usu_token = fields.Char(copy=False, readonly=True, groups="base.group_user")
    usu_step_id = fields.Many2one(
        "usu.routing.step",
        copy=False,
        readonly=True,
        ondelete="set null",
        groups="base.group_user",
    )
    usu_level = fields.Integer(
        string="Level Needed",
        copy=False,
        groups="base.group_user",
        help="Only people of this level or higher get this request. Rises when it is "
        "handed over.",
    )
    usu_active_at = fields.Datetime(string="Last Activity", copy=False, readonly=True)
    usu_waiting_since = fields.Datetime(
        string="Client Waits Since", copy=False, readonly=True
    )
    usu_first_answer_at = fields.Datetime(
        string="First Answer", copy=False, readonly=True
    )
    usu_escalate_at = fields.Datetime(
        string="Passed on at", copy=False, readonly=True, groups="base.group_user"
    )
    usu_dialogue_ids = fields.One2many(
        "discuss.channel", "usu_request_id", "Dialogues", groups="base.group_user"
    )
    usu_alert_ids = fields.One2many(
        "usu.routing.alert", "ticket_id", groups="base.group_user"
    )

    _usu_load = models.Index(
        "(user_id, usu_channel, usu_waiting_since, usu_active_at) WHERE usu_open"
    )
    _usu_client = models.Index("(partner_id, usu_active_at) WHERE usu_open")
    _usu_due = models.Index(
        "(usu_escalate_at) WHERE usu_open AND usu_escalate_at IS NOT NULL"
    )
    _usu_queue = models.Index("(team_id, id) WHERE usu_open AND user_id IS NULL")
    _usu_closed = models.Index("(user_id, closed_date) WHERE closed_date IS NOT NULL")
    _usu_partner = models.Index("(partner_id)")
    _usu_token_unique = models.UniqueIndex("(usu_token) WHERE usu_token IS NOT NULL")
    _usu_external_unique = models.UniqueIndex(
        "(usu_channel, usu_external_id) WHERE usu_external_id IS NOT NULL"
    )

    def _auto_init(self):
        """Fill the flag of the requests there are in one statement: recomputing a
        million of them through the ORM would take an hour."""
        fill = not column_exists(self.env.cr, self._table, "usu_open")
        if fill:
            create_column(self.env.cr, self._table, "usu_open", "bool")
            self.env.cr.execute(
                SQL(
                    "UPDATE helpdesk_ticket t SET usu_open = TRUE"
                    "  FROM helpdesk_ticket_stage s"
                    " WHERE s.id = t.stage_id AND t.active AND s.closed IS NOT TRUE"
                )
            )
        return super()._auto_init()

    @api.depends("stage_id.closed", "active")
    def _compute_usu_open(self):
        for ticket in self:
            ticket.usu_open = ticket.active and not ticket.stage_id.closed

    # ------------------------------------------------------------------- changes

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        # requests read from a file are history: nobody need be called to them
        if self.env.context.get("usu_routed") or self.env.context.get("import_file"):
            return tickets
        for ticket in tickets.filtered("usu_open"):
            # a portal user who writes is the client, though the helpdesk may have
            # put them down as the responsible
            if ticket.user_id and not ticket.user_id.share:
                ticket._usu_given_by_hand()
            elif ticket._usu_to_distribute():
                self.env["usu.routing"]._distribute(ticket)
        return tickets

    def _usu_to_distribute(self):
        """What clients send in always; what staff type in if the desk says so."""
        if not self.team_id.user_ids:
            return False
        user = self.env.user
        from_client = user.share or self.env.context.get("fetchmail_cron_running")
        return bool(from_client or self.team_id.usu_distribute_manual)

    def write(self, vals):
        watched = WATCHED & vals.keys()
        if not watched or self.env.context.get("usu_routed"):
            return super().write(vals)
        self._usu_lock()
        before = {t: (t.user_id, t.usu_open, t.team_id) for t in self}
        result = super().write(vals)
        for ticket, (user, was_open, desk) in before.items():
            ticket._usu_changed(user, was_open, desk)
        return result

    def _usu_lock(self):
        """Whoever changes the responsible at the same moment waits here and then fails
        to serialize, which Odoo repeats. Without it both would add the same follower
        first, and the second person would see an error."""
        if self.ids:
            self.env.cr.execute(
                SQL(
                    "SELECT id FROM helpdesk_ticket WHERE id IN %s"
                    " ORDER BY id FOR NO KEY UPDATE",
                    tuple(self.ids),
                )
            )

    def _usu_changed(self, user, was_open, desk):
        """People changed the request: their choice wins, and the rest follows."""
        if was_open and not self.usu_open:
            self._usu_finish()
        elif self.usu_open and self.user_id != user:
            if self.user_id:
                self._usu_given_by_hand()
            else:
                self._usu_emptied(moved=self.team_id != desk)
        elif self.usu_open and not was_open and self.user_id:
            self._usu_task(self.user_id)

    def _usu_given_by_hand(self):
        kind = "take" if self.user_id == self.env.user else "manual"
        routing = self.env["usu.routing"]
        choice = routing._record(self, self.user_id, kind)
        routing._apply(self, choice, alert=kind == "manual")

    def _usu_emptied(self, moved):
        """Nobody is responsible any more: moved to another desk, or put back."""
        routing = self.env["usu.routing"]
        nobody = self.env["res.users"]
        routing._apply(self, routing._record(self, nobody, "manual"), alert=False)
        if moved and self.team_id:
            routing._distribute(self)

    def _usu_finish(self):
        """Closed: the task is done, no timer runs, the next in the queue may come."""
        # sudo: helpdesk.ticket - our own columns, whoever may close it
        self.sudo().with_context(usu_routed=True).write(
            {"usu_waiting_since": False, "usu_escalate_at": False}
        )
        # sudo: discuss.channel - a settled request has nothing to answer
        dialogues = self.sudo().usu_dialogue_ids
        dialogues.filtered("usu_waiting_since").usu_waiting_since = False
        self._usu_tasks()._usu_done()
        # sudo: usu.routing.alert - nobody is asked any more
        self.sudo().usu_alert_ids._close("gone")
        if self.team_id._usu_has_queue():
            self.env["usu.routing"]._wake()

    def _usu_owner_step(self):
        """The step whose timer runs for the responsible: the policy's first that
        waits, preferably the one that means the responsible."""
        steps = self.team_id._usu_policy().step_ids.sorted("sequence")
        mine = steps.filtered(lambda s: s.strategy == "owner")
        waits = steps.filtered(lambda s: s._wait_for(self.usu_channel))
        return (mine or waits)[:1]

    # --------------------------------------------------------------------- task

    def _usu_tasks(self):
        """The open tasks of these requests, one each."""
        name = "usu_routing.mail_activity_type_answer"
        kind_id = self.env["ir.model.data"]._xmlid_to_res_id(name)
        # sudo: mail.activity - the task belongs to the responsible, not to the actor
        return self.env["mail.activity"].sudo().search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", kind_id),
            ]
        )  # fmt: skip

    def _usu_task(self, user, fresh=False):
        """The task of this request belongs to this employee, and there is one only.

        :param fresh: the request has just been made and has no task yet
        """
        self.ensure_one()
        task = self.env["mail.activity"] if fresh else self._usu_tasks()
        quiet = {"mail_activity_quick_update": True, "mail_create_nosubscribe": True}
        (task - task[:1])._usu_done()
        if not user:
            task._usu_done()
        elif task:
            if task[:1].user_id != user:
                task[:1].with_context(**quiet).write({"user_id": user.id})
        else:
            # sudo: helpdesk.ticket - the adapter works for a visitor
            self.sudo().with_context(**quiet).activity_schedule(
                "usu_routing.mail_activity_type_answer",
                user_id=user.id,
                summary=self.name,
            )

    # ------------------------------------------------------------------ messages

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        if not self.env.context.get("usu_routed") and len(self) == 1:
            self._usu_message(message)
        return result

    def _usu_message(self, message):
        """A client's message makes the client wait, an employee's answer ends that."""
        if message.message_type not in ("comment", "email") or not message.author_id:
            return
        routing = self.env["usu.routing"]
        # sudo: res.users - is the author one of the staff?
        author = message.author_id.sudo().user_ids.filtered(lambda u: not u.share)[:1]
        if author and not message.subtype_id.internal:
            if message.subtype_id == self.env.ref("mail.mt_comment"):
                routing._staff_answered(self, author)
        elif message.author_id == self.partner_id and not author:
            routing._client_wrote(self)

    # ------------------------------------------------------------------- buttons

    def _usu_open_action(self):
        """Hook: what the pop-up's *Open* button opens. A chat opens its dialogue."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def action_usu_hand_over(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand over"),
            "res_model": "usu.routing.hand.over",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    def action_usu_why(self):
        """The chain of decisions that led to the responsible, in words."""
        self.ensure_one()
        self.check_access("read")
        # sudo: helpdesk.ticket - the token is no field of the form
        chain = self.env["usu.routing.decision"]._chain(self.sudo().usu_token)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why this person?"),
            "res_model": "usu.routing.decision",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", chain.ids)],
            "target": "new",
            "context": {"create": False, "edit": False, "delete": False},
        }
