"""Proof of work in ALTCHA's protocol, version 2 (PBKDF2/SHA-256, deterministic).

The server picks a counter, derives its key and gives away half of that key. The
browser tries counters until the derived key begins that way, which costs it some
tenths of a second; the server compares one HMAC. Who asks, for what and until when
is part of the signed challenge.

Source: PyPI altcha 2.3.0, ``altcha/v2.py``; npm altcha 3.2.2,
``dist/workers/pbkdf2.js``; read 2026-11.
"""

import base64
import json
import secrets

import altcha

from .values import Evidence

ALGORITHM = "PBKDF2/SHA-256"
COST = 5000
MAX_LENGTH = 4096


def make(secret, data, expires, effort):
    """Make a challenge.

    :param bytes secret: signs the challenge; the key is signed with a part of it
    :param dict data: plain values the solution is bound to
    :param int expires: Unix time
    :param int effort: mean number of key derivations the browser needs
    :return: dict to be sent to the browser

    The counter is random up to twice the effort, because a fixed one would be known.
    """
    challenge = altcha.create_challenge(
        ALGORITHM,
        COST,
        counter=1 + secrets.randbelow(max(1, 2 * effort)),
        expires_at=int(expires),
        data=data,
        hmac_secret=secret,
        hmac_key_secret=_key_secret(secret),
    )
    return challenge.to_dict()


def check(secret, payload, data, now):
    """Check what the browser sent back.

    :param payload: base64 of JSON, anything at all from the outside
    :param dict data: what the solution must be bound to
    :param float now: Unix time
    :return: :class:`Evidence`; ``error`` is ``proof_invalid`` or ``proof_expired``
    """
    invalid = Evidence(error="proof_invalid")
    if not isinstance(payload, str) or not 0 < len(payload) <= MAX_LENGTH:
        return invalid
    result = altcha.verify_solution(
        payload, secret, hmac_key_secret=_key_secret(secret)
    )
    if result.expired:
        return Evidence(error="proof_expired")
    if not result.verified:
        return invalid
    sent = json.loads(base64.b64decode(payload))
    parameters = altcha.Payload.from_dict(sent).challenge.parameters
    if parameters.expires_at is None or not parameters.key_signature:
        return invalid
    # altcha fills in what is missing; only what we gave away word for word counts
    if sent["challenge"]["parameters"] != parameters.to_dict():
        return invalid
    if parameters.expires_at < now:
        return Evidence(error="proof_expired")
    if parameters.data != data:
        return invalid
    return Evidence("proof", "", parameters.nonce, parameters.expires_at)


def _key_secret(secret):
    return secret + b":key"
