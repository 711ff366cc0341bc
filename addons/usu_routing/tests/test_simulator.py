"""Short runs with fixed seeds: figures may differ from theory by the standard errors
the simulation itself reports. Long runs: ``./usu bench routing_simulator``.
"""

import json
import random
from datetime import datetime

from odoo.tests import BaseCase, tagged

from ..tools import simulator, strategies
from ..tools.erlang import erlang_a, erlang_arrivals, erlang_c
from ..tools.simulator import Policy, Scenario, Step, Worker, compare, simulate
from ..tools.simulator_result import jain, percentile, standard_error

SIX = tuple(Worker(number) for number in range(1, 7))
# four juniors, three of the middle, one senior; two chats each
CLINIC = (
    *(Worker(number, level=1, cost=8, slots=2) for number in range(1, 5)),
    *(Worker(number, level=2, cost=12, slots=2) for number in range(5, 8)),
    Worker(8, level=3, cost=20, slots=2),
)
ERRORS = 3


def late(strategy, **kw):
    return Policy(strategy, (Step(strategy, **kw),))


def push(strategy):
    return Policy(f"{strategy} at once", (Step(strategy, capacity=False),))


def six(arrivals, **kw):
    return Scenario(workers=SIX, per_hour=36, arrivals=arrivals, **kw)


def clinic(per_hour, arrivals=6000, **kw):
    return Scenario(
        workers=CLINIC,
        per_hour=per_hour,
        arrivals=arrivals,
        service_s=420,
        service_cv=1.0,
        success=((1, 0.7), (2, 0.92)),
        **kw,
    )


class SimulatorCase(BaseCase):
    def assertNear(self, result, figure, expected):
        error = result.errors[figure]
        self.assertLess(error, 0.5 * expected, "the run is too short to say anything")
        self.assertAlmostEqual(
            getattr(result, figure), expected, delta=ERRORS * error, msg=figure
        )


@tagged("post_install", "-at_install", "usu_routing")
class TestSimulatorAgainstTheory(SimulatorCase):
    def test_central_queue_is_erlang_c(self):
        theory = erlang_c(36 / 3600, 480, 6)
        result = simulate(late("least_loaded"), six(12_000, seed=4))
        self.assertNear(result, "p_wait", theory.p_wait)
        self.assertNear(result, "wait_all", theory.wait_mean)
        self.assertAlmostEqual(result.occupancy, 0.8, delta=0.03)

    def test_impatient_clients_are_erlang_a(self):
        theory = erlang_a(36 / 3600, 480, 6, 180)
        result = simulate(late("least_loaded"), six(12_000, patience_s=180.0))
        self.assertNear(result, "p_wait", theory.p_wait)
        self.assertNear(result, "abandoned", theory.p_abandon)
        self.assertNear(result, "wait_all", theory.wait_mean)

    def test_in_turn_at_once_is_a_queue_each(self):
        p_wait, wait = erlang_arrivals(6 / 3600, 480, 6)
        result = simulate(push("round_robin"), six(30_000, seed=3))
        self.assertNear(result, "p_wait", p_wait)
        self.assertNear(result, "wait_all", wait)

    def test_constant_service_waits_half(self):
        """One employee, constant service: half the wait of exponential service."""
        scenario = Scenario(
            workers=(Worker(1),), per_hour=6, arrivals=12_000, service_cv=0.0
        )
        result = simulate(late("least_loaded"), scenario)
        self.assertNear(result, "wait_all", 1920 / 2)

    def test_equal_employees_make_equal_policies(self):
        """Who takes it does not matter for the wait when all are alike."""
        waits = {
            strategy: simulate(late(strategy), six(2000)).wait_mean
            for strategy in ("least_loaded", "longest_idle", "most_experienced")
        }
        self.assertEqual(len(set(waits.values())), 1, waits)


