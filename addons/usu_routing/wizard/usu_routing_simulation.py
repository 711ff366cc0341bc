from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.judge import StepRule, scope_fits
from ..tools.simulator import Policy, Scenario, Step, Worker, simulate
from ..tools.values import CHANNELS, channel_class

MAX_REQUESTS = 20_000
# Requests x employees x policies; each takes about 3 microseconds, and a person waits.
MAX_LOOKS = 5_000_000
MAX_WEEKS = 12


class UsuRoutingSimulation(models.TransientModel):
    """What would each policy do with this desk: tried out before it is switched on."""

    _name = "usu.routing.simulation"
    _description = "Try Distribution Policies"

    def _default_policies(self):
        return self.env["usu.routing.policy"].search([], limit=8)

    desk_id = fields.Many2one(
        "helpdesk.ticket.team",
        required=True,
        ondelete="cascade",
        default=lambda self: self._default_desk(),
    )
    policy_ids = fields.Many2many(
        "usu.routing.policy",
        string="Policies",
        default=lambda self: self._default_policies(),
    )
    source = fields.Selection(
        [("history", "The desk's last weeks"), ("scenario", "A number of my own")],
        string="Requests",
        required=True,
        default="history",
    )
    weeks = fields.Integer(default=4)
    per_hour = fields.Float(string="Requests per Hour", default=20.0)
    kind = fields.Selection(
        [("chat", "Chats"), ("call", "Calls"), ("written", "Letters and forms")],
        required=True,
        default="chat",
    )
    service_minutes = fields.Float(string="Work per Request (minutes)", default=8.0)
    variation = fields.Float(
        default=1.0,
        help="How much the work differs from request to request: 0 all alike, 1 as "
        "usual, 2 some take very long.",
    )
    first_line = fields.Float(
        string="First Line Closes",
        default=0.7,
        help="Share of the requests that level 1 closes without help. Each level above "
        "fails a quarter as often; the highest there is closes everything.",
    )
    patience_minutes = fields.Float(
        string="Patience (minutes)",
        help="How long a client waits for the first answer on average before leaving. "
        "0: for ever.",
    )
    returning = fields.Float(
        string="Clients Who Return",
        default=0.3,
        help="Share of the requests whose client has a responsible already. Taken from "
        "the desk's last weeks when these are used.",
    )
    requests = fields.Integer(string="Requests to Play", default=5000)
    seed = fields.Integer(default=1, help="Another number: other clients, other luck.")
    result_ids = fields.One2many("usu.routing.simulation.result", "simulation_id")
    history_note = fields.Text(readonly=True)

    _check_weeks = models.Constraint(
        f"CHECK(weeks BETWEEN 1 AND {MAX_WEEKS})", "Choose 1 to 12 weeks."
    )
    _check_requests = models.Constraint(
        f"CHECK(requests BETWEEN 100 AND {MAX_REQUESTS})",
        "Play 100 to 20,000 requests.",
    )
    _check_shares = models.Constraint(
        'CHECK(first_line BETWEEN 0 AND 1 AND "returning" BETWEEN 0 AND 1)',
        "A share lies between 0 and 100 %.",
    )
    _check_amounts = models.Constraint(
        "CHECK(per_hour > 0 AND service_minutes > 0 AND variation BETWEEN 0 AND 5"
        " AND patience_minutes >= 0)",
        "Requests and their work must be more than nothing.",
    )

    @api.model
    def _default_desk(self):
        context = self.env.context
        if context.get("active_model") == "helpdesk.ticket.team":
            return context.get("active_id")
        return self.env["helpdesk.ticket.team"].search([], limit=1)

    def action_run(self):
        """Play every policy with the same clients and show the figures."""
        self.ensure_one()
        self.check_access("write")
        self.desk_id.check_access("read")
        if not self.policy_ids:
            raise UserError(self.env._("Choose at least one policy to try."))
        scenario = self._scenario()
        rank = self.env["usu.routing.step"]._rank
        self.result_ids.unlink()
        for sequence, policy in enumerate(self.policy_ids, 1):
            result = simulate(self._plain_policy(policy), scenario, rank)
            self._keep(result, policy, sequence)
        self._keep_measured()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Policies Compared: %s", self.desk_id.name),
            "res_model": "usu.routing.simulation.result",
            "view_mode": "list,graph,pivot",
            "domain": [("simulation_id", "=", self.id)],
            "context": {"create": False},
        }

    # ------------------------------------------------------------ desk -> plain values

    def _plain_policy(self, policy):
        """Mirror of the judge: an owner gets the request however busy, and a step's
        timer takes it back from whoever stays silent."""
        steps = policy.step_ids.sorted(lambda step: (step.sequence, step.id))
        channel = next(c for c in CHANNELS if channel_class(c) == self.kind)
        plain = []
        for step, rule in zip(steps, steps._rules(), strict=True):
            if not scope_fits(rule, channel):
                continue
            wait = step._wait_for(channel)
            plain.append(self._plain_step(rule, wait, step.on_timeout))
        return Policy(policy.name, tuple(plain))

    @api.model
    def _plain_step(self, rule: StepRule, wait_seconds, then):
        capacity = rule.capacity and rule.strategy != "owner"
        return Step(
            rule.strategy,
            capacity=capacity,
            timeout_s=0.0 if capacity else float(wait_seconds),
            level=rule.level,
            skills=rule.skills,
            then=then,
        )

    def _workers(self):
        # sudo: usu.routing.agent - costs order people; a sum alone is shown, and only
        # to those who may read costs
        agents = self.desk_id.sudo().usu_agent_ids.filtered("user_id.active")
        if not agents:
            raise UserError(
                self.env._("The desk %s has no employees yet.", self.desk_id.name)
            )
        return tuple(
            Worker(
                agent.user_id.id,
                level=agent.level,
                cost=agent.cost,
                slots=self._slots(agent),
                skills=frozenset(agent.skill_ids.ids),
                shift=self._shift(agent),
            )
            for agent in agents
        )

    def _slots(self, agent):
        """At once: several chats, but one letter or one call at a time."""
        return (agent.capacity_chat or 5) if self.kind == "chat" else 1

    def _shift(self, agent):
        """Spans of a full working day, with its breaks, when the desk's own weeks are
        played; empty: always there."""
        calendar = agent.calendar_id or self.desk_id.usu_calendar_id
        hours = calendar.attendance_ids.filtered(lambda a: not a.display_type)
        if self.source != "history" or not hours:
            return ()
        days = hours.grouped("dayofweek").values()
        day = max(days, key=lambda d: sum(a.hour_to - a.hour_from for a in d))
        spans = []
        for begin, end in sorted((a.hour_from, a.hour_to) for a in day):
            if spans and begin <= spans[-1][1]:
                begin, end = spans[-1][0], max(end, spans.pop()[1])
            if begin < end:
                spans.append((begin, end))
        return tuple(spans)

    def _scenario(self):
        per_hour, returning = self.per_hour, self.returning
        if self.source == "history":
            per_hour, returning = self._history()
        workers = self._workers()
        self._check_size(len(workers))
        levels = {worker.level for worker in workers}
        failing = 1.0 - self.first_line
        patience = self.patience_minutes * 60.0
        return Scenario(
            workers=workers,
            per_hour=per_hour,
            arrivals=self.requests,
            service_s=self.service_minutes * 60.0,
            service_cv=self.variation,
            success=tuple((lv, 1.0 - failing / 4 ** (lv - 1)) for lv in sorted(levels)),
            patience_s=patience or None,
            returning=returning,
            head_id=self.desk_id.user_id.id or None,
            seed=self.seed,
        )

    def _check_size(self, people):
        most = MAX_LOOKS // (people * len(self.policy_ids))
        if self.requests > most:
            raise UserError(
                self.env._(
                    "%(people)s employees and %(policies)s policies: play at most "
                    "%(most)s requests, or fewer policies at once.",
                    people=people,
                    policies=len(self.policy_ids),
                    most=most,
                )
            )

    def _history(self):
        """``(requests per hour of the day, share of returning clients)`` of the desk's
        last weeks: three grouped queries, whatever the number of requests."""
        zone = self.desk_id.usu_calendar_id.tz or self.env.user.tz or "UTC"
        # sudo: helpdesk.ticket - counts of the whole desk, no single request
        tickets = self.env["helpdesk.ticket"].sudo().with_context(tz=zone)
        domain = self._history_domain()
        hours = tickets._read_group(domain, ["create_date:hour_number"], ["__count"])
        days = len(tickets._read_group(domain, ["create_date:day"], []))
        ((count, clients),) = tickets._read_group(
            [*domain, ("partner_id", "!=", False)],
            [],
            ["__count", "partner_id:count_distinct"],
        )
        if not days:
            raise UserError(
                self.env._("This desk had no such requests; use a number of your own.")
            )
        profile = [0.0] * 24
        for hour, number in hours:
            profile[int(hour)] = number / days
        returning = (count - clients) / count if count else 0.0
        self.history_note = self.env._(
            "%(count)s requests on %(days)s days; most at %(hour)s o'clock; "
            "%(share)s %% of the clients return.",
            count=sum(number for _hour, number in hours),
            days=days,
            hour=profile.index(max(profile)),
            share=round(100 * returning),
        )
        return tuple(profile), returning

    def _history_domain(self):
        since = fields.Datetime.now() - timedelta(weeks=self.weeks)
        channels = [c for c in CHANNELS if channel_class(c) == self.kind]
        return [
            ("team_id", "=", self.desk_id.id),
            ("create_date", ">=", since),
            ("usu_channel", "in", channels),
        ]

    # ------------------------------------------------------------------------- results

    def _keep(self, result, policy, sequence):
        # sudo: usu.routing.simulation.result - the cost column is for some readers only
        self.env["usu.routing.simulation.result"].sudo().create(
            {
                "simulation_id": self.id,
                "sequence": sequence,
                "name": policy.name,
                "current": policy == self.desk_id.usu_policy_id,
                "wait_p50": result.wait_p50 / 60.0,
                "wait_p95": result.wait_p95 / 60.0,
                "wait_mean": result.wait_mean / 60.0,
                "abandoned": result.abandoned,
                "spread": result.spread,
                "fairness": result.jain,
                "cost": result.cost,
                "transfers": result.transfers,
                "continuity": result.continuity or 0.0,
                "occupancy": result.occupancy,
                "figures": result.as_dict(),
            }
        )

    def _keep_measured(self):
        """The waits that really were, as a measure of what the model leaves out."""
        if self.source != "history":
            return
        # sudo: helpdesk.ticket - two figures of the whole desk
        Ticket = self.env["helpdesk.ticket"].sudo()
        query = Ticket._search(
            [*self._history_domain(), ("usu_first_answer_at", "!=", False)]
        )
        waits = SQL(
            "EXTRACT(EPOCH FROM %s - %s) / 60.0",
            SQL.identifier("helpdesk_ticket", "usu_first_answer_at"),
            SQL.identifier("helpdesk_ticket", "create_date"),
        )
        middle = SQL("percentile_cont(0.5) WITHIN GROUP (ORDER BY %s)", waits)
        most = SQL("percentile_cont(0.95) WITHIN GROUP (ORDER BY %s)", waits)
        [(count, p50, p95)] = self.env.execute_query(
            query.select(SQL("count(*)"), middle, most)
        )
        if count:
            self.env["usu.routing.simulation.result"].create(
                {
                    "simulation_id": self.id,
                    "name": self.env._("As it was (%s answered)", count),
                    "wait_p50": p50,
                    "wait_p95": p95,
                }
            )
