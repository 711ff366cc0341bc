"""Addresses a browser claims to be on, made safe to show and to click."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

MAX_LENGTH = 2048
# What marks a person or opens a door has no place in a record staff look at.
SECRET_KEYS = frozenset(
    "access_token auth code email fbclid gclid key msclkid otp password phone sid"
    " signature token".split()
)


def safe_page(text):
    """The address if it is an ordinary web page, else the empty string.

    Only http and https survive (no ``javascript:``), without user name, password,
    fragment and the query keys of `SECRET_KEYS`; at most `MAX_LENGTH` characters.
    """
    if not isinstance(text, str) or len(text) > 4 * MAX_LENGTH:
        return ""
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    netloc = f"[{host}]" if ":" in host else host
    if port:
        netloc += f":{port}"
    query = [
        (key, value)
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
        if key.lower() not in SECRET_KEYS
    ]
    clean = urlunsplit((parts.scheme, netloc, parts.path, urlencode(query), ""))
    return clean[:MAX_LENGTH]