@tagged("post_install", "-at_install", "usu_routing")
class TestSimulatorPolicies(SimulatorCase):
    def test_policies_differ_as_meant(self):
        least, best, cheap, turn = compare(
            [
                late("least_loaded"),
                late("most_experienced"),
                late("cheapest"),
                push("round_robin"),
            ],
            clinic(60),
        )
        self.assertLessEqual(cheap.cost, 0.94 * least.cost)
        self.assertGreater(cheap.transfers, least.transfers)
        self.assertLessEqual(best.transfers, 0.65 * least.transfers)
        self.assertGreater(best.cost, least.cost)
        self.assertGreaterEqual(least.jain, 0.99)
        self.assertLess(best.jain, cheap.jain)
        self.assertLessEqual(least.wait_p95, 0.1 * turn.wait_p95)

    def test_owner_rule_and_its_timer(self):
        common = Step("least_loaded")
        pile = Step("owner", capacity=False, timeout_s=120.0)
        always, asked, timer, none = compare(
            [
                Policy("owner always", (Step("owner", capacity=False), common)),
                Policy("on the owner's pile for 120 s", (pile, common)),
                Policy("owner 120 s", (Step("owner", timeout_s=120.0), common)),
                Policy("no owner rule", (common,)),
            ],
            clinic(85, returning=0.4),
        )
        self.assertEqual(always.continuity, 1.0)
        for limited in (asked, timer):
            self.assertGreater(limited.continuity, 2 * none.continuity)
            self.assertLess(limited.continuity, 0.9)
            self.assertLess(limited.wait_p95, always.wait_p95)

    def test_timer_bounds_the_wait_for_the_owner(self):
        """With room elsewhere nobody waits longer than the timer."""
        policy = Policy("owner", (Step("owner", timeout_s=60.0), Step("least_loaded")))
        result = simulate(policy, clinic(60, 3000, returning=1.0))
        self.assertAlmostEqual(result.wait_p95, 60.0, 6)

    def test_what_follows_when_nobody_answered_in_time(self):
        """The cheapest gets everything, however busy; after 30 s the step decides."""
        workers = tuple(Worker(number, cost=number) for number in (1, 2, 3))
        scenario = Scenario(
            workers, per_hour=12, arrivals=400, service_s=600, service_cv=0.0, warmup=0
        )
        given, waits = {}, {}
        for then in ("head", "again", "next", "queue"):
            step = Step("cheapest", capacity=False, timeout_s=30.0, then=then)
            run = simulator.Simulation(Policy(then, (step,)), scenario)
            waits[then] = run.run().wait_p95
            given[then] = run.recorder.given
        self.assertEqual(given["head"], {1: 400, 2: 0, 3: 0}, "it stays where it is")
        self.assertGreaterEqual(given["again"][1], 400, "always asked first")
        self.assertGreater(given["again"][2], given["again"][3])
        self.assertEqual(given["next"], given["queue"], "the queue is what follows")
        for then in ("again", "next", "queue"):
            self.assertLess(waits[then], waits["head"] / 2, then)

    def test_new_client_does_not_wait_for_an_owner_there_is_not(self):
        policy = Policy("owner", (Step("owner", timeout_s=60.0), Step("least_loaded")))
        result = simulate(policy, clinic(20, 1000, returning=0.0))
        self.assertEqual(result.p_wait, 0.0)

    def test_failed_request_climbs_the_levels(self):
        ladder = (Worker(1, level=1), Worker(2, level=2), Worker(3, level=3))
        scenario = Scenario(
            workers=ladder,
            per_hour=1,
            arrivals=200,
            success=((1, 0.0), (2, 0.0), (3, 0.0)),
        )
        result = simulate(late("cheapest", level=0), scenario)
        self.assertGreater(result.transfers, 1.5)
        self.assertEqual(result.requests, 180)

    def test_skills_are_respected(self):
        workers = (Worker(1, skills=frozenset({"hi"})), Worker(2))
        scenario = Scenario(
            workers=workers, per_hour=4, arrivals=300, skills=(("hi", 1.0),), warmup=0
        )
        run = simulator.Simulation(late("least_loaded"), scenario)
        run.run()
        self.assertEqual(run.recorder.given, {1: 300, 2: 0})

    def test_head_distributes(self):
        scenario = six(300, head_id=3, warmup=0)
        run = simulator.Simulation(push("head"), scenario)
        run.run()
        self.assertEqual(run.recorder.given[3], 300)

    def test_hours_of_the_day_and_shifts(self):
        """Requests only by the profile; outside the shift they wait for its start."""
        profile = tuple(6.0 if 8 <= hour < 10 else 0.0 for hour in range(24))
        scenario = Scenario(
            workers=(Worker(1, shift=((9.0, 17.0),)),),
            per_hour=profile,
            arrivals=400,
            service_s=60.0,
            warmup=0,
        )
        result = simulate(late("least_loaded"), scenario)
        self.assertEqual(result.requests, 400)
        self.assertAlmostEqual(result.p_wait, 0.55, delta=0.1)
        self.assertLess(result.wait_p95, 3700.0)

    def test_nobody_answers_during_the_break(self):
        day = ((9.0, 12.0), (13.0, 17.0))
        profile = tuple(6.0 if hour == 12 else 0.0 for hour in range(24))
        scenario = Scenario(
            (Worker(1, shift=day),), profile, arrivals=60, service_s=60.0, warmup=0
        )
        run = simulator.Simulation(late("least_loaded"), scenario)
        result = run.run()
        self.assertEqual(result.p_wait, 1.0, "all wait for one o'clock")
        self.assertLess(result.wait_p95, 3 * 3600.0)
        seat = simulator.Seat(Worker(1, shift=day))
        self.assertEqual(seat.shift_hours(14 * 3600.0), 4.0)

    def test_whoever_is_free_takes_from_the_queue(self):
        """The queue alone serves like the least loaded of those who are free."""
        pull, give = compare([late("queue"), late("least_loaded")], six(500))
        self.assertEqual(pull.wait_mean, give.wait_mean)

    def test_what_nobody_can_answer_is_counted_as_lost(self):
        result = simulate(late("cheapest"), six(100, skills=(("x-ray", 1.0),)))
        self.assertEqual(result.requests, 90)
        self.assertEqual(result.abandoned, 1.0)

    def test_every_strategy_runs_and_nobody_is_lost(self):
        for strategy in strategies.STRATEGIES:
            result = simulate(late(strategy), clinic(60, 300, returning=0.5))
            self.assertEqual(result.requests, 270, strategy)
            self.assertEqual(result.abandoned, 0.0, strategy)


