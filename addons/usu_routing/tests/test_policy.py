from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools import strategies
from .common import RoutingCommon

READY = ("even", "best", "cheap", "turn", "hand")


@tagged("post_install", "-at_install", "usu_routing")
class TestPolicy(RoutingCommon):
    def test_ready_made_policies_speak_plainly(self):
        for key in READY:
            policy = self.env.ref(f"usu_routing.usu_routing_policy_{key}")
            self.assertTrue(policy.step_ids)
            first = policy.step_ids.sorted("sequence")[0]
            self.assertEqual(first.strategy, "owner", "continuity first")
            self.assertIn("Responsible of the client's open request", policy.summary)
            self.assertEqual(len(policy.summary.splitlines()), len(policy.step_ids))

    def test_sentence_says_how_long_and_what_then(self):
        policy = self.policy(
            {
                "strategy": "owner",
                "availability": "any",
                "wait_seconds": 120,
                "wait_written_minutes": 30,
            }
        )
        sentence = policy.step_ids.sentence
        self.assertIn("no answer in 2 min (letters: 30 min): the next step", sentence)

    def test_every_strategy_has_its_method_and_its_function(self):
        step = self.env["usu.routing.step"]
        for key, _label in step._fields["strategy"].selection:
            self.assertIn(key, strategies.STRATEGIES)
            self.assertTrue(hasattr(step, f"_usu_rank_{key}"), key)

    def test_strategy_of_another_addon_comes_and_goes(self):
        self.present(self.anna, self.boris)
        policy = self.policy("least_loaded", "round_robin")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE usu_routing_step SET strategy = 'longest_name' WHERE id = %s",
            (policy.step_ids[0].id,),
        )
        self.env.invalidate_all()

        def longest_name(step, agents, request, now):
            users = step.env["res.users"].browse([agent.id for agent in agents])
            return users.sorted(lambda user: -len(user.name)).ids

        Step = type(self.env["usu.routing.step"])
        with patch.object(Step, "_usu_rank_longest_name", longest_name, create=True):
            for _n in range(2):
                self.assertEqual(self.receive().user_id, self.boris.id)
        with mute_logger("odoo.addons.usu_routing.models.usu_routing_step"):
            self.assertEqual(self.receive().user_id, self.anna.id, "the next step")

    def test_steps_decide_in_their_order(self):
        self.present(self.anna, self.boris)
        self.agent(self.boris).write({"level": 5, "cost": 50})
        policy = self.policy("most_experienced", "cheapest")
        self.assertEqual(self.receive().user_id, self.boris.id)
        first, second = policy.step_ids
        first.sequence, second.sequence = 9, 1
        self.assertEqual(self.receive().user_id, self.anna.id)

    def test_desk_without_policy_uses_the_companys_then_the_even_one(self):
        even = self.env.ref("usu_routing.usu_routing_policy_even")
        mine = self.env["usu.routing.policy"].create({"name": "Mine"})
        self.desk.usu_policy_id = False
        self.env.company.usu_policy_id = False
        self.assertEqual(self.desk._usu_policy(), even)
        self.env.company.usu_policy_id = mine
        self.assertEqual(self.desk._usu_policy(), mine)

    def test_members_and_agents_stay_in_step(self):
        clara = self.new_employee("clara")
        self.desk.user_ids += clara
        self.assertTrue(self.agent(clara))
        self.desk.user_ids -= clara
        self.assertFalse(self.agent(clara))
        self.desk.user_ids += clara
        self.assertEqual(len(self.agent(clara)), 1, "the same row comes back")
        dora = self.new_employee("dora")
        self.env["usu.routing.agent"].create(
            {"desk_id": self.desk.id, "user_id": dora.id}
        )
        self.assertIn(dora, self.desk.user_ids)
        self.agent(dora).unlink()
        self.assertNotIn(dora, self.desk.user_ids)

    def test_fresh_database_needs_no_configuration(self):
        desk = self.env["helpdesk.ticket.team"]._usu_default()
        self.assertTrue(desk)
        receipt = self.receive(desk=None)
        self.assertTrue(receipt.request_id)
