"""Finding words and phrases in a transcript.

A phrase is listed in several wordings, one a line. Case, accents, punctuation and the
Russian yo do not matter; ``*`` at the end of a word stands for any ending; ``...``
between words allows up to five others there. Long words may differ in one letter, as
engines mishear.
"""

import re
import unicodedata
from dataclasses import dataclass

FUZZY_FROM = 7  # letters
GAP_WORDS = 5


@dataclass(frozen=True)
class Hit:
    """Where a phrase was said. ``line`` is the index of the sentence."""

    line: int
    start: float
    text: str


def words_of(text):
    """Words in their plainest form."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    # marks of Indian scripts are vowels and must stay; accents of letters may go
    plain = re.sub("[\u0300-\u036f]", "", plain)
    return re.findall(
        r"[^\W_](?:[\w\u0900-\u0963\u0966-\u0dff\u200c\u200d]|['\u2019](?=\w))*", plain
    )


def wordings(text):
    """Each line of a list as a tuple of patterns; None stands for a gap.

    >>> wordings("call ... back\\nrefund*")
    [("call", None, "back"), ("refund*",)]
    """
    found = []
    for line in text.splitlines():
        patterns = []
        for word in line.split():
            if word in ("...", "\u2026"):
                patterns.append(None)
                continue
            plain = words_of(word)
            patterns += plain
            if plain and word.endswith("*"):
                patterns[-1] += "*"
        while patterns and patterns[-1] is None:
            patterns.pop()
        while patterns and patterns[0] is None:
            patterns.pop(0)
        if patterns:
            found.append(tuple(patterns))
    return found


def fits(pattern, word):
    """Whether a heard word is the one of a list."""
    if pattern.endswith("*"):
        stem = pattern[:-1]
        return word.startswith(stem) or (
            len(stem) >= FUZZY_FROM and _one_off(stem, word[: len(stem)])
        )
    if pattern == word:
        return True
    return len(pattern) >= FUZZY_FROM and _one_off(pattern, word)


def _one_off(one, other):
    """Whether a single letter was changed, left out or added."""
    if abs(len(one) - len(other)) > 1:
        return False
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    rest, others = one[same:], other[same:]
    return rest[1:] == others[1:] or rest[1:] == others or rest == others[1:]


def said_at(patterns, words, first):
    """Index after the phrase when it stands at ``words[first]``, else None."""
    at, gap = first, 0
    for pattern in patterns:
        if pattern is None:
            gap = GAP_WORDS
            continue
        reach = range(at, min(at + gap + 1, len(words)))
        found = next((n for n in reach if fits(pattern, words[n])), None)
        if found is None:
            return None
        at, gap = found + 1, 0
    return at


def find(wording_list, sentences):
    """Every place where one of the wordings was said, each sentence at most once.

    :param wording_list: from ``wordings``
    :param sentences: list of (start, text); a phrase may go on in the next sentence
    """
    rows = [
        (index, start, words_of(text)) for index, (start, text) in enumerate(sentences)
    ]
    hits = []
    for at, (index, start, words) in enumerate(rows):
        following = rows[at + 1][2] if at + 1 < len(rows) else []
        both = words + following
        if any(
            said_at(patterns, both, first) is not None
            for patterns in wording_list
            for first in range(len(words))
        ):
            hits.append(Hit(index, start, sentences[at][1]))
    return hits