@tagged("post_install", "-at_install", "usu_routing")
class TestSimulatorItself(SimulatorCase):
    def test_same_seed_same_figures(self):
        first, again, other = (
            simulate(late("cheapest"), clinic(60, 500, seed=seed)) for seed in (1, 1, 2)
        )
        self.assertEqual(first, again)
        self.assertNotEqual(first.wait_mean, other.wait_mean)

    def test_result_is_json(self):
        result = simulate(late("cheapest"), clinic(60, 500))
        read = json.loads(json.dumps(result.as_dict()))
        self.assertEqual(read["policy"], "cheapest")
        self.assertIsNone(read["continuity"])

    def test_impossible_scenarios_are_refused(self):
        with self.assertRaises(ValueError):
            simulate(late("wisest"), six(10))
        with self.assertRaises(ValueError):
            simulate(late("cheapest"), Scenario(workers=(), per_hour=1, arrivals=1))
        with self.assertRaises(ValueError):
            simulate(late("cheapest"), Scenario(workers=SIX, per_hour=0, arrivals=1))

    def test_it_runs_the_strategies_of_the_desk(self):
        """What the simulator sees is ordered by the registry, not by a copy of it."""

        @strategies.register("highest_id")
        def _highest_id(agents, request, now):
            return sorted((agent.id for agent in agents), reverse=True)

        self.addCleanup(strategies.STRATEGIES.pop, "highest_id")
        scenario = Scenario(workers=SIX, per_hour=12, arrivals=500, warmup=0)
        run = simulator.Simulation(late("highest_id"), scenario)
        run.run()
        given = list(run.recorder.given.values())
        self.assertEqual(given, sorted(given))
        self.assertGreater(given[-1], 2 * given[0])

    def test_capacity_is_never_exceeded_without_push(self):
        run = simulator.Simulation(late("least_loaded"), clinic(200, 1000))
        seen = []
        give = run._give

        def watched(job, seat, *args):
            give(job, seat, *args)
            seen.append(seat.open <= seat.worker.slots)

        run._give = watched
        run.run()
        self.assertGreater(len(seen), 1000)
        self.assertTrue(all(seen))

    def test_figures(self):
        self.assertEqual(percentile([], 0.5), 0.0)
        self.assertEqual(percentile([1, 2, 3, 4], 0.5), 2)
        self.assertEqual(percentile(list(range(1, 101)), 0.95), 95)
        self.assertEqual(jain([1, 1, 1, 1]), 1.0)
        self.assertEqual(jain([4, 0, 0, 0]), 0.25)
        self.assertEqual(jain([0, 0]), 1.0)
        self.assertEqual(standard_error([5.0] * 40), 0.0)
        self.assertEqual(standard_error([5.0]), float("inf"))
        stream = random.Random(1)
        error = standard_error([stream.gauss(0, 1) for _ in range(20_000)])
        self.assertAlmostEqual(error, 1 / 20_000**0.5, delta=0.4 / 20_000**0.5)

    def test_times_are_those_of_one_day(self):
        seat = simulator.Seat(Worker(1, shift=((9.0, 17.0),)))
        self.assertEqual(seat.shift_hours(8 * 3600), 0.0)
        self.assertEqual(seat.shift_hours(12 * 3600), 3.0)
        self.assertEqual(seat.shift_hours((24 + 23) * 3600), 8.0)
        seat.assigned_today = 5
        seat.look(3600.0)
        self.assertEqual(seat.view.assigned_today, 5)
        seat.look(90_000.0)
        self.assertEqual(seat.view.assigned_today, 0)
        self.assertEqual(simulator.START, datetime(2026, 1, 5))
