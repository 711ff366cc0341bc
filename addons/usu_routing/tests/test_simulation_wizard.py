import random
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..tools import strategies
from ..tools.simulator import Step
from .common import RoutingCommon
from .test_strategies import NOW, crowd


@tagged("post_install", "-at_install", "usu_routing")
class TestSimulationWizard(RoutingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.even = cls.policy("least_loaded")
        cls.cheap = cls.policy("cheapest")
        cls.desk.usu_policy_id = cls.even
        for agent, level, cost in zip(
            cls.desk.usu_agent_ids, (1, 3), (8, 20), strict=False
        ):
            agent.write({"level": level, "cost": cost})

    def wizard(self, **vals):
        return (
            self.env["usu.routing.simulation"]
            .with_user(self.head)
            .create(
                {
                    "desk_id": self.desk.id,
                    "policy_ids": [(6, 0, (self.even + self.cheap).ids)],
                    "source": "scenario",
                    "per_hour": 6.0,
                    "requests": 300,
                    **vals,
                }
            )
        )

    def results(self, wizard):
        return wizard.sudo().result_ids

    def earlier(self, hour, partner=None, channel="chat", days=1, answered=None):
        """A request of some days ago, at this hour of the desk."""
        moment = fields.Datetime.now() - timedelta(days=days)
        moment = moment.replace(hour=hour, minute=5, second=0)
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "Earlier",
                "description": "?",
                "team_id": self.desk.id,
                "partner_id": partner.id if partner else False,
            }
        )
        answer = answered and moment + timedelta(minutes=answered)
        ticket.flush_recordset()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = %s, usu_channel = %s,"
            " usu_first_answer_at = %s WHERE id = %s",
            [moment, channel, answer or None, ticket.id],
        )
        ticket.invalidate_recordset()
        return ticket

    def test_form_opens_with_the_desk_and_its_policies(self):
        Wizard = self.env["usu.routing.simulation"].with_user(self.head)
        context = {"active_model": "helpdesk.ticket.team", "active_id": self.desk.id}
        with Form(Wizard.with_context(**context)) as form:
            self.assertEqual(form.desk_id, self.desk)
            self.assertIn(self.even, form.policy_ids[:])

    def test_every_policy_is_played_with_the_same_clients(self):
        wizard = self.wizard()
        action = wizard.action_run()
        results = self.results(wizard)
        self.assertEqual(results.mapped("sequence"), [1, 2])
        self.assertEqual(results.mapped("current"), [True, False])
        self.assertEqual({r.figures["requests"] for r in results}, {270})
        self.assertEqual(action["res_model"], results._name)
        self.assertEqual(
            self.env[results._name].with_user(self.head).search(action["domain"]),
            results.with_user(self.head),
        )

    def test_playing_again_replaces_the_results_and_changes_nothing_else(self):
        wizard = self.wizard()
        tickets = self.env["helpdesk.ticket"].search_count([])
        decisions = self.env["usu.routing.decision"].search_count([])
        wizard.action_run()
        first = self.results(wizard).mapped("figures")
        wizard.action_run()
        self.assertEqual(self.results(wizard).mapped("figures"), first)
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), tickets)
        count = self.env["usu.routing.decision"].search_count([])
        self.assertEqual(count, decisions)

    def test_cheapest_costs_less_here_too(self):
        wizard = self.wizard(requests=2000, per_hour=8.0)
        wizard.action_run()
        even, cheap = self.results(wizard)
        self.assertLess(cheap.cost, even.cost)
        self.assertGreater(cheap.transfers, even.transfers)

    def test_own_weeks(self):
        """Requests by the hour, clients who return, and the waits that really were."""
        self.env.user.tz = "UTC"
        self.head.tz = "UTC"
        for days in (1, 2):
            self.earlier(9, self.client, days=days, answered=4)
            self.earlier(9, days=days, answered=8)
        self.earlier(14, self.client, answered=12)
        self.earlier(9, channel="email")
        self.earlier(9, days=40)
        wizard = self.wizard(source="history", weeks=2)
        profile, returning = wizard._history()
        self.assertEqual(profile[9], 2.0)
        self.assertEqual(profile[14], 0.5)
        self.assertEqual(sum(profile), 2.5)
        self.assertAlmostEqual(returning, 2 / 3)
        wizard.action_run()
        measured = self.results(wizard).filtered(lambda r: not r.figures)
        self.assertEqual(len(measured), 1)
        self.assertAlmostEqual(measured.wait_p50, 8.0)
        self.assertIn("5 requests on 2 days", wizard.history_note)

    def test_own_weeks_in_bounded_queries(self):
        """The number of queries does not grow with the number of requests."""
        wizard = self.wizard(source="history")
        self.earlier(9)
        for more in (1, 8):
            for hour in range(more):
                self.earlier(hour, self.client)
            wizard._history()
            self.env.flush_all()
            with self.assertQueryCount(3):
                wizard._history()

    def test_shift_is_that_of_the_desk_or_the_employee(self):
        hours = self.env["resource.calendar"].create(
            {
                "name": "Mornings",
                "attendance_ids": [
                    (5, 0, 0),
                    (0, 0, {"name": "Mon", "dayofweek": "0", "hour_from": 8,
                            "hour_to": 12}),
                ],
            }
        )  # fmt: skip
        self.desk.usu_calendar_id = hours
        wizard = self.wizard(source="history")
        self.assertEqual({w.shift for w in wizard._workers()}, {((8.0, 12.0),)})
        hours.attendance_ids = [
            (0, 0, {"name": "Tue", "dayofweek": "1", "hour_from": 8, "hour_to": 12}),
            (0, 0, {"name": "Tue", "dayofweek": "1", "hour_from": 13, "hour_to": 17}),
        ]
        self.assertEqual(
            {w.shift for w in wizard._workers()}, {((8.0, 12.0), (13.0, 17.0))}
        )
        wizard.source = "scenario"
        self.assertEqual({w.shift for w in wizard._workers()}, {()})

    def test_steps_become_what_the_desk_does(self):
        policy = self.policy(
            {"strategy": "owner", "wait_seconds": 120, "on_timeout": "again"},
            {"strategy": "cheapest", "min_level": 2, "scope": "live"},
            {"strategy": "round_robin", "scope": "written", "respect_capacity": False},
            "queue",
        )
        chat = self.wizard()._plain_policy(policy)
        self.assertEqual(
            chat.steps,
            (
                Step("owner", capacity=False, timeout_s=120.0, then="again"),
                Step("cheapest", level=2),
                Step("queue"),
            ),
        )
        letters = self.wizard(kind="written")._plain_policy(policy)
        self.assertEqual(
            [step.strategy for step in letters.steps], ["owner", "round_robin", "queue"]
        )

    def test_simulator_and_desk_order_alike(self):
        """Every strategy of the steps, on random candidates: one and the same order."""
        stream = random.Random(3)
        Steps = self.env["usu.routing.step"]
        keys = [key for key, _label in Steps._fields["strategy"].selection]
        self.assertEqual(set(keys), set(strategies.STRATEGIES))
        for n in range(1000):
            agents = crowd(stream, 5)
            ask = strategies.Request(owner_id=1, permanent_id=2, head_id=3)
            key = keys[n % len(keys)]
            self.assertEqual(
                Steps._rank(key, agents, ask, NOW),
                strategies.rank(key, agents, ask, NOW),
                key,
            )

    def test_what_cannot_be_played_says_so(self):
        with self.assertRaises(UserError):
            self.wizard(policy_ids=[(5, 0, 0)]).action_run()
        with self.assertRaises(UserError):
            self.wizard(source="history").action_run()
        with self.assertRaises(UserError):
            self.wizard()._check_size(10_000)
        empty = self.env["helpdesk.ticket.team"].create({"name": "Nobody"})
        with self.assertRaises(UserError):
            self.wizard(desk_id=empty.id).action_run()

    def test_costs_are_for_those_who_may_read_them(self):
        wizard = self.wizard()
        wizard.action_run()
        mine = self.env["usu.routing.simulation.result"].with_user(self.head)
        result = mine.browse(self.results(wizard)[0].id)
        self.assertGreater(result.wait_p95 + 1, 0)
        with self.assertRaises(AccessError):
            result.read(["cost"])
        with self.assertRaises(AccessError):
            result.read(["figures"])
        view = mine.get_view(view_type="list")["arch"]
        self.assertNotIn('name="cost"', view)

    def test_employees_cannot_try_policies(self):
        visitor = new_test_user(self.env, login="usu_nobody", groups="base.group_user")
        for user in (self.anna, visitor):
            with self.assertRaises(AccessError):
                self.env["usu.routing.simulation"].with_user(user).create(
                    {"desk_id": self.desk.id}
                )
