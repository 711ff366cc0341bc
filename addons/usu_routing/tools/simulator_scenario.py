"""Clients and employees of a simulated desk, and the random numbers behind them.

Every property of a request comes from a stream of its own, so that two policies on one
scenario meet the same clients.
"""

import math
import random
from dataclasses import dataclass

from .strategies import Request

HOUR, DAY = 3600.0, 86400.0


@dataclass(frozen=True, slots=True)
class Worker:
    """An employee; ``slots`` requests at once, ``shift`` the spans of a working day as
    hours, or empty: always there."""

    id: int
    level: int = 1
    cost: float = 0.0
    slots: int = 1
    skills: frozenset = frozenset()
    shift: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a policy; ``then`` is what follows when its person stays silent for
    ``timeout_s``: ``next`` step | ``again`` this step, without those who were silent |
    ``queue`` | ``head``: it stays where it is."""

    strategy: str
    capacity: bool = True
    timeout_s: float = 0.0
    level: int = 0
    skills: frozenset = frozenset()
    then: str = "next"


@dataclass(frozen=True, slots=True)
class Policy:
    name: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """Clients and employees.

    :param per_hour: requests per hour, or 24 of them, one for each hour of the day
    :param service_cv: variation of the log-normal service time, None for exponential
    :param slower: ``{level: factor}`` on the service time
    :param success: ``{level: share}`` of requests that level can close; 1 by default,
        and always 1 at the highest level there is
    :param patience_s: mean of the exponential patience, None for endless
    :param returning: share of the clients who have a responsible already, who stands
        for the owner, the permanent manager and the previous one alike
    :param head_id: the worker who distributes by hand
    :param skills: ``{skill: share}`` of requests that need it
    """

    workers: tuple[Worker, ...]
    per_hour: float | tuple[float, ...]
    arrivals: int
    service_s: float = 480.0
    service_cv: float | None = None
    slower: tuple[tuple[int, float], ...] = ()
    success: tuple[tuple[int, float], ...] = ()
    patience_s: float | None = None
    returning: float = 0.0
    head_id: int | None = None
    skills: tuple[tuple[str, float], ...] = ()
    warmup: float = 0.1
    seed: int = 1


class Job:
    """A request on its way; ``ask`` is what the strategies see of it."""

    __slots__ = (
        "answered", "arrived", "ask", "luck", "number", "patience", "seat", "service",
        "silent", "step", "ticket", "transfers",
    )  # fmt: skip

    def __init__(self, number, arrived, ask, service, luck, patience):
        self.number, self.arrived, self.ask = number, arrived, ask
        self.service, self.luck, self.patience = service, luck, patience
        self.step = self.ticket = self.transfers = 0
        self.answered = self.seat = None
        self.silent = frozenset()  # ids of those who had it and did not answer


class Clients:
    """Draws the requests, each property from a stream of its own."""

    def __init__(self, scenario):
        self.scenario = scenario
        self.streams = {
            name: random.Random(f"{scenario.seed}:{name}")
            for name in ("arrive", "service", "luck", "patience", "owner", "skill")
        }
        cv = scenario.service_cv
        self.sigma = math.sqrt(math.log(1.0 + cv * cv)) if cv else 0.0
        rates = scenario.per_hour
        self.rates = tuple(rates) if isinstance(rates, tuple | list) else (rates,)
        self.peak = max(self.rates) / HOUR
        if self.peak <= 0:
            raise ValueError("A scenario needs at least one request per hour of a day")

    def gap(self, seconds):
        """Seconds to the next client; by thinning where the rate follows the clock."""
        stream, rates = self.streams["arrive"], self.rates
        gap = stream.expovariate(self.peak)
        if len(rates) == 1:
            return gap
        while True:
            hour = int((seconds + gap) % DAY // HOUR)
            if stream.random() * self.peak * HOUR < rates[hour]:
                return gap
            gap += stream.expovariate(self.peak)

    def service(self):
        """A service time of an employee of normal speed."""
        stream, mean = self.streams["service"], self.scenario.service_s
        if self.scenario.service_cv is None:
            return stream.expovariate(1.0 / mean)
        if not self.sigma:
            return mean
        return mean * stream.lognormvariate(-(self.sigma**2) / 2.0, self.sigma)

    def draw(self, number, seconds):
        scenario, streams = self.scenario, self.streams
        owner_id, skills = None, frozenset()
        if scenario.returning and streams["owner"].random() < scenario.returning:
            owner_id = streams["owner"].choice(scenario.workers).id
        if scenario.skills:
            skills = frozenset(
                skill
                for skill, share in scenario.skills
                if streams["skill"].random() < share
            )
        patience = None
        if scenario.patience_s:
            patience = streams["patience"].expovariate(1.0 / scenario.patience_s)
        ask = Request(
            owner_id=owner_id,
            permanent_id=owner_id,
            previous_id=owner_id,
            head_id=scenario.head_id,
            skills=skills,
        )
        luck = streams["luck"].random()
        return Job(number, seconds, ask, self.service(), luck, patience)
