"""After the call: who calls back, what a successful call settles, what is deleted."""

import logging
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.usu_routing.tools.values import CERTAIN, Contact

_logger = logging.getLogger(__name__)

BATCH = 50
DELETE_BATCH = 1000
# a call of which nothing was heard for so long has ended unnoticed
SILENT_HOURS = 6


class UsuCall(models.Model):
    _inherit = "usu.call"  # pylint: disable=consider-merging-classes-inherited

    followup = fields.Selection(
        [("todo", "To do"), ("done", "Done"), ("error", "Failed")],
        "Follow-up",
        readonly=True,
    )
    followup_error = fields.Char("Follow-up Error", readonly=True)
    request_created = fields.Boolean(
        readonly=True, help="The request was made by this missed call."
    )

    _followup_index = models.Index("(id) WHERE followup = 'todo'")

    def _usu_contact(self):
        """The caller as usu_routing wants to hear of them."""
        self.ensure_one()
        # sudo: usu.pbx - the default country only
        country_sudo = self.sudo().pbx_id.country_id
        return Contact(
            partner_id=self.partner_id.id or None,
            name=self.caller_name or "",
            phone=self.number or self.number_given or "",
            country_code=country_sudo.code or "",
        )

    def _usu_ended(self):
        """The call is over: queue what follows; nobody's request waits for it."""
        self.followup = "todo"
        self.env.ref("usu_callcard.usu_call_cron_follow_up")._trigger()

    @api.model
    def _cron_follow_up(self):
        """Make tasks of missed calls and settle those that were called back.

        One savepoint for each call, oldest first; a failed one keeps its error and can
        be started again from its form.
        """
        domain = [("followup", "=", "todo")]
        while calls := self.search(domain, limit=BATCH, order="id"):
            for call in calls.try_lock_for_update():
                company_ids = call.company_id.ids
                call = call.with_context(allowed_company_ids=company_ids)
                call._usu_follow_up_safely()
            remaining = self.search_count(domain)
            if not self.env["ir.cron"]._commit_progress(
                len(calls), remaining=remaining
            ):
                break

    def _usu_follow_up_safely(self):
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._usu_follow_up()
            self.write({"followup": "done", "followup_error": False})
        except Exception as error:  # noqa: BLE001 - one call must not stop the others
            _logger.warning("Follow-up of call %s failed", self.id, exc_info=True)
            self.write({"followup": "error", "followup_error": str(error)[:500]})

    def action_follow_up_again(self):
        """Try a failed follow-up once more."""
        self.check_access("write")
        # sudo: usu.call - state of the follow-up, after checking the reader's right
        failed_sudo = self.sudo().filtered(lambda call: call.followup == "error")
        failed_sudo.followup = "todo"
        self.env.ref("usu_callcard.usu_call_cron_follow_up").sudo()._trigger()

    def _usu_follow_up(self):
        if self.outcome == "answered":
            self._usu_settle_missed()
        elif self.direction == "incoming" and self.number and not self._usu_reached():
            self._usu_make_request()

    def _usu_same_caller(self):
        """Domain of the calls with the same client or number."""
        domain = [("number", "=", self.number)]
        if self.partner_id:
            return ["|", ("partner_id", "=", self.partner_id.id), *domain]
        return domain

    def _usu_reached(self):
        """Whether the caller was spoken with since this call began."""
        return self.search_count(
            [
                *self._usu_same_caller(),
                ("outcome", "=", "answered"),
                ("started_at", ">=", self.started_at),
            ],
            limit=1,
        )

    def _usu_waiting(self):
        """Missed calls of the same caller whose request is still open."""
        return self.search(
            [
                *self._usu_same_caller(),
                ("id", "!=", self.id),
                ("outcome", "in", ("missed", "busy")),
                ("request_id.usu_open", "=", True),
            ]
        )

    def _usu_settle_missed(self):
        """A successful call, whoever began it, ends the task of the missed ones."""
        if not self.number:
            return
        routing = self.env["usu.routing"]
        missed = self._usu_waiting().filtered(lambda c: c.started_at <= self.ended_at)
        for request in missed.request_id:
            routing._staff_answered(request, self.user_id, at=self.ended_at)
            if any(call.request_created for call in missed & request.usu_call_ids):
                stages = request.team_id._get_applicable_stages()
                closed = stages.filtered("closed")[:1]
                if closed:
                    request.stage_id = closed
            if not self.request_id:
                self.request_id = request

    def _usu_make_request(self):
        """The missed call becomes a task, or joins the one that waits already."""
        title = self.env._("Missed call from %s", self.number_shown)
        waiting = self._usu_waiting().request_id[:1]
        if waiting:
            self.request_id = waiting
            waiting.message_post(body=title, subtype_xmlid="mail.mt_note")
            self.env["usu.routing"]._client_wrote(waiting, at=self.started_at)
            return
        receipt = self.env["usu.routing"]._receive(
            self._usu_contact(),
            desk=self._usu_desk(),
            channel="call",
            title=title,
            body=self._usu_request_body(),
            external_id=f"call:{self.pbx_id.code}:{self.outside_id}",
        )
        self.write(
            {"request_id": receipt.request_id, "request_created": receipt.new_request}
        )

    def _usu_desk(self):
        desk = self.pbx_id._usu_desk(self.did)
        domain = [("company_id", "in", (self.company_id.id, False))]
        return desk or self.env["helpdesk.ticket.team"].search(domain, limit=1)

    def _usu_request_body(self):
        lines = [self.env._("Please call back: %s", self.number_shown)]
        if self.did:
            line = self.pbx_id._usu_line(self.did)
            lines.append(self.env._("Called line: %s", line.name or self.did))
        if self.queue:
            lines.append(self.env._("Queue: %s", self.queue))
        return "\n".join(lines)

    @api.model
    def _usu_link_number(self, numbers):
        """Give the calls of these numbers that have no client the one client they have.

        A number shared by several clients links nothing: nobody chooses silently.
        """
        for number in sorted(numbers):
            calls = self.search([("number", "=", number), ("partner_id", "=", False)])
            if not calls:
                continue
            found = self.env["usu.routing"]._identify(Contact(phone=number))
            certain = [c for c in found if c.level in CERTAIN]
            if len(certain) == 1:
                calls.write(
                    {
                        "partner_id": certain[0].partner_id,
                        "match_level": certain[0].level,
                        "match_reason": certain[0].reason,
                    }
                )

    @api.model
    def _cron_clean(self):
        """End calls that never ended; delete what is older than the clinic keeps."""
        now = fields.Datetime.now()
        silent = self.search(
            [
                ("state", "!=", "ended"),
                ("last_event_at", "<", now - timedelta(hours=SILENT_HOURS)),
            ],
            limit=DELETE_BATCH,
        )
        for call in silent:
            call._usu_end_silent()
        self.env["ir.cron"]._commit_progress(len(silent))
        parameters = self.env["ir.config_parameter"]
        days = int(parameters.get_param("usu_callcard.retention_days") or 0)
        if days <= 0:
            return
        old = [("started_at", "<", now - timedelta(days=days)), ("state", "=", "ended")]
        while calls := self.search(old, limit=DELETE_BATCH, order="started_at"):
            calls.unlink()
            remaining = self.search_count(old)
            if not self.env["ir.cron"]._commit_progress(
                len(calls), remaining=remaining
            ):
                break

    def _usu_end_silent(self):
        """Close a call whose end was never reported; its length is not known."""
        self.ensure_one()
        before = self._usu_user_states()
        self.write(
            {
                "state": "ended",
                "ended_at": self.last_event_at,
                "on_hold": False,
                "outcome": "answered" if self.answered_at else "missed",
                "cause": "no end reported",
            }
        )
        for leg in self.leg_ids:
            leg.state = {"ringing": "missed", "talking": "spoke"}.get(
                leg.state, leg.state
            )
        self._usu_ended()
        self._usu_tell(before, may_ring=False)
