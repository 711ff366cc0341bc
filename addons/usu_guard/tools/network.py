"""Addresses and origins as plain values."""

import ipaddress
from urllib.parse import urlsplit

FORWARDING_HEADERS = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded")


def parse(address):
    """:return: an ``ipaddress`` object, or ``None`` if it is no address.

    An IPv4 address in IPv6 clothes (``::ffff:203.0.113.7``) is the IPv4 address.
    """
    try:
        ip = ipaddress.ip_address((address or "").split("%")[0].strip())
    except ValueError:
        return None
    return getattr(ip, "ipv4_mapped", None) or ip


def network(address, wide=False):
    """The network that is counted as one visitor.

    :param str address: IPv4 or IPv6 address
    :param bool wide: /24 instead of /32, for a visitor whose provider changes the
        address between two requests
    :return: ``"203.0.113.7/32"``, ``"2001:db8:1:2::/64"``, or the empty string

    An IPv6 customer owns at least a /64, so an address in it says nothing.
    """
    ip = parse(address)
    if ip is None:
        return ""
    length = 64 if ip.version == 6 else 24 if wide else 32
    return str(ipaddress.ip_network((ip, length), strict=False))


def masked(address):
    """The address as a person may see it in a list: ``203.0.113.x``."""
    ip = parse(address)
    if ip is None:
        return ""
    if ip.version == 6:
        return network(address)
    return ".".join([*str(ip).split(".")[:3], "x"])


def hidden_by_proxy(address, headers, fixed):
    """Say whether all visitors seem to come from one proxy.

    :param str address: the address the server sees
    :param headers: mapping of the request's headers
    :param bool fixed: the server took the address from the proxy's headers
    """
    ip = parse(address)
    return bool(
        ip
        and ip.is_private
        and not fixed
        and any(headers.get(name) for name in FORWARDING_HEADERS)
    )


def origin_allowed(origin, sites):
    """Say whether a page of this origin may embed us.

    :param str origin: the ``Origin`` header, e.g. ``https://www.clinic.example``
    :param list sites: ``clinic.example``, ``https://clinic.example:8443`` or
        ``*.clinic.example`` (subdomains, not the domain itself); empty: every site
    """
    if not sites:
        return True
    try:
        parts = urlsplit(origin or "")
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not host:
        return False
    return any(_matches(parts.scheme, host, port, site) for site in sites)


def clean_site(site):
    """Normalise what a person typed as a site; ``ValueError`` if it is none."""
    site = (site or "").strip().lower()
    scheme, found, rest = site.rpartition("://")
    if found and scheme not in ("http", "https"):
        raise ValueError(site)
    parts = urlsplit(f"//{rest}")
    host = parts.hostname or ""
    wild = host.startswith("*.")
    bare = host[2:] if wild else host
    if parse(bare) is None:
        bare = bare.encode("idna").decode()
        if not bare or not all(c.isalnum() or c in "-." for c in bare):
            raise ValueError(site)
    if ":" in bare:
        bare = f"[{bare}]"
    port = f":{parts.port}" if parts.port else ""
    return f"{scheme}{found}{'*.' if wild else ''}{bare}{port}"


def _matches(scheme, host, port, site):
    want_scheme, _found, rest = site.rpartition("://")
    want = urlsplit(f"//{rest}")
    want_host = want.hostname or ""
    if want_scheme and want_scheme != scheme:
        return False
    if want.port and want.port != (port or {"http": 80, "https": 443}[scheme]):
        return False
    if want_host.startswith("*."):
        return host.endswith(want_host[1:])
    return host == want_host
