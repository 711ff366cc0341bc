"""Checking what a visitor filled in: pure functions over plain values.

Everything that arrives is text from outside. It is cleaned, measured and checked here;
what is left over (unknown fields) is dropped.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

LIMITS = {"text": 200, "longtext": 2000}
NAME_LIMIT = 120
MAX_FIELDS = 80
# invisible, but part of Indic words and of family emoji
JOINERS = {"\u200c", "\u200d"}
_EMAIL = re.compile(r"[^@\s<>,;:\"()\[\]\\]+@[^@\s<>,;:\"()\[\]\\]+\.[^@\s.]{2,}")
_LINK = re.compile(r"https?://|www\.|://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form; ``choices``: ids of what may be chosen, as text."""

    id: int
    kind: str
    required: bool = False
    choices: tuple = ()


@dataclass(slots=True)
class Checked:
    """``values``: name -> clean text; ``errors``: name -> ``missing`` | ``invalid`` |
    ``long`` | ``changed``."""

    values: dict = field(default_factory=dict)
    errors: dict = field(default_factory=dict)


def clean(value, lines=False):
    """Text without what cannot be seen: control characters, direction overrides,
    halves of characters. Anything but text (a file) is empty.

    :param bool lines: keep line breaks
    """
    if not isinstance(value, str):
        return ""
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n"))
    if not lines:
        text = text.replace("\n", " ")
    kept = (
        c
        for c in text
        if c in JOINERS
        or (lines and c == "\n")
        or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co")
        or c == "\t"
    )
    text = "".join(kept)
    if lines:
        return "\n".join(" ".join(row.split()) for row in text.split("\n")).strip()
    return " ".join(text.split())


def check_name(value):
    """:return: ``(name, error)``; an address of a page is no name"""
    name = clean(value)
    if not name:
        return "", "missing"
    if len(name) > NAME_LIMIT:
        return "", "long"
    if _LINK.search(name) or not any(c.isalpha() for c in name):
        return "", "invalid"
    return name, None


def is_email(value):
    """Whether this can be an e-mail address; not whether there is one."""
    return len(value) <= 254 and bool(_EMAIL.fullmatch(value))


def check_answer(question, value):
    """:return: ``(clean text, error or None)``"""
    if question.kind == "yesno":
        said_yes = value == "yes"
        if question.required and not said_yes:
            return "", "missing"
        return ("yes" if said_yes else ""), None
    text = clean(value, lines=question.kind == "longtext")
    if not text:
        return "", "missing" if question.required else None
    if len(text) > LIMITS.get(question.kind, 200):
        return "", "long"
    if question.kind == "choice" and text not in question.choices:
        return "", "invalid"
    if question.kind == "date" and not _is_date(text):
        return "", "invalid"
    return text, None


def _is_date(text):
    try:
        return 1900 <= date.fromisoformat(text).year <= 2200
    except ValueError:
        return False


def masked(kind, value):
    """A value as its owner recognises it and nobody else learns it."""
    if kind == "email":
        name, _at, domain = value.partition("@")
        return f"{name[:1]}•••@{domain}"
    return f"{value[:3]} ••• {value[-2:]}"
