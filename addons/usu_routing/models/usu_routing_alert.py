from datetime import timedelta

from odoo import api, fields, models

PENDING_DAYS = 2


class UsuRoutingAlert(models.Model):
    """A pop-up an employee is to see: shown in every tab until somebody reacts."""

    _name = "usu.routing.alert"
    _description = "Pop-up on a New Request"
    _order = "id desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Request",
        required=True,
        ondelete="cascade",
        index=True,
    )
    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="ticket_id.company_id", store=True)
    reason = fields.Char()
    since = fields.Datetime(required=True, default=fields.Datetime.now)
    state = fields.Selection(
        [
            ("pending", "Waiting"),
            ("opened", "Opened"),
            ("taken", "Taken"),
            ("handed_over", "Handed over"),
            ("gone", "Gone"),
        ],
        default="pending",
        required=True,
    )
    reacted_at = fields.Datetime()
    sms_at = fields.Datetime()

    _waiting = models.Index("(user_id) WHERE state = 'pending'")
    _texted = models.Index("(user_id, sms_at) WHERE sms_at IS NOT NULL")

    @api.model
    def _announce(self, ticket, user, reason, fresh=False):
        """Show the employee a request; an earlier pop-up of it goes."""
        # sudo: usu.routing.alert - made for the employee by whoever causes it
        Alert = self.sudo()
        if not fresh:
            shown = [("ticket_id", "=", ticket.id), ("state", "=", "pending")]
            Alert.search(shown)._close("gone")
        alert = Alert.create(
            {"ticket_id": ticket.id, "user_id": user.id, "reason": reason}
        )
        user.partner_id._bus_send("usu_routing/task", alert._payload())
        user._usu_text(alert)
        return alert

    def _payload(self):
        """What the browser is told; see the contract."""
        self.ensure_one()
        ticket = self.ticket_id
        return {
            "id": self.id,
            "request_id": ticket.id,
            "number": ticket.number,
            "title": ticket.name,
            "client": ticket.partner_id.name or ticket.partner_name or "",
            "channel": ticket.usu_channel or "manual",
            "reason": self.reason or "",
            "since": f"{self.since.isoformat(timespec='seconds')}Z",
        }

    def _close(self, state):
        """Somebody reacted: the pop-up goes in every tab of its employee."""
        pending = self.filtered(lambda alert: alert.state == "pending")
        pending.write({"state": state, "reacted_at": fields.Datetime.now()})
        for alert in pending:
            alert.user_id.partner_id._bus_send(
                "usu_routing/task_gone", {"id": alert.id}
            )

    @api.model
    @api.readonly
    def get_pending(self):
        """What the employee has not reacted to, for a browser that (re)connected."""
        # sudo: usu.routing.alert - only the user's own, filtered here
        alerts = self.sudo().search(
            [
                ("user_id", "=", self.env.uid),
                ("state", "=", "pending"),
                ("since", ">", fields.Datetime.now() - timedelta(days=PENDING_DAYS)),
                ("ticket_id.usu_open", "=", True),
            ],
            limit=20,
        )
        return [alert._payload() for alert in reversed(alerts)]

    @api.model
    def wake_due(self):
        """A browser says that a timer it was told of (`usu_routing/due`) has ended.

        :return: whether one has
        """
        if not self.env.user._is_internal():
            return False
        return self.env["usu.routing"]._wake_if_due()

    def _mine(self):
        """:return: the user's own alerts (sudo); others are nobody's business"""
        # sudo: usu.routing.alert - the employee reacts to what was shown to them
        mine = self.sudo().exists().filtered(lambda a: a.user_id == self.env.user)
        return mine

    def action_open(self):
        """*Open*: the pop-up goes, the request (or its dialogue) opens."""
        alert = self._mine()[:1]
        if not alert:
            return False
        alert._close("opened")
        # sudo -> user: what opens is read with the employee's own rights
        return alert.ticket_id.with_env(self.env)._usu_open_action()

    def action_take(self):
        """*Take*: I am on it; the timer stops.

        If a colleague was faster, the employee is told so.
        """
        alert = self._mine()[:1]
        if not alert:
            return False
        ticket = alert.ticket_id
        if ticket.user_id and ticket.user_id != self.env.user:
            alert._close("gone")
            return self._tell(
                self.env._("%(who)s is on it already.", who=ticket.user_id.name)
            )
        alert._close("taken")
        if not ticket.user_id:
            # sudo: helpdesk.ticket - it was offered to this employee
            ticket.with_user(self.env.user).sudo().user_id = self.env.user
        self.env["usu.routing"]._taken(ticket)
        return ticket.with_env(self.env)._usu_open_action()

    def action_hand_over(self):
        """*Hand over*: opens the little form; the pop-up stays until it is sent."""
        alert = self._mine()[:1]
        if not alert:
            return False
        return alert.ticket_id.with_env(self.env).action_usu_hand_over()

    def _tell(self, words):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"message": words, "type": "info"},
        }

    @api.autovacuum
    def _gc_alerts(self):
        limit = fields.Datetime.now() - timedelta(days=90)
        # sudo: usu.routing.alert - housekeeping
        self.sudo().search([("since", "<", limit)], limit=10000).unlink()

    def unlink(self):
        for alert in self.filtered(lambda a: a.state == "pending"):
            alert.user_id.partner_id._bus_send(
                "usu_routing/task_gone", {"id": alert.id}
            )
        return super().unlink()
