"""The judgement: which step of a policy gives the request to whom, and why not others.

Pure functions over plain values: the facts come from the desk (`Person`) and from the
counting transaction (`Load`), the order from the step's strategy. The whole trail is
returned, because people ask "why this person?".
"""

from dataclasses import dataclass, field
from datetime import datetime

from .strategies import Agent, Needs, Request, eligible
from .values import CLASSES, LIVE, WEIGHT, channel_class

# Strategies that mean one named person, who need not be a member of the desk.
NAMED = frozenset({"owner", "permanent", "previous", "head"})
DEFAULT_CAPACITY = {"chat": 3, "call": 1, "written": 20}


@dataclass(frozen=True)
class Person:
    """An employee as the desk knows them; ``out`` is why they are out, or None.

    :param out: ``inactive`` | ``switched_off`` | ``paused`` | ``out_of_office`` |
        ``on_leave``
    :param presence: ``online`` | ``away`` | ``offline``; fresh, not merely stored
    :param manual: status set by hand: ``away`` | ``busy`` | ``offline`` | None
    :param capacity: ``{class: how many}``, 0 for no limit
    """

    id: int
    name: str = ""
    member: bool = True
    out: str | None = None
    presence: str = "offline"
    manual: str | None = None
    on_shift: bool = True
    shift_hours: float = 0.0
    level: int = 1
    cost: float = 0.0
    skills: frozenset = frozenset()
    capacity: dict = field(default_factory=lambda: dict(DEFAULT_CAPACITY))


@dataclass(frozen=True)
class Load:
    """What an employee has now.

    :param dict open: ``{class: count}`` of all open requests: the load
    :param dict busy: those of them that take attention now: the client waits, or the
        dialogue is going on. Only these count against the capacity, so that whoever
        leaves answered requests open is not cut off
    """

    open: dict = field(default_factory=dict)
    busy: dict = field(default_factory=dict)
    last_assigned: datetime | None = None
    idle_since: datetime | None = None
    assigned_today: int = 0

    @property
    def weighted(self):
        return sum(WEIGHT[cls] * count for cls, count in self.open.items())


@dataclass(frozen=True)
class StepRule:
    """A step as plain values; ``scope`` is ``all`` | ``live`` | ``written``."""

    id: int
    strategy: str
    availability: str = "online"
    ignore_manual: bool = False
    scope: str = "all"
    capacity: bool = True
    level: int = 0
    skills: frozenset = frozenset()


@dataclass(frozen=True)
class Verdict:
    """``user_id`` None: the queue. ``trail``: candidates of the deciding step, or of
    the last step tried, as dicts ``{id, load, capacity, rank, excluded}``."""

    user_id: int | None
    step: StepRule | None
    trail: tuple = ()


def scope_fits(rule, channel):
    live = channel_class(channel) in LIVE
    return rule.scope == "all" or (rule.scope == "live") == live


def total_capacity(person):
    """Capacity of all classes in the weighted unit of `Load.weighted`."""
    return sum(
        WEIGHT[cls] * (person.capacity.get(cls) or DEFAULT_CAPACITY[cls])
        for cls in CLASSES
    )


def absent(person, rule):
    """Why this person is not there in the sense of the step, None if there."""
    if person.out:
        return person.out
    if rule.availability == "any":
        return None
    if not person.on_shift:
        return "off_shift"
    if rule.availability == "shift":
        return None
    if person.presence == "offline":
        return "offline"
    if person.manual and not rule.ignore_manual:
        return f"status_{person.manual}"
    return "away" if person.presence == "away" else None


def excluded(person, agent, load, rule, request):
    """Why a person may not get the request by this step, None if they may."""
    if not person.member and rule.strategy not in NAMED:
        return "not_member"
    reason = absent(person, rule)
    if reason:
        return reason
    limit = person.capacity.get(channel_class(request.channel), 0)
    kept = rule.strategy == "owner" and person.id == request.owner_id
    if rule.capacity and limit and not kept:
        if load.busy.get(channel_class(request.channel), 0) >= limit:
            return "no_capacity"
    needs = Needs(online=False, capacity=False, level=rule.level, skills=rule.skills)
    if rule.strategy in NAMED:
        return None
    return eligible(agent, request, needs)


def _agent(person, load):
    return Agent(
        id=person.id,
        open=load.weighted,
        capacity=total_capacity(person),
        level=person.level,
        cost=person.cost,
        last_assigned=load.last_assigned,
        idle_since=load.idle_since,
        assigned_today=load.assigned_today,
        shift_hours=person.shift_hours,
        skills=person.skills,
        online=person.presence != "offline",
    )


def weigh(rule, people, loads, request, tried, rank):
    """One step: order those who may answer, and say why the others may not.

    :param set tried: ids who had the request already and did not answer
    :param rank: ``f(rule, agents, request) -> ids``, best first
    :return: ``(ids best first, trail)``
    """
    nothing = Load()
    agents = {p.id: _agent(p, loads.get(p.id) or nothing) for p in people}
    meant = set(agents)
    if rule.strategy in NAMED:
        meant = set(rank(rule, list(agents.values()), request))
    reasons = {}
    for person in people:
        load = loads.get(person.id) or nothing
        if person.id not in meant:
            reason = "not_meant"
        elif person.id in tried:
            reason = "tried"
        else:
            reason = excluded(person, agents[person.id], load, rule, request)
        if reason:
            reasons[person.id] = reason
    fit = [agent for agent in agents.values() if agent.id not in reasons]
    order = [uid for uid in rank(rule, fit, request) if uid in agents]
    order = [uid for uid in dict.fromkeys(order) if uid not in reasons]
    places = {uid: place for place, uid in enumerate(order, 1)}
    trail = []
    for uid, agent in agents.items():
        place = places.get(uid)
        trail.append(
            {
                "id": uid,
                "load": round(agent.open, 2),
                "capacity": round(agent.capacity, 2),
                "rank": place,
                "excluded": reasons.get(uid) or (None if place else "not_meant"),
            }
        )
    trail.sort(key=lambda line: (line["rank"] is None, line["rank"] or 0, line["id"]))
    return order, tuple(trail)


def judge(rules, people, loads, request: Request, tried, rank):
    """The first step that finds somebody decides.

    :param rules: `StepRule`s in order
    :param dict loads: user id -> `Load`
    :return: `Verdict`; without anybody its trail is that of the last step that had
        anybody to look at
    """
    trail, last = (), None
    for rule in rules:
        if not scope_fits(rule, request.channel):
            continue
        if rule.strategy == "queue":
            return Verdict(None, rule, trail)
        order, seen = weigh(rule, people, loads, request, tried, rank)
        if order:
            return Verdict(order[0], rule, seen)
        if rule.strategy not in NAMED or not trail:
            trail = seen
        last = rule
    return Verdict(None, last, trail)
