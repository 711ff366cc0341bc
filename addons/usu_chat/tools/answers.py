"""Checking what a visitor filled in before the chat.

The server's half of the check; the browser's half is
``static/src/embed/common/questionnaire_rules.js`` and follows the same rules.
"""

import re
from dataclasses import dataclass, field
from datetime import date

KINDS = ("text", "longtext", "email", "phone", "choice", "date", "yesno", "consent")
LIMITS = {"text": 200, "longtext": 2000, "email": 254, "phone": 40}
MAX_FIELDS = 60
_EMAIL = re.compile(r"[^@\s<>,;:\"()\[\]\\]+@[^@\s<>,;:\"()\[\]\\]+\.[^@\s.]{2,}")


@dataclass(frozen=True, slots=True)
class Question:
    """One line of the questionnaire.

    ``choices``: ids of what may be chosen, as text. ``shown_if`` names an earlier
    question, ``shown_value`` the answer it must have (``"yes"`` or a choice's id).
    """

    id: int
    kind: str
    required: bool = False
    choices: tuple = ()
    shown_if: int | None = None
    shown_value: str = "yes"


@dataclass(slots=True)
class Checked:
    """``values``: id -> clean text; ``errors``: id -> ``missing`` | ``invalid`` |
    ``long``; key 0 for the form as a whole."""

    values: dict = field(default_factory=dict)
    errors: dict = field(default_factory=dict)


def check(questions, given, phone_valid):
    """Check answers against the questions they were given to.

    :param questions: `Question` in the order they are shown
    :param given: what the browser sent: ``{id as text: value}``; anything else is an
        error of the whole form, unknown ids are dropped
    :param phone_valid: ``f(text) -> bool``
    :return: `Checked`
    """
    result = Checked()
    if not isinstance(given, dict) or len(given) > MAX_FIELDS:
        result.errors[0] = "invalid"
        return result
    for question in questions:
        if not is_shown(question, result.values):
            continue
        text, error = _check_one(question, given.get(str(question.id)), phone_valid)
        if error:
            result.errors[question.id] = error
        elif text:
            result.values[question.id] = text
    return result


def is_shown(question, values):
    """Whether the answers so far make this question appear."""
    if not question.shown_if:
        return True
    return values.get(question.shown_if) == question.shown_value


def _check_one(question, value, phone_valid):
    if value is not None and not isinstance(value, str | bool | int):
        return "", "invalid"
    if question.kind in ("yesno", "consent"):
        said_yes = value in (True, "yes", "true", "1")
        if question.required and not said_yes:
            return "", "missing"
        return ("yes" if said_yes else "no"), None
    text = "" if value is None or value is False else str(value).strip()
    text = text.replace("\x00", "")
    if not text:
        return "", "missing" if question.required else None
    if len(text) > LIMITS.get(question.kind, 200):
        return "", "long"
    return (text, None) if _is_valid(question, text, phone_valid) else ("", "invalid")


def _is_valid(question, text, phone_valid):
    if question.kind == "email":
        return bool(_EMAIL.fullmatch(text))
    if question.kind == "phone":
        return phone_valid(text)
    if question.kind == "choice":
        return text in question.choices
    if question.kind == "date":
        try:
            return 1900 <= date.fromisoformat(text).year <= 2200
        except ValueError:
            return False
    return True
