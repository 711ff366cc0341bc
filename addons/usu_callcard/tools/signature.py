"""Proof that a message comes from the connector of one PBX.

``hex(HMAC-SHA256(secret, timestamp + "." + body))``. The timestamp is part of what is
signed, so a recorded message cannot be sent again once ``TOLERANCE`` has passed.
"""

import hashlib
import hmac

TOLERANCE = 300


def sign(secret, timestamp, body):
    """Signature of a message.

    :param str secret: shared secret of the PBX, not empty
    :param str timestamp: whole seconds since 1970, UTC
    :param bytes body: exactly the bytes sent
    :return: 64 hexadecimal digits
    """
    message = timestamp.encode() + b"." + body
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def is_valid(secret, timestamp, signature, body, now):
    """Whether the signature fits and its time is near ``now``.

    :param float now: seconds since 1970, UTC
    :return: False also for an empty secret and for anything malformed
    """
    if not (secret and timestamp and signature):
        return False
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs(now - int(timestamp)) > TOLERANCE:
        return False
    expected = sign(secret, timestamp, body)
    return hmac.compare_digest(expected.encode(), signature.encode())
