"""Who claims to have written: one address, in one form, or a stated problem."""

import re
import unicodedata
from email.utils import getaddresses

from .charset import header_text

_ATOM = r"[^\s@<>()\[\]\",;:\\\x00-\x1f\x7f\ufffd]"
_SHAPE = re.compile(f"{_ATOM}{{1,128}}@{_ATOM}{{1,253}}")
NESTED = 50
#: Letters of other alphabets that look like Latin ones (Cyrillic, Greek, Armenian).
_LOOKALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501"
    "\u051b\u051d\u03bf\u03b1\u03c1\u03bd\u0585\u0578\u057d\u0561\u04bb",
    "aeopcyxijsdqwoapvonuwh",
)


def normalize(address):
    """``Anna@Clinic.Example`` -> ``anna@clinic.example``; "" where it is none.

    NFKC and lower case for the whole, IDNA for the domain, so that two spellings of
    one address are equal and two look-alikes are not.
    """
    address = unicodedata.normalize("NFKC", address or "").strip().lower()
    if not _SHAPE.fullmatch(address):
        return ""
    local, domain = address.rsplit("@", 1)
    domain = ascii_domain(domain)
    return f"{local}@{domain}" if domain else ""


def ascii_domain(domain):
    """The domain as DNS knows it (``bücher.example`` -> ``xn--...``), or ""."""
    domain = unicodedata.normalize("NFKC", domain).strip(". \t").lower()
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def unicode_domain(domain):
    """The reverse, for eyes: ``xn--...`` -> what the reader sees."""
    try:
        return domain.encode("ascii").decode("idna")
    except UnicodeError:
        return domain


def skeleton(address):
    """What the address looks like to a Latin reader, for spotting impersonation."""
    if not address:
        return ""
    local, domain = address.rsplit("@", 1)
    shown = f"{local}@{unicode_domain(domain)}"
    return shown.translate(_LOOKALIKES)


def domain_of(address):
    return address.rsplit("@", 1)[1] if "@" in address else ""


def read_from(values):
    """The one author of a letter.

    :param list values: the raw values of all ``From`` headers
    :return: ``(name, address, problem)``; ``problem`` is "" or one of ``none``,
        ``several_headers``, ``several_addresses``, ``malformed``; with a problem the
        address, if any, is what mail programs are likely to show, never a proof

    RFC 5322 allows several authors and groups. A letter that uses it cannot be
    attributed to one client, and mail programs disagree on which one they show:
    such a letter goes to a person.
    """
    values = [value for value in values if value.strip()]
    if not values:
        return "", "", "none"
    value = header_free(values[0])
    pairs = [
        (header_text(name), normalize(address))
        for name, address in _pairs([value])
        if "@" in address
    ]
    name, address = pairs[0] if pairs else (header_text(value)[:200], "")
    if len(values) > 1:
        return name, address, "several_headers"
    bare = _without_quoted(value)
    found = {normalize(match) for match in _SHAPE.findall(bare)}
    # not left to the standard library: what it makes of two depends on its version
    if len(pairs) > 1 or len(found - {""}) > 1 or bare.count("<") > 1:
        return name, address or _first_shape(value), "several_addresses"
    if not address:
        return name, _first_shape(value), "malformed"
    # an encoded word within the address is shown decoded, and as somebody else
    if any(mark in bare for mark in (*",;:", "?=@")) or found != {address}:
        return name, address, "malformed"
    return name, address, ""


def header_free(value):
    """Unfolded and bounded; an author line needs no more than 2,000 characters."""
    return " ".join(value[:2_000].split())


def _pairs(values):
    """``[(name, address)]``; comments within comments by the hundred are a trick
    against the standard library's recursive reader and name nobody."""
    return getaddresses([value for value in values if value.count("(") < NESTED])


def _without_quoted(value):
    """Leave out quoted strings and comments, in one pass."""
    result, quoted, depth, skip = [], False, 0, False
    for char in value:
        if skip:
            skip = False
        elif char == "\\":
            skip = True
        elif char == '"' and not depth:
            quoted = not quoted
        elif not quoted and char == "(":
            depth += 1
        elif not quoted and char == ")" and depth:
            depth -= 1
        elif not quoted and not depth:
            result.append(char)
    return "".join(result)


def _first_shape(value):
    match = _SHAPE.search(value)
    return normalize(match.group(0)) if match else ""


def addresses(values, limit=100):
    """All addresses of recipient headers, normalised, in order, without repeats."""
    text = [header_free(value) for value in values[:20]]
    found = (normalize(address) for _name, address in _pairs(text))
    return list(dict.fromkeys(address for address in found if address))[:limit]
