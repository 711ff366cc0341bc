"""What an engine of recognition answers, made fit to keep.

Engines talk in their sleep: on poor sound they repeat themselves, invent phrases or
write far more than anybody can say. Pure functions cut that down.
"""

import re
import zlib
from dataclasses import dataclass

MAX_CHARS_A_SECOND = 30
MAX_COMPRESSION = 2.4
MAX_REPEATS = 3
MAX_SEGMENTS = 400
MIN_CONFIDENCE = 0.2
# what is heard in one go: shorter than what most engines take at once
CHUNK_SECONDS = 24.0
CHUNK_GAP = 1.0
MARGIN = 0.15


@dataclass(frozen=True)
class Said:
    """A sentence or so; seconds from the beginning of the recording."""

    start: float
    end: float
    text: str


def chunks(spans, duration):
    """Stretches of sound to hand to an engine, none much longer than CHUNK_SECONDS.

    :param spans: (start, end) of one side's speech, in order
    :return: list of (start, end), with a little silence around the speech
    """
    found = []
    for start, end in spans:
        if (
            found
            and start - found[-1][1] < CHUNK_GAP
            and end - found[-1][0] <= CHUNK_SECONDS
        ):
            found[-1] = (found[-1][0], end)
            continue
        while end - start > CHUNK_SECONDS:
            found.append((start, start + CHUNK_SECONDS))
            start += CHUNK_SECONDS
        found.append((start, end))
    return [(max(0.0, a - MARGIN), min(duration, b + MARGIN)) for a, b in found]


def accept(answer, offset, length):
    """The sentences worth keeping in an engine's answer about one chunk.

    :param dict answer: ``language`` and ``segments``, a list of dicts ``start``,
        ``end``, ``text`` and perhaps ``confidence``
    :param float offset: where the chunk begins in the recording
    :param float length: of the chunk
    :return: list of :class:`Said`
    :raise ValueError: the answer has another shape
    """
    segments = answer.get("segments") if isinstance(answer, dict) else None
    if not isinstance(segments, list):
        raise ValueError("the engine's answer has no segments")
    kept, room = [], MAX_CHARS_A_SECOND * max(length, 1.0)
    for segment in segments[:MAX_SEGMENTS]:
        said = _sentence(segment, offset, length)
        if said is None or (kept and said.text == kept[-1].text):
            continue
        room -= len(said.text)
        if room < 0:
            break
        kept.append(said)
    return kept


def _sentence(segment, offset, length):
    try:
        start, end = float(segment["start"]), float(segment["end"])
        text = " ".join(str(segment["text"]).split())
        confidence = float(segment.get("confidence", 1.0))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError("a segment of the engine's answer is malformed") from error
    start, end = min(max(start, 0.0), length), min(max(end, 0.0), length)
    if end < start or confidence < MIN_CONFIDENCE:
        return None
    text = without_loops(text)
    if not re.search(r"\w", text) or is_nonsense(text):
        return None
    return Said(round(offset + start, 2), round(offset + end, 2), text)


def without_loops(text):
    """Phrases of up to eight words said more than ``MAX_REPEATS`` times in a row."""
    words = text.split()
    for size in range(1, 9):
        out, at = [], 0
        while at < len(words):
            phrase, times = words[at : at + size], 1
            while phrase == words[at + times * size : at + (times + 1) * size]:
                times += 1
            if len(phrase) == size and times > MAX_REPEATS:
                out += phrase
                at += times * size
            else:
                out.append(words[at])
                at += 1
        words = out
    return " ".join(words)


def is_nonsense(text):
    """So repetitive that nobody said it."""
    data = text.encode()
    return len(data) > 80 and len(data) / len(zlib.compress(data)) > MAX_COMPRESSION
