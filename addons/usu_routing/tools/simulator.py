"""What a policy would do with a desk: a discrete event simulation without Odoo.

Clients write at random moments of a day's profile; a policy, which is an ordered list
of steps, gives each request to an employee or lets it wait; service takes a random
time; an employee may fail and hand the request over to somebody of a higher level.
Everybody is chosen by `strategies.eligible` and `strategies.rank`, the very functions
the desk itself uses.

- A step that respects capacity gives a request to somebody free only (late binding); a
  step that does not puts it on somebody's own pile (push).
- A step with a timeout waits that long for its person, on the desk or on the person's
  pile, then the next step is tried, or the same one without that person, or the desk's
  queue: as the step says.
- After the last step a request waits in the desk's queue: whoever is free, the least
  loaded first, takes the longest waiting. What nobody may ever take counts as lost.

All random numbers come from streams of the scenario's seed, drawn per request: every
policy meets the same clients, with the same patience and the same difficult questions,
so that a difference between two policies is the policies' own.
"""

import bisect
import dataclasses
import math
import operator
from collections import deque
from datetime import datetime, timedelta

import simpy

from .simulator_result import Recorder
from .simulator_scenario import DAY, HOUR, Clients, Policy, Scenario, Step, Worker
from .strategies import TOLERANCE, Agent, Needs, Request, eligible, rank

__all__ = ["Policy", "Scenario", "Step", "Worker", "compare", "simulate"]

START = datetime(2026, 1, 5)  # a Monday, midnight
# Strategies that look at the length of the shift so far, which grows by itself.
CLOCKED = frozenset({"fewest_today"})
BY_ARRIVAL = operator.attrgetter("number")
QUEUE, PULL = "queue", "least_loaded"


