"""What the clinic's own mail server says about a letter's sender (RFC 8601).

Only a header that this server wrote counts: its name (authserv-id) must be the one
configured, and it must stand above the first ``Received`` of somebody else. Every
other one is what the sender claims about himself.
"""

import authres
from authres.core import AuthResError

AUTH_HEADER = "authentication-results"


def find(trace, authserv_id, own_hosts=()):
    """The trusted header, if there is one.

    :param list trace: ``(name, value)`` from the top of the letter, lower-case names
    :param str authserv_id: the configured name; "" trusts nothing
    :param own_hosts: names of the clinic's own servers in ``Received: ... by <host>``
    :return: ``(value or None, forged)``; ``forged`` is True where the trusted name
        stands in a header below the border, which an honest sender never writes
    """
    if not authserv_id:
        return None, False
    trusted, forged, outside = None, False, False
    own = {host.lower() for host in own_hosts} | {authserv_id.lower()}
    for name, value in trace:
        if name == "received":
            outside = outside or received_by(value) not in own
        elif name == AUTH_HEADER and server_of(value) == authserv_id.lower():
            if outside:
                forged = True
            elif trusted is None:
                trusted = value
    return trusted, forged


def received_by(value):
    words = value.replace("\n", " ").split()
    for word, following in zip(words, words[1:], strict=False):
        if word.lower() == "by":
            return following.strip("()[];,").lower()
    return ""


def server_of(value):
    words = value.replace(";", " ; ").split()
    first = next((word for word in words if not word.startswith("(")), "")
    return first.lower()


def read(value):
    """Results of one header.

    :return: list of ``(method, result, domain)``; method ``dmarc``, ``dkim``, ``spf``;
        domain as the server states it, lower-case, "" if not stated. Empty where the
        header cannot be read: then nothing is proved.
    """
    try:
        header = authres.AuthenticationResultsHeader.parse(
            f"Authentication-Results: {' '.join(value.split())}"
        )
    except (AuthResError, ValueError, IndexError, AttributeError, TypeError):
        return []
    found = []
    for result in header.results:
        method = (result.method or "").lower()
        if method in ("dmarc", "dkim", "spf"):
            domain = _domain(result, method)
            found.append((method, (result.result or "").lower(), domain))
    return found


def _domain(result, method):
    wanted = {"dmarc": ("from",), "dkim": ("d", "i"), "spf": ("mailfrom",)}[method]
    for name in wanted:
        for item in result.properties:
            if item.name.lower() == name and item.value:
                return str(item.value).rsplit("@", 1)[-1].strip("<>. ").lower()
    return ""
