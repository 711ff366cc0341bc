import random
from datetime import datetime, timedelta

from odoo.tests import BaseCase, tagged

from ..tools.strategies import (
    STRATEGIES,
    Agent,
    Needs,
    Request,
    eligible,
    load,
    rank,
    register,
)

NOW = datetime(2026, 3, 2, 12, 0)
NAMED = {
    "owner": "owner_id",
    "permanent": "permanent_id",
    "previous": "previous_id",
    "head": "head_id",
}


def ago(minutes):
    return NOW - timedelta(minutes=minutes)


def crowd(stream, size):
    """Any employees at all, many of them alike, so that ties are common."""
    return [
        Agent(
            id=number,
            open=stream.choice([0, 0.2, 1, 2]),
            capacity=stream.choice([0, 1, 3]),
            level=stream.randint(1, 5),
            cost=stream.choice([8, 12, 20]),
            last_assigned=stream.choice([None, ago(5), ago(90)]),
            idle_since=stream.choice([None, ago(1), ago(30)]),
            assigned_today=stream.randint(0, 3),
            shift_hours=stream.choice([0, 0.5, 8]),
            skills=frozenset(stream.sample(["ru", "hi"], stream.randint(0, 2))),
            online=stream.random() < 0.7,
        )
        for number in range(1, size + 1)
    ]


@tagged("post_install", "-at_install", "usu_routing")
class TestStrategies(BaseCase):
    def check(self, strategy, agents, expected, **request):
        self.assertEqual(rank(strategy, agents, Request(**request), NOW), expected)

    def test_unknown_strategy_is_refused(self):
        with self.assertRaises(ValueError):
            rank("wisest", [Agent(1)], Request(), NOW)

    def test_nobody_gives_nobody(self):
        for strategy in STRATEGIES:
            self.check(strategy, [], [], owner_id=1, head_id=1)

    def test_named_person_only(self):
        agents = [Agent(1), Agent(2), Agent(3)]
        for strategy, field in NAMED.items():
            self.check(strategy, agents, [2], **{field: 2})
            self.check(strategy, agents, [], **{field: 9})
            self.check(strategy, agents, [])

    def test_named_persons_are_not_confused(self):
        people = {"owner_id": 1, "permanent_id": 2, "previous_id": 3, "head_id": 4}
        agents = [Agent(number) for number in (4, 3, 2, 1)]
        for strategy, field in NAMED.items():
            self.check(strategy, agents, [people[field]], **people)

    def test_least_loaded_by_share_of_capacity(self):
        agents = [
            Agent(1, open=2, capacity=3),
            Agent(2, open=1, capacity=1),
            Agent(3, open=2, capacity=20),
        ]
        self.check("least_loaded", agents, [3, 1, 2])

    def test_without_capacity_comes_last(self):
        agents = [Agent(1, capacity=0), Agent(2, open=5, capacity=3)]
        self.check("least_loaded", agents, [2, 1])

    def test_round_robin_by_last_assignment(self):
        agents = [
            Agent(1, last_assigned=ago(5)),
            Agent(2, last_assigned=ago(50), open=1),
            Agent(3, last_assigned=None, open=1),
        ]
        self.check("round_robin", agents, [3, 2, 1])

    def test_longest_idle_before_the_busy(self):
        agents = [
            Agent(1, idle_since=None),
            Agent(2, idle_since=ago(3)),
            Agent(3, idle_since=ago(30)),
        ]
        self.check("longest_idle", agents, [3, 2, 1])

    def test_fewest_today_per_hour_on_shift(self):
        agents = [
            Agent(1, assigned_today=8, shift_hours=8),
            Agent(2, assigned_today=2, shift_hours=4),
            Agent(3, assigned_today=3, shift_hours=4),
        ]
        self.check("fewest_today", agents, [2, 3, 1])

    def test_fewest_today_does_not_flood_the_newcomer(self):
        newcomer = Agent(1, assigned_today=1, shift_hours=0.01)
        colleague = Agent(2, assigned_today=8, shift_hours=4)
        self.check("fewest_today", [newcomer, colleague], [1, 2])
        newcomer = Agent(1, assigned_today=3, shift_hours=0.5)
        self.check("fewest_today", [newcomer, colleague], [2, 1])

    def test_most_experienced_even_if_busier(self):
        agents = [
            Agent(1, level=2),
            Agent(2, level=5, open=1, capacity=3),
            Agent(3, level=5, capacity=3),
        ]
        self.check("most_experienced", agents, [3, 2, 1])

    def test_cheapest_then_lower_level(self):
        agents = [
            Agent(1, cost=12, level=1),
            Agent(2, cost=8, level=3),
            Agent(3, cost=8, level=1),
        ]
        self.check("cheapest", agents, [3, 2, 1])

    def test_queue_chooses_nobody(self):
        self.check("queue", [Agent(1), Agent(2)], [])

    def test_ties(self):
        agents = [
            Agent(5),
            Agent(4),
            Agent(3, last_assigned=ago(9)),
            Agent(2, last_assigned=ago(9), assigned_today=2),
            Agent(1, last_assigned=ago(1)),
        ]
        for strategy in ("least_loaded", "most_experienced", "cheapest"):
            self.check(strategy, agents, [4, 5, 3, 2, 1])

    def test_order_does_not_depend_on_the_input_order(self):
        """Two processes that read the same rows in another order agree."""
        stream = random.Random(11)
        for _ in range(100):
            agents = crowd(stream, 6)
            ask = Request(owner_id=2, permanent_id=3, previous_id=9, head_id=1)
            for strategy in STRATEGIES:
                expected = rank(strategy, agents, ask, NOW)
                shuffled = stream.sample(agents, len(agents))
                self.assertEqual(rank(strategy, shuffled, ask, NOW), expected)

    def test_an_order_leaves_nobody_out(self):
        """A strategy that orders keeps everybody, each once: filters are elsewhere."""
        agents = crowd(random.Random(12), 30)
        for strategy in set(STRATEGIES) - set(NAMED) - {"queue"}:
            ranked = rank(strategy, agents, Request(), NOW)
            self.assertEqual(sorted(ranked), list(range(1, 31)), strategy)

    def test_takes_any_iterable(self):
        self.check("cheapest", (Agent(n, cost=-n) for n in (1, 2)), [2, 1])

    def test_another_addon_registers_a_strategy(self):
        @register("highest_id")
        def _highest_id(agents, request, now):
            return sorted((agent.id for agent in agents), reverse=True)

        self.addCleanup(STRATEGIES.pop, "highest_id")
        self.check("highest_id", [Agent(1), Agent(2)], [2, 1])