class Seat:
    """A worker at work; ``view`` is kept as `strategies.Agent` between changes."""

    __slots__ = (
        "assigned_today", "backlog", "busy", "day", "idle_since", "last_assigned",
        "online", "open", "view", "worker",
    )  # fmt: skip

    def __init__(self, worker):
        self.worker = worker
        self.open = self.busy = self.assigned_today = self.day = 0
        self.backlog = deque()
        self.last_assigned, self.idle_since = None, START
        self.online = not worker.shift
        self.view = None

    def shift_hours(self, seconds):
        hour = seconds % DAY / HOUR
        spans = self.worker.shift or ((0.0, 24.0),)
        return sum(min(max(hour - begin, 0.0), end - begin) for begin, end in spans)

    def look(self, seconds):
        """What the strategies see now."""
        worker, day = self.worker, int(seconds // DAY)
        if day != self.day:
            self.day, self.assigned_today = day, 0
        self.view = Agent(
            id=worker.id,
            open=self.open,
            capacity=worker.slots,
            level=worker.level,
            cost=worker.cost,
            last_assigned=self.last_assigned,
            idle_since=self.idle_since,
            assigned_today=self.assigned_today,
            shift_hours=self.shift_hours(seconds),
            skills=worker.skills,
            online=self.online,
        )


class Simulation:
    """One policy on one scenario; `run` gives the figures."""

    def __init__(self, policy, scenario, rank=rank):
        self.rank = rank
        self.env = simpy.Environment()
        self.policy, self.scenario = policy, scenario
        self.clients = Clients(scenario)
        self.seats = [Seat(worker) for worker in scenario.workers]
        self.top = max(worker.level for worker in scenario.workers)
        self.slower, self.success = dict(scenario.slower), dict(scenario.success)
        steps = [*policy.steps, Step(QUEUE)]
        self.steps = [
            (step, Needs(capacity=step.capacity, level=step.level, skills=step.skills))
            for step in steps
        ]
        self.clocked = any(step.strategy in CLOCKED for step in steps)
        self.waiting = []  # jobs, who wrote first stands first
        self.tickets = 0
        self.arriving = True
        self.recorder = Recorder(scenario)

    def run(self):
        self._look_at_all()
        self.env.process(self._arrivals())
        for seat in self.seats:
            if seat.worker.shift:
                self.env.process(self._shift(seat))
        self.env.run()
        for job in self.waiting:
            if job.answered is None:
                self.recorder.abandoned(job, self.env.now)
        return self.recorder.result(self.policy.name, self.env.now)

    def _now(self):
        return START + timedelta(seconds=self.env.now)

    def _look_at_all(self):
        for seat in self.seats:
            seat.look(self.env.now)

    def _later(self, seconds, function, *args):
        timeout = self.env.timeout(seconds)
        timeout.callbacks.append(lambda event: function(*args))

    # What happens: a client writes, a shift begins or ends

    def _arrivals(self):
        env = self.env
        for number in range(self.scenario.arrivals):
            yield env.timeout(self.clients.gap(env.now))
            job = self.clients.draw(number, env.now)
            self._advance(job)
            if job.patience is not None and job.answered is None:
                self._later(job.patience, self._give_up, job)
        self.arriving = False

    def _shift(self, seat):
        env, spans = self.env, seat.worker.shift
        while self.arriving or self.waiting:
            hour = env.now % DAY / HOUR
            seat.online = any(b <= hour + TOLERANCE < e for b, e in spans)
            seat.idle_since = self._now() if seat.online and not seat.open else None
            seat.look(env.now)
            self._drain(seat)
            edges = [(edge - hour) % 24.0 for span in spans for edge in span]
            ahead = min(edge if edge > TOLERANCE else 24.0 for edge in edges)
            yield env.timeout(ahead * HOUR)

    def _give_up(self, job):
        if job.answered is not None:
            return
        job.answered = math.inf
        if job.seat:
            job.seat.backlog.remove(job)
            self._release(job.seat)
        else:
            self._called(job)
        self.recorder.abandoned(job, self.env.now)

    # The policy

    def _advance(self, job):
        """Go through the steps from the job's own until somebody is found."""
        while True:
            step, needs = self.steps[job.step]
            seat = self._choose(step, needs, job)
            if seat:
                return self._give(job, seat, step.timeout_s)
            if step.strategy == QUEUE:
                return self._wait(job, 0.0)
            if step.timeout_s and self._somebody(step, needs, job):
                return self._wait(job, step.timeout_s)
            job.step += 1

    def _somebody(self, step, needs, job):
        """Is there anybody to wait for: a new client has no responsible at all."""
        needs = dataclasses.replace(needs, online=False, capacity=False)
        views = [seat.view for seat in self.seats]
        views = [view for view in views if eligible(view, job.ask, needs) is None]
        return bool(self.rank(step.strategy, views, job.ask, self._now()))

    def _choose(self, step, needs, job):
        if self.clocked:
            self._look_at_all()
        silent = job.silent if step.strategy != QUEUE else ()
        views = {
            seat.view.id: seat
            for seat in self.seats
            if seat.view.id not in silent
            and eligible(seat.view, job.ask, needs) is None
        }
        candidates = [seat.view for seat in views.values()]
        strategy = PULL if step.strategy == QUEUE else step.strategy
        ranked = self.rank(strategy, candidates, job.ask, self._now())
        return views[ranked[0]] if ranked else None

    def _wait(self, job, timeout_s):
        """By time of writing, so that a timer or a hand-over costs nobody the place."""
        self.tickets += 1
        job.ticket = self.tickets
        bisect.insort(self.waiting, job, key=BY_ARRIVAL)
        if timeout_s:
            self._later(timeout_s, self._time_is_up, job, job.ticket)

    def _called(self, job):
        job.ticket = 0
        del self.waiting[bisect.bisect_left(self.waiting, job.number, key=BY_ARRIVAL)]

    def _time_is_up(self, job, ticket):
        if job.ticket == ticket:
            self._called(job)
            job.step += 1
            self._advance(job)

    def _give(self, job, seat, timeout_s=0.0):
        job.seat = seat
        seat.open += 1
        seat.assigned_today += 1
        seat.last_assigned, seat.idle_since = self._now(), None
        seat.look(self.env.now)
        self.recorder.assigned(job, seat.worker)
        if seat.busy < seat.worker.slots:
            self._serve(job, seat)
        else:
            seat.backlog.append(job)
            if timeout_s:
                self._later(timeout_s, self._take_back, job, seat, job.step)

    def _take_back(self, job, seat, place):
        """Still on the pile of somebody too busy to answer."""
        step = self.steps[place][0]
        if step.then == "head" or job.seat is not seat or job not in seat.backlog:
            return
        seat.backlog.remove(job)
        self._release(seat)
        job.seat = None
        job.silent |= {seat.worker.id}
        if step.then == "queue":
            job.step = len(self.steps) - 1
        elif step.then == "next":
            job.step += 1
        self._advance(job)

    def _serve(self, job, seat):
        seat.busy += 1
        if job.answered is None:
            job.answered = self.env.now
            self.recorder.answered(job, seat.worker)
        seconds = job.service * self.slower.get(seat.worker.level, 1.0)
        self._later(seconds, self._done, job, seat, seconds)

    def _done(self, job, seat, seconds):
        seat.busy -= 1
        self.recorder.worked(job, seat.worker, seconds)
        self._release(seat)
        level = seat.worker.level
        if level < self.top and job.luck >= self.success.get(level, 1.0):
            self._hand_over(job, level)
        if seat.backlog:
            self._serve(seat.backlog.popleft(), seat)
        self._drain(seat)

    def _release(self, seat):
        seat.open -= 1
        if not seat.open:
            seat.idle_since = self._now()
        seat.look(self.env.now)

    def _hand_over(self, job, level):
        """To somebody of a higher level, who begins anew and has luck of their own."""
        job.transfers += 1
        head_id, skills = job.ask.head_id, job.ask.skills
        job.ask = Request(skills=skills, head_id=head_id, level=level + 1)
        job.service = self.clients.service()
        job.luck = self.clients.streams["luck"].random()
        job.step, job.seat, job.silent = 0, None, frozenset()
        self._advance(job)

    def _drain(self, seat):
        """Somebody has room: those who wait for them by name, then the longest wait."""
        while self.waiting and seat.online and seat.open < seat.worker.slots:
            job = self._next(seat, named=True) or self._next(seat, named=False)
            if not job:
                return
            self._called(job)
            self._give(job, seat)

    def _next(self, seat, named):
        for job in self.waiting:
            step, _needs = self.steps[job.step]
            if bool(step.timeout_s) == named and self._fits(job, seat):
                return job
        return None

    def _fits(self, job, seat):
        step, needs = self.steps[job.step]
        if eligible(seat.view, job.ask, needs) is not None:
            return False
        if step.strategy == QUEUE:
            return True
        return bool(self.rank(step.strategy, [seat.view], job.ask, self._now()))


def simulate(policy, scenario, rank=rank):
    """Run one policy; see `simulator_result.Result` for the figures.

    :param rank: the function that orders, `strategies.rank` or one that extends it
    :raise ValueError: a strategy nobody knows, no workers, no clients
    """
    if not scenario.workers:
        raise ValueError("A scenario needs employees")
    return Simulation(policy, scenario, rank).run()


def compare(policies, scenario, rank=rank):
    """The same clients under each policy, in the given order."""
    return [simulate(policy, scenario, rank) for policy in policies]
