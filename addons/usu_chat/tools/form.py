"""The questionnaire of a chat as it is kept in memory."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """``rules``: `answers.Question` for the check; ``lines``: the same questions as
    the browser shows them (never to be changed: copy); ``texts``: question id ->
    consent text and its version; ``sites``: where alone the chat may be embedded."""

    rules: tuple
    lines: tuple
    texts: dict
    message_limit: int
    may_delete: bool
    transcript: bool
    sites: tuple
