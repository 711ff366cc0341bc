"""Message-IDs that prove: who quotes this has received a letter of ours.

``<usu.<request>.<nonce>.<mac>@host>``: the MAC covers request and nonce, so that a
number cannot be guessed and no table of sent letters is needed.
"""

import hashlib
import hmac
import re
import secrets

_SHAPE = re.compile(r"<usu\.(\d{1,18})\.([0-9a-f]{16})\.([0-9a-f]{32})@")


def make(secret, request_id, host, nonce=None):
    """:param str secret: the database's own
    :param str nonce: 16 hex digits; random by default
    :return: Message-ID with angle brackets
    """
    nonce = nonce or secrets.token_hex(8)
    return f"<usu.{request_id}.{nonce}.{_mac(secret, request_id, nonce)}@{host}>"


def read(secret, message_ids):
    """The request the first genuine token speaks of, newest reference first.

    :return: int or None
    """
    for message_id in reversed(message_ids):
        match = _SHAPE.match(message_id)
        if match and hmac.compare_digest(_mac(secret, match[1], match[2]), match[3]):
            return int(match[1])
    return None


def _mac(secret, request_id, nonce):
    text = f"usu_intake.thread.{int(request_id)}.{nonce}"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]


def loop_mark(secret):
    """Header value by which this database knows its own automatic letters again."""
    return hmac.new(secret.encode(), b"usu_intake.loop", hashlib.sha256).hexdigest()[
        :32
    ]
