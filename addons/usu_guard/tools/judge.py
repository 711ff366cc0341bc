"""Judgement of the guard: which counters an action has, and what they say."""

import math

from .values import DAY, SITE_WINDOW, Counter, Verdict


def front_counters(rule, has_address, has_subject):
    """Counters of the visitor, judged before anything costs.

    :param Rule rule: the limits of the action
    :param bool has_address: the request came over the network
    :param bool has_subject: the caller named a guest, channel ...
    :return: list of :class:`Counter`; empty if nothing is limited
    """
    counters = []
    if has_address:
        counters += [
            Counter(
                "address", rule.window_seconds, rule.address_soft, rule.address_hard
            ),
            Counter("day", DAY, 0, rule.address_day),
        ]
    if has_subject:
        counters.append(
            Counter(
                "subject", rule.window_seconds, rule.subject_soft, rule.subject_hard
            )
        )
    return [counter for counter in counters if counter.soft or counter.hard]


def site_counters(rule):
    """The breaker: counts requests of all visitors that passed the rest."""
    return [Counter("site", SITE_WINDOW, rule.site_soft, 0)] if rule.site_soft else []


def judge(counted, now):
    """Say what a request is allowed after it was counted.

    :param list counted: pairs of :class:`Counter` and :class:`Hits` (this request
        included)
    :param float now: Unix time
    :return: :class:`Verdict`; ``retry_after`` is the longest wait of the counters
        that refuse, at least one second

    A limit of N lets exactly N through: the N+1st is above it.
    """
    full = [hits.until - now for c, hits in counted if c.hard and hits.count > c.hard]
    soft = any(c.soft and hits.count > c.soft for c, hits in counted)
    wait = max(1, math.ceil(max(full))) if full else 0
    return Verdict(refused=bool(full), soft=soft, retry_after=wait)
