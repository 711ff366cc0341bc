import json
from dataclasses import dataclass
from functools import partial

from odoo import api, models

from ..tools.choice import Choice
from ..tools.judge import judge, scope_fits, weigh
from ..tools.strategies import Request
from ..tools.values import utcnow

GIVING = frozenset({"assign", "escalate", "hand_over", "preferred", "manual", "take"})


@dataclass(frozen=True)
class Scene:
    """What a choice is made of, except the loads, which are counted under the lock."""

    rules: tuple
    people: list
    ask: Request
    desk: models.BaseModel
    policy: models.BaseModel


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
        scene = self._scene(desk, channel, partner, request, level, skills, after_step)
        holder = request.user_id.id if request else None

        def decide(loads, at):
            rank = partial(self._rank, at)
            return judge(scene.rules, scene.people, loads, scene.ask, set(tried), rank)

        def row(verdict):
            if not verdict.user_id and (silent or kind in ("escalate", "hand_over")):
                return None
            done = self._kind(kind, verdict, holder)
            return self._row(verdict, done, scene, request, partner, note)

        token, verdict = self.env["usu.routing.reservation"]._decide(
            desk,
            [person.id for person in scene.people],
            decide,
            row,
            dedup_key=dedup_key,
            wants=self._wants(desk, scene.rules),
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
    def _scene(self, desk, channel, partner, request, level, skills, after_step=None):
        """The facts of a choice, as plain values."""
        policy = desk._usu_policy()
        rules = policy._usu_rules(after_step)
        ask = self._ask(desk, rules, channel, partner, request, level, skills)
        named = (ask.owner_id, ask.permanent_id, ask.head_id, ask.previous_id)
        # sudo: res.users and others - the same choice whoever triggers it
        people = self.env["usu.routing.staff"].sudo()._people(desk, named, utcnow())
        return Scene(rules, people, ask, desk, policy)

    @api.model
    def _rank(self, now, rule, agents, ask):
        return self.env["usu.routing.step"]._rank(rule.strategy, agents, ask, now)

    @api.model
    def _ask(self, desk, rules, channel, partner, request, level, skills):
        owner = request.user_id if request else self.env["res.users"]
        previous = None
        if partner and any(rule.strategy == "previous" for rule in rules):
            # sudo: helpdesk.ticket - the same choice whoever triggers it
            last = self.env["helpdesk.ticket"].sudo().search_fetch(
                [("partner_id", "=", partner.id), ("user_id", "!=", False)],
                ["user_id"],
                order="id desc",
                limit=1,
            )  # fmt: skip
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
    def _row(self, verdict, kind, scene, request, partner, note):
        step, desk = verdict.step, scene.desk
        return {
            "kind": kind,
            "gives": kind in GIVING,
            "strategy": step.strategy if step else None,
            "channel": scene.ask.channel,
            "user_ref": verdict.user_id,
            "desk_ref": desk.id,
            "step_ref": step.id if step else None,
            "policy_ref": scene.policy.id or None,
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
        request = None
        if partner:
            request = self.env["usu.routing"]._open_request(partner, desk)
        scene = self._scene(desk, channel, partner, request, level, skills)
        now = utcnow()
        self.env.flush_all()
        loads, _latest = self.env["usu.routing.reservation"]._loads(
            self.env.cr,
            [person.id for person in scene.people],
            now,
            **self._wants(desk, scene.rules),
        )
        rank = partial(self._rank, now)
        lines, winner = [], None
        for rule in scene.rules:
            if not scope_fits(rule, channel):
                continue
            order, trail = weigh(rule, scene.people, loads, scene.ask, set(), rank)
            lines.append((rule, order, trail))
            if winner is None and (order or rule.strategy == "queue"):
                winner = rule
        return lines, winner, {person.id: person.name for person in scene.people}
