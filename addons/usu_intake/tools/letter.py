"""A raw letter into plain values; tolerant, bounded, without Odoo.

Runs in the letter worker (``letter_worker.py``), a process of its own that may be
killed: what is here may be slow on hostile input, but never does anything but think.
"""

import email
import email.utils
from datetime import datetime, timezone
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32

from . import address as addressing
from .charset import decode, header_text, storable
from .html_text import html_to_text
from .letter_mime import walk

#: Headers the verdict and the filters look at; the rest stays in the raw letter.
KEPT = (
    "auto-submitted",
    "precedence",
    "x-auto-response-suppress",
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "list-id",
    "list-unsubscribe",
    "list-post",
    "return-path",
    "x-spam-flag",
    "x-spam-status",
    "x-usu-loop",
    "x-failed-recipients",
    "feedback-id",
    "x-loop",
    "disposition-notification-to",
    "x-odoo-message-id",
)
TRACE = ("received", "authentication-results", "arc-authentication-results")
TEXT_LIMIT = 200_000  # characters of text kept
EARLIEST, LATEST = 1990, 2100  # a Date outside these years is a mistake or a trick
FILES_LIMIT = 200


def read(raw, *, with_files=False):
    """Read a letter.

    :param bytes raw: RFC 5322 message, or anything else
    :param bool with_files: also return the content of attachments
    :return: ``(values, blobs)``: JSON-able dict and, with ``with_files``, the bytes of
        ``values["files"]`` in the same order
    :raise RecursionError, ValueError: and whatever else the standard library's parser
        raises on hostile input; ``read_headers`` still gives the envelope then
    """
    message = email.message_from_bytes(raw, policy=compat32)
    values = _envelope(message)
    texts, htmls, files, blobs = {}, {}, [], []
    for number, part in enumerate(walk(message)):
        if part.kind == "file":
            if len(files) < FILES_LIMIT:
                files.append(part.describe())
                blobs.append(part.content() if with_files else b"")
            continue
        target = texts if part.kind == "plain" else htmls
        if sum(map(len, target.values())) < TEXT_LIMIT:
            target[number] = part.text()[:TEXT_LIMIT]
    plain = "\n".join(texts.values()).replace("\r", "").strip()
    if htmls and len(plain) < 20:
        plain = "\n".join(html_to_text(html) for html in htmls.values())
    values.update(
        text=storable(plain[:TEXT_LIMIT]),
        files=files,
        html=bool(htmls),
        report=_report_kind(message),
    )
    return values, blobs if with_files else []


def read_headers(raw):
    """The envelope alone, for letters whose body cannot be read."""
    head = raw[:262_144].split(b"\r\n\r\n", 1)[0].split(b"\n\n", 1)[0]
    values = _envelope(BytesHeaderParser(policy=compat32).parsebytes(head + b"\n\n"))
    values.update(text="", files=[], html=False, report="")
    return values


def _envelope(message):
    headers = [(name.lower(), _clean(value)) for name, value in message.raw_items()]
    first = {}
    every = {}
    for name, value in headers:
        first.setdefault(name, value)
        every.setdefault(name, []).append(value)
    name, sender, problem = addressing.read_from(every.get("from", []))
    return {
        "message_id": _message_ids(first.get("message-id", ""))[:1],
        "subject": header_text(first.get("subject", ""))[:500],
        "date": read_date(first.get("date", "")),
        "sender": sender,
        "sender_name": name[:200],
        "from_problem": problem,
        "reply_to": addressing.addresses(every.get("reply-to", []), limit=5),
        "recipients": addressing.addresses(
            every.get("delivered-to", []) + every.get("to", []) + every.get("cc", [])
        ),
        "references": _message_ids(
            f"{first.get('references', '')[-16_000:]} {first.get('in-reply-to', '')}"
        )[-32:],
        "kept": {key: header_text(first[key], 2_000) for key in KEPT if key in first},
        "trace": [(n, v[:4_000]) for n, v in headers if n in TRACE][:60],
        "signatures": [v[:4_000] for v in every.get("dkim-signature", [])][:5],
    }


def _clean(value):
    """A header's value without what no database takes: raw 8-bit bytes (surrogates)
    are read as UTF-8, else as Windows' Latin."""
    value = value if isinstance(value, str) else str(value)
    if value.isascii() and "\0" not in value:
        return value
    return decode(value.encode("utf-8", "surrogateescape"))


def _message_ids(value):
    ids = [piece.split(">", 1)[0].strip() for piece in value.split("<")[1:]]
    return [f"<{storable(i)}>" for i in ids if i and " " not in i and len(i) < 512]


def read_date(value):
    """``Date`` header -> ISO text, UTC, naive; "" where absent or absurd.

    PostgreSQL and half of the programs between cannot hold the years that spam
    carries; a letter without a believable date gets the time it was stored.
    """
    try:
        date = email.utils.parsedate_to_datetime(value[:200])
        if date.tzinfo:
            date = date.astimezone(timezone.utc).replace(tzinfo=None)
        valid = EARLIEST <= date.year < LATEST
    except (TypeError, ValueError, OverflowError, IndexError):
        return ""
    return date.replace(microsecond=0).isoformat(sep=" ") if valid else ""


def parse_date(text):
    return datetime.fromisoformat(text) if text else None


def _report_kind(message: Message):
    if message.get_content_type() != "multipart/report":
        return ""
    kind = message.get_param("report-type", "unknown")
    return kind.lower()[:60] if isinstance(kind, str) else "unknown"
