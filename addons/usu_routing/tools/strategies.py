"""Who should answer: the strategies and the filters, as pure functions.

The one place where employees are ordered. The models build `Agent` and `Request`
from their query and call `eligible` and `rank`; the simulator does the same with
invented employees, so what it predicts is what the product does.

A strategy only orders (and those that mean one named person leave out the others).
Who may be considered at all (present, capacity, level, skills) is decided before, by
`eligible`: a badly written strategy can be unfair, but it cannot break a limit.

Nothing here reads a clock, a random number or a record. Every order is total: it ends
with `tie_key`, so that equal input gives equal output in every process.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

NEVER = datetime.min
LATER = datetime.max
# Loads are sums of weights like 0.2; without this 15 letters of 0.2 exceed 3 chats.
TOLERANCE = 1e-9
# Somebody who came a minute ago has no rate yet: count the first hour as whole, or the
# newcomer gets everything until the first request, and nothing after it.
FIRST_HOURS = 1.0


@dataclass(frozen=True, slots=True)
class Agent:
    """An employee of a desk, as seen at the moment of the choice.

    ``open`` and ``capacity`` are weighted loads in the same unit; ``capacity`` <= 0
    means that the employee takes nothing. ``level`` 1 (junior) to 5; ``cost`` per
    hour, in any one currency. ``last_assigned`` None: never yet. ``idle_since`` None:
    not idle now. Times are naive UTC.
    """

    id: int
    open: float = 0.0
    capacity: float = 1.0
    level: int = 1
    cost: float = 0.0
    last_assigned: datetime | None = None
    idle_since: datetime | None = None
    assigned_today: int = 0
    shift_hours: float = 0.0
    skills: frozenset = frozenset()
    online: bool = True


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: the channel, what it takes, and the persons it points to.

    ``owner_id`` responsible of the client's open request; ``permanent_id`` permanent
    manager of the client; ``head_id`` head of the desk; ``previous_id`` who answered
    the client last time. All are ids of agents, None where there is none.
    """

    channel: str = ""
    level: int = 0
    skills: frozenset = frozenset()
    owner_id: int | None = None
    permanent_id: int | None = None
    head_id: int | None = None
    previous_id: int | None = None


@dataclass(frozen=True, slots=True)
class Needs:
    """What a step asks of whoever answers; ``weight`` is the load one request adds."""

    online: bool = True
    capacity: bool = True
    weight: float = 1.0
    level: int = 0
    skills: frozenset = frozenset()


Strategy = Callable[[Iterable[Agent], Request, datetime], list[int]]
STRATEGIES: dict[str, Strategy] = {}


def register(key):
    """Register a strategy: ``f(agents, request, now) -> ids``, best first.

    An addon that brings its own calls this from its ``tools`` and adds the key to the
    selection of the step; uninstalled in a database, the key is not in its selection.
    """

    def add(function):
        STRATEGIES[key] = function
        return function

    return add


def rank(strategy, agents, request, now):
    """Order employees from the one who should answer to the last resort.

    :param str strategy: key of `STRATEGIES`
    :param agents: `Agent`s that passed `eligible`, in any order
    :param Request request: what is asked
    :param datetime now: UTC, naive
    :return: list of agent ids, best first; empty if nobody qualifies
    :raise ValueError: unknown strategy

    Ties: see `tie_key`.
    """
    function = STRATEGIES.get(strategy)
    if function is None:
        raise ValueError(f"Unknown strategy: {strategy!r}")
    return function(agents, request, now)


def eligible(agent, request, needs):
    """Why this employee may not be considered, None if they may.

    :return: ``"offline"`` | ``"no_capacity"`` | ``"level"`` | ``"skills"`` | None,
        the first that applies, in this order
    """
    if needs.online and not agent.online:
        return "offline"
    if needs.capacity and agent.open + needs.weight > agent.capacity + TOLERANCE:
        return "no_capacity"
    if agent.level < needs.level or agent.level < request.level:
        return "level"
    if not (needs.skills <= agent.skills and request.skills <= agent.skills):
        return "skills"
    return None


def load(agent):
    """Share of the capacity in use: 0.0 is free, 1.0 is full."""
    return agent.open / agent.capacity if agent.capacity > 0 else float("inf")


def tie_key(agent):
    """The last word of every strategy: the freer, then longer without a new request,
    then fewer today, then the lower id."""
    return (load(agent), agent.last_assigned or NEVER, agent.assigned_today, agent.id)


def _ordered(agents, key):
    return [agent.id for agent in sorted(agents, key=key)]


def _only(agents, agent_id):
    return [agent_id] if any(agent.id == agent_id for agent in agents) else []


@register("owner")
def _owner(agents, request, now):
    """The responsible of the client's open request, nobody else."""
    return _only(agents, request.owner_id)


@register("permanent")
def _permanent(agents, request, now):
    """The client's permanent manager, nobody else."""
    return _only(agents, request.permanent_id)


@register("previous")
def _previous(agents, request, now):
    """Whoever answered the client last time, nobody else."""
    return _only(agents, request.previous_id)


@register("head")
def _head(agents, request, now):
    """The head of the desk, who distributes by hand."""
    return _only(agents, request.head_id)


@register("least_loaded")
def _least_loaded(agents, request, now):
    """The smallest share of capacity in use."""
    return _ordered(agents, tie_key)


@register("round_robin")
def _round_robin(agents, request, now):
    """In turn: the longest since the last assignment, never assigned before all.

    By time and not by place in a list, so that people may come and go.
    """
    return _ordered(agents, lambda a: (a.last_assigned or NEVER, tie_key(a)))


@register("longest_idle")
def _longest_idle(agents, request, now):
    """The longest without anything open; those who are busy come after."""
    return _ordered(agents, lambda a: (a.idle_since or LATER, tie_key(a)))


@register("fewest_today")
def _fewest_today(agents, request, now):
    """The fewest new requests per hour of today's shift."""
    return _ordered(
        agents,
        lambda a: (a.assigned_today / max(a.shift_hours, FIRST_HOURS), tie_key(a)),
    )


@register("most_experienced")
def _most_experienced(agents, request, now):
    """The highest level first: the best answer."""
    return _ordered(agents, lambda a: (-a.level, tie_key(a)))


@register("cheapest")
def _cheapest(agents, request, now):
    """The lowest cost first; of equal cost the lower level, who keeps others free."""
    return _ordered(agents, lambda a: (a.cost, a.level, tie_key(a)))


@register("queue")
def _queue(agents, request, now):
    """Nobody now: the request waits in the desk's queue for whoever is free first."""
    return []
