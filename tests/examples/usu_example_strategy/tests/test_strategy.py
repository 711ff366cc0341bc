from datetime import datetime

from odoo.tests import TransactionCase, tagged

from odoo.addons.usu_routing.tools.strategies import Agent, Request, rank

NOW = datetime(2026, 11, 2, 9)


@tagged("post_install", "-at_install", "usu_example_strategy")
class TestStrategy(TransactionCase):
    def test_order(self):
        agents = [
            Agent(id=1, assigned_today=3, level=5),
            Agent(id=2, assigned_today=1, level=1),
            Agent(id=3, assigned_today=1, level=4),
        ]
        found = rank("calm_expert", agents, Request(), NOW)
        self.assertEqual(found, [3, 2, 1])

    def test_a_policy_can_use_it(self):
        policy = self.env["usu.routing.policy"].create(
            {"name": "Example", "step_ids": [(0, 0, {"strategy": "calm_expert"})]}
        )
        agents = [Agent(id=7, assigned_today=2), Agent(id=8)]
        found = policy.step_ids._rank("calm_expert", agents, Request(), NOW)
        self.assertEqual(found, [8, 7])
