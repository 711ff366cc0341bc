"""Which of the clinic's answers fits a question, by its words.

Words of every script (vowel signs of Devanagari and Bengali are marks and belong to
their word), compared by their beginnings, rare words counting more. Pure functions.
"""

import math
import unicodedata

STEM = 5  # letters that must agree in a longer word
LEAST = 0.45  # share of the question's weight an answer must meet


def words(text):
    """Lower-case words of a text, in order."""
    folded = unicodedata.normalize("NFKC", text or "").casefold()
    plain = "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in folded)
    return plain.split()


def rank(question, answers):
    """Answers that fit, best first.

    :param str question: what the client wrote
    :param list answers: ``[(key, text of all its questions and key words)]``
    :return: list of keys; empty if nothing fits well enough

    Ties: the order given.
    """
    asked = {word for word in words(question) if len(word) > 1}
    known = [(key, set(words(text))) for key, text in answers]
    if not asked or not known:
        return []
    weights = {word: _weight(word, known) for word in asked}
    total = sum(weights.values())
    scored = []
    for key, own in known:
        met = {word for word in asked if any(_alike(word, other) for other in own)}
        score = sum(weights[word] for word in met) / total
        telling = any(weights[word] >= 1 for word in met)
        if score >= LEAST and telling:
            scored.append((score, key))
    return [key for _score, key in sorted(scored, key=lambda pair: -pair[0])]


def _alike(word, other):
    if word == other:
        return True
    shorter = min(len(word), len(other))
    return shorter >= STEM and word[:STEM] == other[:STEM]


def _weight(word, known):
    """Words in many answers say little; short words (the, und, है) least of all."""
    found = sum(any(_alike(word, other) for other in own) for _key, own in known)
    if len(word) <= 3 or not found:
        return 0.3
    return 1 + math.log(len(known) / found)
