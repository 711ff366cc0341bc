from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError

from ..tools.values import utcnow

TOP_LEVEL = 5
TRIED_MINUTES = 30


class UsuRouting(models.AbstractModel):
    """What happens to a request after it was received."""

    _inherit = "usu.routing"

    @api.model
    def _client_wrote(self, request, at=None):
        """The client waits for an answer.

        The responsible gets the task (again) and the timer of the policy's step for
        the responsible starts; a request without one is distributed.

        :param request: helpdesk.ticket
        :param datetime at: naive UTC, when the client wrote; default: now
        """
        # sudo: helpdesk.ticket - whoever delivers the message
        request = request.sudo()
        at = at or utcnow()
        vals = {"usu_active_at": at.replace(microsecond=0)}
        fresh = not request.usu_waiting_since
        if fresh:
            vals["usu_waiting_since"] = vals["usu_active_at"]
        if not request.usu_open:
            return
        if fresh and request.user_id:
            step = request._usu_owner_step()
            vals["usu_step_id"] = step.id
            vals["usu_escalate_at"] = self._deadline(request, step, at)
        request.with_context(usu_routed=True).write(vals)
        if not request.user_id:
            self._distribute(request)
        elif fresh:
            request._usu_task(request.user_id)
            if request.usu_channel != "chat":  # a dialogue rings by itself
                self.env["usu.routing.alert"]._announce(
                    request, request.user_id, self.env._("The client wrote again.")
                )
        if fresh:
            self._wake_if_due()

    @api.model
    def _staff_answered(self, request, user, at=None):
        """An employee answered: timers stop, the task is done, the pop-up goes.

        Whoever answers a request that nobody has becomes responsible for it.

        :param request: helpdesk.ticket
        :param user: res.users who answered
        :param datetime at: naive UTC; default: now
        """
        # sudo: helpdesk.ticket - the answerer may not write it
        request = request.sudo()
        at = (at or utcnow()).replace(microsecond=0)
        vals = {
            "usu_active_at": at,
            "usu_waiting_since": False,
            "usu_escalate_at": False,
        }
        if not request.usu_first_answer_at:
            vals["usu_first_answer_at"] = at
        if request.usu_open and not request.user_id and not user.share:
            self._apply(request, self._record(request, user, "take"), alert=False)
        request.with_context(usu_routed=True).write(vals)
        request._usu_tasks()._usu_done()
        # sudo: usu.routing.alert - nobody need be asked any more
        request.sudo().usu_alert_ids._close("gone")
        if request.team_id._usu_has_queue():
            self._wake()  # the employee has a place again

    @api.model
    def _hand_over(self, request, *, reason, user=None, note=None):
        """Give a request to a named colleague, or to whoever the policy's next steps
        find, of a higher level than the one who hands it over.

        :param str reason: why, for the record: ``difficult``, ``absent``, free text
        :param user: res.users; the named colleague
        :param note: what the colleague should know; posted as an internal note
        :return: `Receipt`
        :raise UserError: there is nobody else
        """
        # sudo: helpdesk.ticket - the wizard checked access
        request = request.sudo()
        # before anything else is done: whoever came second waits here, and repeats a
        # transaction that has cost nothing yet
        request._usu_lock()
        giver = request.user_id
        if user:
            choice = self._record(request, user, "manual", note=note or reason)
        else:
            choice = self._next_person(request, giver, note or reason)
        if not choice:
            raise UserError(
                self.env._("Nobody else can take this request now. Name a colleague.")
            )
        self._apply(request, choice)
        if note:
            self._note(request, note)
        return self._receipt(request, choice, request.partner_id, ())

    @api.model
    def _next_person(self, request, giver, note):
        desk = request.team_id or self.env["helpdesk.ticket.team"]._usu_default()
        agent = desk.usu_agent_ids.filtered(lambda a: a.user_id == giver)
        higher = min((agent.level or 1) + 1, TOP_LEVEL)
        common = {
            "channel": request.usu_channel or "manual",
            "partner": request.partner_id,
            "request": request,
            "kind": "hand_over",
            "tried": frozenset(giver.ids),
            "note": note,
        }
        chooser = self.env["usu.routing.chooser"]
        choice = chooser._choose(desk, level=higher, **common)
        if choice:
            request.with_context(usu_routed=True).usu_level = higher
            return choice
        return chooser._choose(desk, **common)

    @api.model
    def _note(self, request, body):
        request.with_context(usu_routed=True).message_post(
            body=body,
            subtype_xmlid="mail.mt_note",
            author_id=self.env.user.partner_id.id,
        )

    # ---------------------------------------------------------------- continuing

    @api.model
    def _continue(self, request, arrival):
        """Something new for a request there is: its responsible first."""
        request._usu_lock()
        self._append(request, arrival)
        if arrival.preferred:
            user = request.user_id or arrival.preferred
            choice = self._record(
                request, user, "keep" if request.user_id else "preferred",
                channel=arrival.channel,
            )  # fmt: skip
            self._apply(request, choice, alert=False)
            return choice
        now = utcnow().replace(microsecond=0)
        request.with_context(usu_routed=True).write(
            {
                "usu_active_at": now,
                "usu_waiting_since": request.usu_waiting_since or now,
            }
        )
        choice = self.env["usu.routing.chooser"]._choose(
            request.team_id or self.env["helpdesk.ticket.team"]._usu_default(),
            channel=arrival.channel,
            partner=request.partner_id,
            request=request,
            level=arrival.level,
            skills=arrival.skills,
        )
        self._apply(request, choice)
        return choice

    @api.model
    def _append(self, request, arrival):
        body = self._as_html(arrival.body)
        if body:
            request.with_context(usu_routed=True).message_post(
                body=body,
                subject=arrival.title or False,
                message_type="comment",
                subtype_xmlid="mail.mt_note",
                author_id=request.partner_id.id,
            )

    @api.model
    def _distribute(self, request):
        """Choose for a request that nobody has; leave it in the queue if nobody can."""
        # sudo: helpdesk.ticket - the same choice whoever triggers it
        request = request.sudo()
        desk = request.team_id or self.env["helpdesk.ticket.team"]._usu_default()
        routing = self._at(desk)
        choice = routing.env["usu.routing.chooser"]._choose(
            desk,
            channel=request.usu_channel or "manual",
            partner=request.partner_id,
            request=request,
            tried=routing._tried(request),
        )
        routing._apply(request, choice)
        return choice

    @api.model
    def _tried(self, request):
        """Who had it since the client began to wait and did not answer; after half an
        hour they may be asked again, or a desk of one would never answer."""
        since = request.usu_waiting_since
        if not since or not request.usu_token:
            return frozenset()
        since = max(since, utcnow() - timedelta(minutes=TRIED_MINUTES))
        # sudo: usu.routing.decision - the same choice whoever triggers it
        chain = self.env["usu.routing.decision"].sudo()._chain(request.usu_token)
        passed = {
            d.previous_token for d in chain if d.kind == "escalate" and d.date >= since
        }
        return frozenset(d.user_ref for d in chain if d.token in passed and d.user_ref)

    # ------------------------------------------------------------------ applying

    @api.model
    def _record(self, request, user, kind, **kwargs):
        chooser = self.env["usu.routing.chooser"]
        return chooser._record(request, user, kind, **kwargs)

    @api.model
    def _apply(self, request, choice, *, alert=True, fresh=False):
        """Make a decision true: responsible, task, timer, pop-up.

        :param fresh: the request was made in this transaction: nobody else knows it,
            it has no task and no pop-up
        """
        if not fresh:
            request._usu_lock()
        before = request.user_id
        user = self.env["res.users"].browse(choice.user_id or ())
        if choice.kind == "queue" and before.active and not before.share:
            user = before  # nobody is there: better its responsible than nobody
        # sudo: usu.routing.step - how long it waits, whoever triggered the choice
        step = self.env["usu.routing.step"].sudo().browse(choice.step_id or ())
        waiting = request.usu_waiting_since
        vals = {
            "usu_token": choice.token,
            "usu_step_id": step.id,
            "usu_escalate_at": waiting
            and user
            and self._deadline(request, step or request._usu_owner_step(), utcnow()),
        }
        if not request.team_id:
            vals["team_id"] = choice.desk_id
        if user != before:
            vals["user_id"] = user.id
        quiet = {"usu_routed": True, "mail_auto_subscribe_no_notify": True}
        # sudo: helpdesk.ticket - the decision is made, whoever triggered it
        request.sudo().with_context(**quiet).write(vals)
        request._usu_task(user, fresh=fresh)
        if user and alert and user != self.env.user:
            self.env["usu.routing.alert"]._announce(
                request, user, self._words(choice, user), fresh=fresh
            )
        elif fresh:
            return
        elif not user or user != before:
            # sudo: usu.routing.alert - nobody need be asked any more
            request.sudo().usu_alert_ids._close("gone")

    @api.model
    def _taken(self, request):
        """The responsible said so: no timer any more."""
        # sudo: helpdesk.ticket - our own column of the employee's own request
        request.sudo().with_context(usu_routed=True).write({"usu_escalate_at": False})

    @api.model
    def _deadline(self, request, step, now):
        """When the step's patience ends, naive UTC, or None; whoever has a browser
        open then is told, to wake the clock in time."""
        seconds = step._wait_for(request.usu_channel)
        moment = request.team_id._usu_deadline(seconds, now)
        if not moment:
            return moment
        moment = moment.replace(microsecond=0)
        request.team_id._usu_tell_due((moment - now).total_seconds())
        return moment
