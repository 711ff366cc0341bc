"""The parts of a letter, outermost first, without recursion and with bounds."""

import re
from email.generator import BytesGenerator
from io import BytesIO

from .charset import decode, header_text

PARTS_LIMIT = 500
DEPTH_LIMIT = 50
_BAD_IN_NAME = re.compile(
    r"[\x00-\x1f/\\:*?\"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_DANGEROUS = (
    ".exe .scr .com .pif .bat .cmd .js .jse .vbs .vbe .wsf .hta .lnk .msi .jar .ps1 "
    ".reg .iso .img .svg .html .htm .xhtml .shtml .xml .docm .xlsm .pptm .one"
).split()


class Part:
    """One leaf: ``kind`` is ``plain``, ``html`` or ``file``."""

    def __init__(self, message, kind):
        self.message = message
        self.kind = kind

    def content(self):
        if self.message.is_multipart():  # a letter inside the letter
            return _flatten(self.message)
        return self.message.get_payload(decode=True) or b""

    def text(self):
        return decode(self.content(), _parameter(self.message, "charset"))

    def describe(self):
        name = file_name(self.message)
        return {
            "name": name,
            "type": self.message.get_content_type()[:100],
            "size": len(self.content()),
            "inline": bool(self.message.get("content-id")),
            "dangerous": name.lower().endswith(tuple(_DANGEROUS)),
        }


def walk(message):
    """Yield the ``Part`` leaves; an attached letter is one file, not opened.

    At most ``PARTS_LIMIT`` parts, ``DEPTH_LIMIT`` deep; the rest stays in the raw.
    """
    stack, seen = [(message, 0)], 0
    while stack and seen < PARTS_LIMIT:
        part, depth = stack.pop()
        kind = part.get_content_maintype()
        if kind == "multipart" and part.is_multipart():
            if depth < DEPTH_LIMIT:
                inner = [(sub, depth + 1) for sub in part.get_payload()]
                stack.extend(reversed(inner))
            continue
        seen += 1
        yield Part(part, _kind(part, is_root=part is message))


def _kind(part, is_root):
    if part.is_multipart():
        return "file"
    named = (
        part.get_filename()
        or "attachment" in str(part.get("content-disposition", "")).lower()[:200]
    )
    subtype = part.get_content_type()
    if named and not is_root:
        return "file"
    if subtype == "text/html":
        return "html"
    if subtype in ("text/plain", "text/enriched") or is_root:
        return "plain" if part.get_content_maintype() == "text" else "file"
    return "file"


def file_name(part):
    """A name that is safe to show and to store."""
    name = part.get_filename()
    if not isinstance(name, str) or not name:
        name = header_text(str(part.get("subject", "")), 100) or "attachment"
        name += _extension(part.get_content_type())
    name = _BAD_IN_NAME.sub("_", header_text(name, 400)).strip(". ")
    return name[-120:] or "attachment"


def _extension(content_type):
    return {
        "message/rfc822": ".eml",
        "text/calendar": ".ics",
        "text/plain": ".txt",
        "text/html": ".html",
        "application/pdf": ".pdf",
        "image/jpeg": ".jpg",
        "image/png": ".png",
        "image/gif": ".gif",
        "message/delivery-status": ".txt",
    }.get(content_type, "")


def _parameter(part, name):
    value = part.get_param(name, "")
    if isinstance(value, tuple):  # RFC 2231
        value = value[2]
    return value if isinstance(value, str) else ""


def _flatten(message):
    inner = message.get_payload()
    if message.get_content_maintype() == "message" and inner:
        message = inner[0]
    target = BytesIO()
    try:
        BytesGenerator(target, mangle_from_=False).flatten(message)
    except (ValueError, TypeError, LookupError, AttributeError, KeyError):
        return b""  # the generator refuses what the parser took; the raw has it
    return target.getvalue()
