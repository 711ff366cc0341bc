"""Public keys from DNS: one resolver, a short limit, a small cache.

Tests replace ``resolve`` on a ``KeyCache``; nothing else here touches the network.
"""

import threading
import time

try:
    import dns.exception
    import dns.resolver
except ImportError:  # comes with dkimpy; without it no signature is checked
    dns = None

LIFETIME = 2.0  # seconds per look-up
KEEP = 3_600  # seconds an answer, also an empty one, is remembered
KEEP_FAILED = 120


def resolve(name):
    """TXT record as one string; "" where there is none.

    :raise OSError: DNS did not answer in time
    """
    if dns is None:
        return ""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=LIFETIME)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ""
    except (dns.exception.DNSException, OSError, ValueError) as error:
        raise OSError(str(error)) from error
    return b"".join(next(iter(answer)).strings).decode("utf-8", "replace")


class KeyCache:
    """Per process; holds public data only."""

    def __init__(self, resolver=resolve, clock=time.monotonic, size=2_000):
        self.resolve = resolver
        self.clock = clock
        self.size = size
        self._lock = threading.Lock()
        self._known = {}

    def find(self, names):
        """``{name: record}`` of those that exist; what DNS did not tell is missing."""
        return {name: record for name in names if (record := self._find(name))}

    def _find(self, name):
        now = self.clock()
        with self._lock:
            record, until = self._known.get(name, ("", 0))
        if until > now:
            return record
        try:
            record, keep = self.resolve(name), KEEP
        except OSError:
            record, keep = "", KEEP_FAILED
        with self._lock:
            if len(self._known) >= self.size:
                self._known.clear()
            self._known[name] = (record, now + keep)
        return record