@tagged("post_install", "-at_install", "usu_routing")
class TestEligible(BaseCase):
    def check(self, agent, expected, request=None, **needs):
        reason = eligible(agent, request or Request(), Needs(**needs))
        self.assertEqual(reason, expected)

    def test_offline(self):
        self.check(Agent(1, online=False), "offline")
        self.check(Agent(1, online=False), None, online=False)

    def test_capacity(self):
        self.check(Agent(1, open=2, capacity=3), None)
        self.check(Agent(1, open=3, capacity=3), "no_capacity")
        self.check(Agent(1, open=3, capacity=3), None, capacity=False)
        self.check(Agent(1, open=1, capacity=3), "no_capacity", weight=3.0)
        self.check(Agent(1, open=0, capacity=3), None, weight=3.0)
        self.check(Agent(1, open=0, capacity=0), "no_capacity")

    def test_capacity_of_many_small_weights(self):
        fourteen = sum([0.2] * 14)
        self.check(Agent(1, open=fourteen, capacity=3), None, weight=0.2)
        self.check(Agent(1, open=fourteen + 0.2, capacity=3), "no_capacity", weight=0.2)

    def test_level_of_step_and_of_request(self):
        self.check(Agent(1, level=2), "level", level=3)
        self.check(Agent(1, level=3), None, level=3)
        self.check(Agent(1, level=2), "level", Request(level=3))
        self.check(Agent(1, level=3), None, Request(level=3), level=2)

    def test_skills_of_step_and_of_request(self):
        ru, both = frozenset({"ru"}), frozenset({"ru", "hi"})
        self.check(Agent(1, skills=ru), None, skills=ru)
        self.check(Agent(1, skills=ru), "skills", skills=both)
        self.check(Agent(1, skills=ru), "skills", Request(skills=both))
        self.check(Agent(1, skills=both), None, Request(skills=ru), skills=both)

    def test_first_reason_that_applies(self):
        agent = Agent(1, online=False, open=1, level=1)
        needs = {"level": 2, "skills": frozenset({"ru"})}
        self.check(agent, "offline", **needs)
        self.check(agent, "no_capacity", online=False, **needs)
        self.check(agent, "level", online=False, capacity=False, **needs)

    def test_load(self):
        self.assertEqual(load(Agent(1, open=1, capacity=4)), 0.25)
        self.assertEqual(load(Agent(1, open=0, capacity=0)), float("inf"))
