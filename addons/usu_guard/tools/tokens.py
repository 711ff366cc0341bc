"""Signed tokens: who made it, for what, until when; unreadable changes are refused.

A token is ``<body>.<mac>``, both base64url. The body is the JSON list ``[action,
payload, expires, nonce]`` and is not secret; the mac is HMAC-SHA256 over it.
"""

import base64
import binascii
import hashlib
import hmac
import json

from .values import Evidence

MAX_LENGTH = 4096


def digest(secret, *parts):
    """A short keyed fingerprint of text, e.g. of an address: 16 bytes.

    The parts are length-prefixed, so that ("ab", "c") differs from ("a", "bc").
    """
    mac = hmac.new(secret, digestmod=hashlib.sha256)
    for part in parts:
        raw = str(part).encode("utf-8", "surrogatepass")
        mac.update(len(raw).to_bytes(4, "big") + raw)
    return mac.digest()[:16]


def seal(secret, action, payload, expires, nonce):
    """:return: a token for ``payload`` (JSON values), valid until ``expires``."""
    body = _encode(json.dumps([action, payload, int(expires), nonce]).encode())
    return f"{body}.{_encode(_mac(secret, body))}"


def unseal(secret, action, token, now):
    """Check a token made by :func:`seal`.

    :return: :class:`Evidence` with the payload, or with an ``error``:
        ``invalid`` (also: made for another action) or ``expired``
    """
    if not isinstance(token, str) or len(token) > MAX_LENGTH or not token.isascii():
        return Evidence(error="invalid")
    body, _dot, mac = token.partition(".")
    if not hmac.compare_digest(_encode(_mac(secret, body)), mac):
        return Evidence(error="invalid")
    made_for, payload, expires, nonce = json.loads(_decode(body))
    if made_for != action:
        return Evidence(error="invalid")
    if expires < now:
        return Evidence(error="expired")
    return Evidence(nonce=nonce, until=expires, payload=payload)


def _mac(secret, body):
    return hmac.new(secret, body.encode(), hashlib.sha256).digest()


def _encode(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text):
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise ValueError("not base64") from error
