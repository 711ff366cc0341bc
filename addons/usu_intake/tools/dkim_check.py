"""Which DKIM signatures of a letter are good, given the public keys.

Runs in the letter worker and asks no DNS itself: the parent looks the keys up
(``dkim_keys.py``) and passes them in. Source: RFC 6376.
"""

import re

try:
    import dkim
except ImportError:  # named in the manifest; the worker must start all the same
    dkim = None

_TAG = re.compile(r"(?:^|;)\s*([a-z]{1,3})\s*=\s*([^;]*)")


def tags(signature):
    """``DKIM-Signature`` value -> ``{"d": ..., "s": ..., ...}`` without white space."""
    found = _TAG.findall(signature.replace("\r", "").replace("\n", " "))
    return {name: "".join(value.split()) for name, value in found}


def key_names(signatures):
    """DNS names of the keys the signatures refer to, at most five, in order.

    A signature that covers only the first bytes of the body (``l=``) proves nothing
    about what follows and is left out.
    """
    names = []
    for signature in signatures[:5]:
        tag = tags(signature)
        if tag.get("d") and tag.get("s") and "l" not in tag:
            names.append(f"{tag['s']}._domainkey.{tag['d']}".lower())
    return list(dict.fromkeys(names))


def passed(raw, keys):
    """The signing domains whose signature holds.

    :param bytes raw: the letter as it arrived
    :param dict keys: DNS name -> TXT record
    :return: list of lower-case domains
    """
    if dkim is None:
        return []

    def lookup(name, timeout=None):
        name = name.decode() if isinstance(name, bytes) else name
        return keys.get(name.rstrip(".").lower(), "").encode() or None

    checker = dkim.DKIM(raw, minkey=1024)
    headers = [v for n, v in checker.headers if n.lower() == b"dkim-signature"]
    domains = []
    for index, value in enumerate(headers[:5]):
        tag = tags(value.decode("latin-1"))
        if "l" in tag or not tag.get("d"):
            continue
        try:
            good = checker.verify(idx=index, dnsfunc=lookup)
        except (dkim.DKIMException, ValueError, TypeError, KeyError):
            good = False
        if good:
            domains.append(tag["d"].lower())
    return domains
