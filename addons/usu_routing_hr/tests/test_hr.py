from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.usu_routing.tests.common import RoutingCommon


@tagged("post_install", "-at_install", "usu_routing_hr")
class TestRoutingHr(RoutingCommon):
    """Cost and skills of the HR card order the people of the desk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk.company_id = cls.env.company
        cls.cards = {
            user: cls.env["hr.employee"].create(
                {"name": user.name, "user_id": user.id, "hourly_cost": cost}
            )
            for user, cost in ((cls.anna, 30.0), (cls.boris, 10.0))
        }
        kind = cls.env["hr.skill.type"].create(
            {
                "name": "Tongues",
                "skill_ids": [(0, 0, {"name": "Hindi"})],
                "skill_level_ids": [
                    (0, 0, {"name": "Some", "level_progress": 30}),
                    (0, 0, {"name": "Fluent", "level_progress": 90}),
                ],
            }
        )
        cls.some, cls.fluent = kind.skill_level_ids.sorted("level_progress")
        cls.hindi = cls.env["usu.routing.skill"].create(
            {"name": "Hindi", "hr_skill_id": kind.skill_ids.id, "hr_min_progress": 50}
        )
        cls.present(cls.anna, cls.boris)

    def speaks(self, user, level, **vals):
        return self.env["hr.employee.skill"].create(
            {
                "employee_id": self.cards[user].id,
                "skill_id": self.hindi.hr_skill_id.id,
                "skill_type_id": self.hindi.hr_skill_id.skill_type_id.id,
                "skill_level_id": level.id,
                **vals,
            }
        )

    def chosen(self, **kwargs):
        return self.env["res.users"].browse(self.receive(**kwargs).user_id or ())

    def test_cost_of_the_hr_card_stands_above_the_desks_own(self):
        self.policy("cheapest")
        self.agent(self.boris).cost = 99.0
        self.agent(self.anna).cost = 1.0
        self.assertEqual(self.chosen(), self.boris)
        self.cards[self.boris].hourly_cost = 50.0
        self.assertEqual(self.chosen(), self.anna, "a rise counts at once")

    def test_without_a_figure_on_the_card_the_desks_own_holds(self):
        self.policy("cheapest")
        for card in self.cards.values():
            card.hourly_cost = 0.0
        self.agent(self.boris).cost = 20.0
        self.agent(self.anna).cost = 15.0
        self.assertEqual(self.chosen(), self.anna)

    def test_skill_needs_the_progress(self):
        self.policy("least_loaded")
        self.speaks(self.anna, self.some)
        self.assertFalse(self.chosen(skills=self.hindi.ids), "some is not enough")
        self.speaks(self.boris, self.fluent)
        self.assertEqual(self.chosen(skills=self.hindi.ids), self.boris)

    def test_skill_that_ran_out_counts_no_longer(self):
        self.policy("least_loaded")
        today = fields.Date.today()
        self.speaks(
            self.anna,
            self.fluent,
            valid_from=today - timedelta(days=30),
            valid_to=today - timedelta(days=1),
        )
        self.assertFalse(self.chosen(skills=self.hindi.ids))

    def test_skill_given_at_the_desk_stays(self):
        self.policy("least_loaded")
        self.agent(self.anna).skill_ids = self.hindi
        self.assertEqual(self.chosen(skills=self.hindi.ids), self.anna)

    def test_card_of_another_company_does_not_count(self):
        self.policy("cheapest")
        other = self.env["res.company"].create({"name": "Other clinic"})
        self.agent(self.anna).cost = 20.0
        self.cards[self.anna].company_id = other
        self.cards[self.anna].hourly_cost = 1.0
        self.assertEqual(self.chosen(), self.boris)

    def test_figure_is_for_those_who_may_read_costs(self):
        agent = self.agent(self.anna)
        self.assertEqual(agent.hr_cost, 30.0)
        fields_of_head = agent.with_user(self.head).fields_get()
        self.assertNotIn("hr_cost", fields_of_head)
        self.assertIn("hr_skill_ids", fields_of_head)

    def test_decision_tells_no_cost(self):
        self.policy("cheapest")
        ticket = self.ticket(self.receive())
        told = str(self.decisions(ticket)[0].candidates) + ticket.usu_token
        self.assertNotIn("30.0", told)
        self.assertNotIn("cost", told)

    def test_try_policies_counts_with_the_cards(self):
        simulation = self.env["usu.routing.simulation"].create(
            {"desk_id": self.desk.id, "source": "scenario"}
        )
        self.speaks(self.anna, self.fluent)
        workers = {worker.id: worker for worker in simulation._workers()}
        self.assertEqual(workers[self.anna.id].cost, 30.0)
        self.assertEqual(workers[self.boris.id].cost, 10.0)
        self.assertIn(self.hindi.id, workers[self.anna.id].skills)

    def test_one_query_more_whatever_the_number_of_people(self):
        staff = self.env["usu.routing.staff"]
        staff._people(self.desk)
        self.env.flush_all()
        with self.assertQueryCount(1):
            staff._hr_facts((self.anna + self.boris + self.head).ids, self.env.company)
