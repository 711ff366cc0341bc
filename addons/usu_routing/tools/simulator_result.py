"""The figures of a simulation: collected as it runs, summed up at its end.

Requests of the warm-up are left out everywhere. Standard errors are those of batch
means: the requests in order of arrival are cut into `BATCHES` runs whose means are
nearly independent, unlike the single waits.
"""

import math
from dataclasses import asdict, dataclass, field

BATCHES = 20


@dataclass(frozen=True, slots=True)
class Result:
    """Seconds, shares of requests, and cost in the scenario's currency.

    ``wait_*``: until the first human answer, of those answered; ``wait_all``: the mean
    that counts those who gave up too, with the time they waited. ``spread``: most
    minus fewest requests per employee and hour. ``jain``: fairness of the busy times,
    1 is equal, 1/n is all on one. ``continuity``: returning clients answered by their
    own responsible, None where nobody returns.
    """

    policy: str
    requests: int
    p_wait: float
    wait_mean: float
    wait_p50: float
    wait_p95: float
    wait_all: float
    abandoned: float
    spread: float
    jain: float
    cost: float
    transfers: float
    continuity: float | None
    occupancy: float
    errors: dict = field(default_factory=dict)

    def as_dict(self):
        return asdict(self)


class Recorder:
    def __init__(self, scenario):
        self.first = int(scenario.arrivals * scenario.warmup)
        self.total = scenario.arrivals
        self.slots = {worker.id: worker.slots for worker in scenario.workers}
        self.given = dict.fromkeys(self.slots, 0)
        self.busy = dict.fromkeys(self.slots, 0.0)
        self.waits = [None] * (self.total - self.first)
        self.left = bytearray(self.total - self.first)
        self.started = None
        self.cost = 0.0
        self.transfers = self.returned = self.kept = 0

    def assigned(self, job, worker):
        if job.number >= self.first:
            self.given[worker.id] += 1
            self.transfers += bool(job.transfers)

    def answered(self, job, worker):
        self._waited(job, job.answered)
        if job.number >= self.first and job.ask.owner_id is not None:
            self.returned += 1
            self.kept += job.ask.owner_id == worker.id

    def abandoned(self, job, now):
        self._waited(job, now)
        if job.number >= self.first:
            self.left[job.number - self.first] = 1

    def worked(self, job, worker, seconds):
        if job.number >= self.first:
            self.busy[worker.id] += seconds
            self.cost += seconds * worker.cost / 3600.0

    def _waited(self, job, until):
        if job.number >= self.first:
            if self.started is None:
                self.started = job.arrived
            self.waits[job.number - self.first] = until - job.arrived

    def result(self, name, now):
        waits = [wait for wait in self.waits if wait is not None]
        answered = sorted(
            wait
            for wait, left in zip(self.waits, self.left, strict=True)
            if wait is not None and not left
        )
        count, hours = len(waits) or 1, max(now - (self.started or 0.0), 1.0) / 3600.0
        given = [number / hours for number in self.given.values()]
        waited = [float(wait > 0.0) for wait in waits]
        busy = sum(self.busy.values())
        return Result(
            policy=name,
            requests=len(waits),
            p_wait=sum(waited) / count,
            wait_mean=sum(answered) / (len(answered) or 1),
            wait_p50=percentile(answered, 0.5),
            wait_p95=percentile(answered, 0.95),
            wait_all=sum(waits) / count,
            abandoned=sum(self.left) / count,
            spread=max(given) - min(given),
            jain=jain(self.busy.values()),
            cost=self.cost / count,
            transfers=self.transfers / count,
            continuity=self.kept / self.returned if self.returned else None,
            occupancy=busy / 3600.0 / hours / sum(self.slots.values()),
            errors={
                "p_wait": standard_error(waited),
                "wait_all": standard_error(waits),
                "abandoned": standard_error(self.left),
            },
        )


def percentile(ordered, share):
    """The smallest value that ``share`` of an ascending list do not exceed."""
    if not ordered:
        return 0.0
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def jain(values):
    """Jain's fairness index; 1.0 where there is nothing to share out."""
    values = list(values)
    squares = sum(value * value for value in values)
    return sum(values) ** 2 / (len(values) * squares) if squares else 1.0


def standard_error(values):
    """Standard error of the mean of a correlated series, by batch means."""
    size = len(values) // BATCHES
    if not size:
        return math.inf
    means = [sum(values[i * size : (i + 1) * size]) / size for i in range(BATCHES)]
    middle = sum(means) / BATCHES
    variance = sum((mean - middle) ** 2 for mean in means) / (BATCHES - 1)
    return math.sqrt(variance / BATCHES)
