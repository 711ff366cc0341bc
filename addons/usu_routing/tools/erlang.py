"""Queueing formulas with exact answers, against which the simulator is checked.

All functions take rates per second and times in seconds, and return shares (0 to 1)
and seconds. No state, no randomness.

Source: A. K. Erlang's formulas as in Gross, Shortle, Thompson, Harris, Fundamentals
of Queueing Theory, 4th ed., 2.3 (M/M/c), 3.3 (Erlang arrivals), 6.3 (G/M/1); Erlang A:
Mandelbaum and Zeltyn, Service Engineering in Action, 2007; Allen-Cunneen: Allen,
Probability, Statistics and Queueing Theory, 2nd ed., 5.2.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ErlangC:
    """M/M/n with one queue and endless patience."""

    p_wait: float
    wait_mean: float
    n: int
    arrival_rate: float
    service_s: float

    def within(self, seconds):
        """Share of clients answered within so many seconds (the service level)."""
        return 1.0 - self.p_wait * math.exp(-self._spare_rate() * seconds)

    def percentile(self, share):
        """The wait that ``share`` of the clients do not exceed."""
        if self.p_wait <= 1.0 - share:
            return 0.0
        return math.log(self.p_wait / (1.0 - share)) / self._spare_rate()

    def _spare_rate(self):
        return self.n / self.service_s - self.arrival_rate


@dataclass(frozen=True, slots=True)
class ErlangA:
    """M/M/n with exponential patience; ``wait_mean`` counts those who left as well."""

    p_wait: float
    p_abandon: float
    wait_mean: float


def erlang_c(arrival_rate, service_s, n):
    """:raise ValueError: the load is not below n, the queue would grow for ever"""
    offered = arrival_rate * service_s
    if not 0 < offered < n:
        raise ValueError(f"{n} employees cannot carry a load of {offered:.2f}")
    blocked = 1.0  # Erlang B by its recursion, which cannot overflow
    for servers in range(1, n + 1):
        blocked = offered * blocked / (servers + offered * blocked)
    p_wait = n * blocked / (n - offered * (1.0 - blocked))
    return ErlangC(
        p_wait=p_wait,
        wait_mean=p_wait * service_s / (n - offered),
        n=n,
        arrival_rate=arrival_rate,
        service_s=service_s,
    )


def erlang_a(arrival_rate, service_s, n, patience_s):
    """Stationary birth and death chain, cut off where nothing is left of it."""
    weight, total, waiting, queued = 1.0, 1.0, 0.0, 0.0
    state = 0
    while True:
        state += 1
        leaving = min(state, n) / service_s + max(state - n, 0) / patience_s
        weight *= arrival_rate / leaving
        total += weight
        if state >= n:
            waiting += weight
            queued += (state - n) * weight
            if weight < total * 1e-15 and arrival_rate < leaving:
                break
    queue_length = queued / total
    return ErlangA(
        p_wait=waiting / total,
        p_abandon=queue_length / patience_s / arrival_rate,
        wait_mean=queue_length / arrival_rate,
    )


def erlang_arrivals(arrival_rate, service_s, phases):
    """E_k/M/1: what one of ``phases`` employees sees when requests come in turn.

    :param float arrival_rate: of this one employee
    :return: ``(p_wait, wait_mean)``; with one phase this is M/M/1
    """
    if arrival_rate * service_s >= 1:
        raise ValueError("One employee cannot carry this load")
    rate = phases * arrival_rate
    sigma = arrival_rate * service_s
    for _ in range(10_000):
        previous = sigma
        sigma = (rate / (rate + (1.0 - sigma) / service_s)) ** phases
        if abs(sigma - previous) < 1e-14:
            break
    return sigma, sigma * service_s / (1.0 - sigma)


def allen_cunneen(arrival_rate, service_s, n, cv):
    """Approximate mean wait of M/G/n with service time variation ``cv``."""
    return erlang_c(arrival_rate, service_s, n).wait_mean * (1.0 + cv * cv) / 2.0
