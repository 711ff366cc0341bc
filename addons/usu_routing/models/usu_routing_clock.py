import logging

import psycopg2

from odoo import api, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL

from ..tools.values import utcnow

_logger = logging.getLogger(__name__)

BATCH = 200


class UsuRouting(models.AbstractModel):
    """Timers and queues: what happens without anybody doing anything."""

    _inherit = "usu.routing"

    @api.model
    def _wake(self):
        """Let the cron run now; cheap, and only after this transaction commits."""
        cron = self.env.ref("usu_routing.ir_cron_clock", raise_if_not_found=False)
        if cron:
            # sudo: ir.cron - whoever caused the change
            cron.sudo()._trigger()

    @api.model
    def _wake_if_due(self):
        """Activity at the desk drives the timers too, in seconds, not minutes."""
        self.env["helpdesk.ticket"].flush_model(["usu_escalate_at", "usu_open"])
        due = self.env.execute_query(
            SQL(
                "SELECT 1 FROM helpdesk_ticket WHERE usu_open"
                " AND usu_escalate_at <= %s LIMIT 1",
                utcnow(),
            )
        )
        if due:
            self._wake()
        return bool(due)

    @api.model
    def _cron_clock(self):
        """Pass on what was not answered in time, then empty the queues.

        One transaction for each request; a request somebody works on is left for the
        next run. Also correct when called twice at once.
        """
        cron = self.env["ir.cron"]
        todo = [("late", i) for i in self._late_ids()]
        todo += [("queued", i) for i in self._queued_ids()]
        cron._commit_progress(remaining=len(todo))
        for what, request_id in todo:
            try:
                self._tick(what, request_id)
            except (psycopg2.OperationalError, ConcurrencyError) as error:
                # somebody changed it meanwhile: their choice wins
                self.env.cr.rollback()
                _logger.info("Request %s left alone: %s", request_id, type(error))
            if not cron._commit_progress(1):
                break

    @api.model
    def _tick(self, what, request_id):
        # sudo: helpdesk.ticket - the clock belongs to nobody
        request = self.env["helpdesk.ticket"].sudo().browse(request_id)
        request = request.try_lock_for_update().exists()
        if not request or not request.usu_open:
            return
        routing = self._at(request.team_id)
        if what == "late" and request.usu_escalate_at:
            if request.usu_escalate_at <= utcnow():
                routing._late(request)
        elif what == "queued" and not request.user_id:
            routing._distribute_queued(request)

    @api.model
    def _late_ids(self):
        self.env["helpdesk.ticket"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM helpdesk_ticket"
                " WHERE usu_open AND usu_escalate_at <= %s"
                " ORDER BY usu_escalate_at LIMIT %s",
                utcnow(),
                BATCH,
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _queued_ids(self):
        """Waiting requests of desks where somebody is there, the oldest first."""
        self.env["helpdesk.ticket"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT team_id FROM helpdesk_ticket"
                " WHERE usu_open AND user_id IS NULL AND usu_token IS NOT NULL"
            )
        )
        # sudo: helpdesk.ticket.team - the clock belongs to nobody
        desks = self.env["helpdesk.ticket.team"].sudo().browse(
            [row[0] for row in rows if row[0]]
        )  # fmt: skip
        ids, now = [], utcnow()
        for desk in desks.exists():
            # sudo: res.users and others - the same view as the choice itself
            if (
                not self._at(desk)
                .env["usu.routing.staff"]
                .sudo()
                ._might_take(desk, now)
            ):
                continue
            rows = self.env.execute_query(
                SQL(
                    "SELECT id FROM helpdesk_ticket WHERE usu_open AND user_id IS NULL"
                    " AND usu_token IS NOT NULL AND team_id = %s"
                    " ORDER BY priority DESC, id LIMIT %s",
                    desk.id,
                    BATCH,
                )
            )
            ids += [row[0] for row in rows]
        return ids

    @api.model
    def _distribute_queued(self, request):
        """A waiting request goes to somebody, or stays where it is, silently."""
        choice = self.env["usu.routing.chooser"]._choose(
            request.team_id,
            channel=request.usu_channel or "manual",
            partner=request.partner_id,
            request=request,
            tried=self._tried(request),
            silent=True,
        )
        if choice:
            self._apply(request, choice)

    @api.model
    def _late(self, request):
        """No answer in time: what the step says."""
        step = request.usu_step_id or request._usu_owner_step()
        owner = request.user_id
        if not request.usu_waiting_since or not owner:
            request.with_context(usu_routed=True).usu_escalate_at = False
        elif step.on_timeout == "queue":
            self._back_to_queue(request)
        elif step.on_timeout == "head":
            self._tell_head(request, owner)
        else:
            self._pass_on(request, step, owner)

    @api.model
    def _pass_on(self, request, step, owner):
        choice = self.env["usu.routing.chooser"]._choose(
            request.team_id,
            channel=request.usu_channel or "manual",
            partner=request.partner_id,
            request=request,
            kind="escalate",
            tried=self._tried(request) | {owner.id},
            after_step=step,
        )
        if not choice:
            # nobody else: it stays, and is tried again after the same time
            request.with_context(usu_routed=True).usu_escalate_at = self._deadline(
                request, step, utcnow()
            )
            return
        self._apply(request, choice)
        self._tell(
            owner,
            self.env._(
                "%(number)s was not answered in time and went to %(who)s.",
                number=request.number,
                who=request.user_id.name,
            ),
        )

    @api.model
    def _back_to_queue(self, request):
        nobody = self.env["res.users"]
        owner = request.user_id
        choice = self._record(request, nobody, "escalate")
        self._apply(request, choice)
        self._tell(
            owner,
            self.env._(
                "%(number)s was not answered in time and waits in the queue.",
                number=request.number,
            ),
        )
        self._distribute_queued(request)

    @api.model
    def _tell_head(self, request, owner):
        request.with_context(usu_routed=True).usu_escalate_at = False
        head = request.team_id.user_id
        words = self.env._("%(who)s has not answered in time.", who=owner.name)
        if head and head != owner:
            self.env["usu.routing.alert"]._announce(request, head, words)
        self._tell(owner, self.env._("A client waits: %s", request.number))

    @api.model
    def _tell(self, user, words):
        user.partner_id._bus_send(
            "simple_notification", {"message": words, "type": "warning", "sticky": True}
        )
