"""A brake for one process: how many requests a source may make.

It protects the database from a runaway sender. Correctness never rests on it, so it
keeps its counters in memory and every Odoo process counts for itself.
"""

import threading


class TokenBucket:
    """``rate`` requests a second on average, ``burst`` at once, for each key."""

    def __init__(self, rate, burst, max_keys=1000):
        self.rate = rate
        self.burst = burst
        self.max_keys = max_keys
        self._lock = threading.Lock()
        self._buckets = {}

    def take(self, key, now):
        """Take one token.

        :param key: anything hashable
        :param float now: a clock in seconds that never goes back
        :return: True when the request may pass
        """
        with self._lock:
            if len(self._buckets) >= self.max_keys and key not in self._buckets:
                self._buckets.clear()
            tokens, since = self._buckets.get(key, (self.burst, now))
            tokens = min(self.burst, tokens + max(0.0, now - since) * self.rate)
            allowed = tokens >= 1
            self._buckets[key] = (tokens - 1 if allowed else tokens, now)
            return allowed
