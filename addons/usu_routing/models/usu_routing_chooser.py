import json

from odoo import api, models

from ..tools.choice import Choice
from ..tools.judge import judge, scope_fits, weigh
from ..tools.strategies import Request
from ..tools.values import utcnow

GIVING = frozenset({"assign", "escalate", "hand_over", "preferred", "manual", "take"})


class UsuRoutingChooser(models.AbstractModel):
    """Who answers: the policy's steps over the desk's people and their loads."""

    _name = "usu.routing.chooser"
    _description = "Choice of an Employee"

    @api.model
    def _choose(
        self,
        desk,
        *,
        channel,
        partner=None,
        request=None,
        kind="assign",
        level=0,
        skills=frozenset(),
        tried=frozenset(),
        after_step=None,
        dedup_key=None,
        note=None,
        silent=False,
    ):
        """Decide who gets a request and write the decision; apply nothing.

        :param desk: helpdesk.ticket.team (sudo)
        :param request: the open request concerned, if there is one
        :param tried: users who had it and did not answer
        :param after_step: usu.routing.step after which to go on, or with which, if it
            says so
        :param silent: write nothing and return None if nobody is found
        :return: `Choice`; None as said, and also when ``kind`` is ``escalate`` or
            ``hand_over`` and there is nobody else: then nothing changes
        """
        now = utcnow()
        ask = self._ask(desk, channel, partner, request, level, skills)
        steps = self._steps(desk, after_step)
        rules = steps._rules()
        named = (ask.owner_id, ask.permanent_id, ask.head_id, ask.previous_id)
        # sudo: res.users and others - the same choice whoever triggers it
        people = self.env["usu.routing.staff"].sudo()._people(desk, named, now)
        holder = request.user_id.id if request else None

        def decide(loads, at):
            def rank(rule, agents, ask):
                return steps._rank(rule.strategy, agents, ask, at)

            return judge(rules, people, loads, ask, set(tried), rank)

        def row(verdict):
            if not verdict.user_id and (silent or kind in ("escalate", "hand_over")):
                return None
            return self._row(
                verdict, self._kind(kind, verdict, holder), desk, ask, request, note,
                partner,
            )  # fmt: skip

        token, verdict = self.env["usu.routing.reservation"]._decide(
            desk,
            [person.id for person in people],
            decide,
            row,
            dedup_key=dedup_key,
            wants=self._wants(desk, rules),
        )
        if token is None:
            return None
        step = verdict.step
        return Choice(
            token=token,
            user_id=verdict.user_id,
            kind=self._kind(kind, verdict, holder),
            desk_id=desk.id,
            step_id=step.id if step and verdict.user_id else None,
            strategy=step.strategy if step else "",
            previous_token=request.usu_token if request else None,
        )

    @api.model
    def _steps(self, desk, after_step=None):
        steps = desk._usu_policy().step_ids.sorted(lambda s: (s.sequence, s.id))
        if after_step and after_step in steps:
            again = after_step.on_timeout == "again"
            return steps[list(steps).index(after_step) + (not again) :]
        return steps

    @api.model
    def _ask(self, desk, channel, partner, request, level, skills):
        owner = request.user_id if request else self.env["res.users"]
        previous = None
        if partner and "previous" in desk._usu_policy().step_ids.mapped("strategy"):
            last = self.env["helpdesk.ticket"].search_fetch(
                [("partner_id", "=", partner.id), ("user_id", "!=", False)],
                ["user_id"],
                order="id desc",
                limit=1,
            )
            previous = last.user_id.id
        return Request(
            channel=channel,
            level=max(level, request.usu_level if request else 0),
            skills=frozenset(skills),
            owner_id=owner.id or None,
            permanent_id=(partner and partner.usu_responsible_id.id) or None,
            head_id=desk.user_id.id or None,
            previous_id=previous or None,
        )

    @api.model
    def _kind(self, kind, verdict, holder):
        if not verdict.user_id:
            return "queue"
        return "keep" if verdict.user_id == holder else kind

    @api.model
    def _wants(self, desk, rules):
        strategies = {rule.strategy for rule in rules}
        wants = {"idle": "longest_idle" in strategies}
        if "fewest_today" in strategies:
            staff = self.env["usu.routing.staff"]
            wants["today_since"] = staff._day_start(desk)
        return wants

    @api.model
    def _row(self, verdict, kind, desk, ask, request, note, partner):
        step = verdict.step
        return {
            "kind": kind,
            "gives": kind in GIVING,
            "strategy": step.strategy if step else None,
            "channel": ask.channel,
            "user_ref": verdict.user_id,
            "desk_ref": desk.id,
            "step_ref": step.id if step else None,
            "policy_ref": desk._usu_policy().id or None,
            "partner_ref": partner.id if partner else None,
            "request_ref": request.id if request else None,
            "actor_ref": self.env.uid,
            "company_ref": desk.company_id.id or None,
            "previous_token": request.usu_token or None if request else None,
            "candidates": json.dumps(verdict.trail),
            "note": note,
        }

    @api.model
    def _record(self, request, user, kind, *, note=None, channel=None):
        """A decision people made themselves, written with the request itself.

        :return: `Choice`
        """
        Decision = self.env["usu.routing.decision"]
        token = Decision._new_token()
        # sudo: usu.routing.decision - everybody's decisions are recorded
        Decision.sudo().create(
            {
                "token": token,
                "date": utcnow(),
                "kind": kind,
                "gives": kind in GIVING and bool(user),
                "channel": channel or request.usu_channel or "manual",
                "user_ref": user.id or False,
                "desk_ref": request.team_id.id or False,
                "partner_ref": request.partner_id.id or False,
                "request_ref": request.id or False,
                "actor_ref": self.env.uid,
                "company_ref": request.company_id.id or False,
                "previous_token": request.usu_token or False,
                "note": note or False,
            }
        )
        return Choice(
            token=token,
            user_id=user.id or None,
            kind=kind,
            desk_id=request.team_id.id,
            previous_token=request.usu_token or None,
        )

    @api.model
    def _preview(self, desk, *, channel, partner=None, level=0, skills=frozenset()):
        """Who would get it now? Each step with its people; nothing is written.

        :return: ``(steps with their order and trail, winning step or None)``
        """
        now = utcnow()
        routing = self.env["usu.routing"]
        request = routing._open_request(partner, desk) if partner else None
        ask = self._ask(desk, channel, partner, request, level, skills)
        steps = self._steps(desk)
        named = (ask.owner_id, ask.permanent_id, ask.head_id, ask.previous_id)
        # sudo: res.users and others - the same view as the choice itself
        people = self.env["usu.routing.staff"].sudo()._people(desk, named, now)
        self.env.flush_all()
        rules = steps._rules()
        loads, _latest = self.env["usu.routing.reservation"]._loads(
            self.env.cr, [p.id for p in people], now, **self._wants(desk, rules)
        )

        def rank(rule, agents, ask):
            return steps._rank(rule.strategy, agents, ask, now)

        lines, winner = [], None
        for rule in rules:
            if not scope_fits(rule, channel):
                continue
            order, trail = weigh(rule, people, loads, ask, set(), rank)
            lines.append((rule, order, trail))
            if winner is None and (order or rule.strategy == "queue"):
                winner = rule
        return lines, winner, {person.id: person.name for person in people}
