"""Cleaning of what a PBX says: numbers, names, broken encodings. Pure functions."""

import re
import unicodedata
from urllib.parse import unquote

MAX_NAME = 120
MAX_NUMBER = 64
ANONYMOUS = "anonymous"
NOTHING = {"", "<unknown>", "unknown", "null", "none", "<null>"}
WITHHELD = {
    "anonymous",
    "restricted",
    "private",
    "withheld",
    "unavailable",
    "blocked",
    "hidden",
    "id unavailable",
    "anonymous.invalid",
}


def decode(octets):
    """Text of a line from the PBX: UTF-8, else what older systems send."""
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("cp1252", "replace")


def name(raw):
    """A caller's name fit to show, "" when there is none.

    Undoes UTF-8 that was read as Latin-1 on its way, drops control and replacement
    characters, joins white space. Markup stays as it is: the screen escapes it.
    """
    value = one(raw)
    if value.lower() in NOTHING | WITHHELD:
        return ""
    for encoding in ("cp1252", "latin-1"):
        try:
            mended = value.encode(encoding).decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
        value = mended
        break
    kept = (
        " " if char.isspace() else char
        for char in value
        if char.isspace() or (unicodedata.category(char)[0] != "C" and char != "\ufffd")
    )
    return " ".join("".join(kept).split())[:MAX_NAME]


def number(raw):
    """A telephone number as the PBX sent it, "anonymous", or "" when it sent none."""
    value = one(raw).strip().strip('"')
    if value.lower() in NOTHING:
        return ""
    if value.lower() in WITHHELD:
        return ANONYMOUS
    value = unquote(value)
    value = re.sub(r"^(sips?|tel):", "", value).split("@")[0].split(";")[0]
    value = "".join(char for char in value if char.isprintable() and char not in " <>")
    return value[:MAX_NUMBER]


def one(raw):
    """A header that came several times is a list in some recordings: the last one."""
    if isinstance(raw, list):
        raw = raw[-1] if raw else ""
    return "" if raw is None else str(raw)


def digits(value):
    return re.sub(r"\D", "", value)


def dialled(dialstring, endpoint):
    """The outside number in a dial string, "" when only a telephone was named.

    Known shapes: ``79161234567@trunk`` and ``PJSIP/79161234567@trunk`` (PJSIP),
    ``trunk/79161234567`` (chan_sip, IAX2, DAHDI groups),
    ``trunk/sip:79161234567@host`` (PJSIP with a URI); ``101`` and
    ``101/sip:101@10.0.0.5:5060`` name a telephone.
    """
    value = one(dialstring)
    parts = value.split("/")
    if len(parts) > 1 and parts[0].isalnum() and parts[0].upper() == parts[0]:
        parts = parts[1:]  # the technology
    if len(parts) > 1:
        found = number(parts[-1])
    elif "@" in parts[0]:
        found = number(parts[0])
    else:
        return ""
    same = {endpoint, parts[0].split("@")[0]} if len(parts) > 1 else {endpoint}
    return "" if found in same or not digits(found) else found
