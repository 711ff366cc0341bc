"""What can be measured of a conversation when it is known who spoke when.

Definitions, the same everywhere:

speech          stretches of one side; pauses shorter than ``JOIN`` belong to them
silence         the whole recording less the times in which anybody speaks
both            times in which both speak
interruption    a side begins while the other speaks and goes on for more than ``CUT``
monologue       one side speaks on; the other says nothing longer than ``NOD`` and no
                pause is longer than ``BREATH``
response        from the client's last word to the employee's first, when nobody spoke
                between; the median
silent side     less than ``MUTE`` seconds of speech in a recording of ``LONG`` or more
"""

from dataclasses import dataclass
from statistics import median

JOIN = 0.3
CUT = 0.2
NOD = 1.0
BREATH = 3.0
MUTE = 0.5
LONG = 10.0


@dataclass(frozen=True)
class Measures:
    """Seconds and counts. ``None``: cannot be told from this recording."""

    duration: float
    speech: float
    silence: float
    longest_silence: float
    talk_staff: float | None = None
    talk_client: float | None = None
    both: float | None = None
    interruptions_staff: int | None = None
    interruptions_client: int | None = None
    longest_staff: float | None = None
    longest_client: float | None = None
    response: float | None = None
    silent_side: str = ""


def joined(spans, gap=JOIN):
    """Stretches in order, with gaps shorter than ``gap`` closed."""
    result = []
    for start, end in sorted(spans):
        if result and start - result[-1][1] < gap:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def total(spans):
    return sum(end - start for start, end in spans)


def together(first, second):
    """Times in which stretches of both lists run."""
    both, i, j = [], 0, 0
    while i < len(first) and j < len(second):
        start = max(first[i][0], second[j][0])
        end = min(first[i][1], second[j][1])
        if start < end:
            both.append((start, end))
        if first[i][1] < second[j][1]:
            i += 1
        else:
            j += 1
    return both


def interruptions(spans, other):
    """Moments at which ``spans`` break into the speech of ``other``."""
    moments, j = [], 0
    for start, _end in spans:
        while j < len(other) and other[j][1] <= start:
            j += 1
        if j < len(other) and other[j][0] < start and other[j][1] - start > CUT:
            moments.append(start)
    return moments


def monologue(spans, other):
    """The longest time one side speaks on, in seconds."""
    breaks = [start for start, end in other if end - start > NOD]
    longest, begin, until, at = 0.0, None, None, 0
    for start, end in spans:
        broken = at < len(breaks) and breaks[at] < start
        if begin is None or broken or start - until > BREATH:
            begin = start
        while at < len(breaks) and breaks[at] < start:
            at += 1
        until = end
        longest = max(longest, until - begin)
    return longest


def responses(asked, answered):
    """Seconds from each end of ``asked`` to the start of ``answered`` that follows it.

    Only where the word passes over: nobody else spoke between, nobody broke in.
    """
    turns = sorted(
        [(start, end, 0) for start, end in asked]
        + [(start, end, 1) for start, end in answered]
    )
    found, last = [], None
    for start, end, side in turns:
        if last and last[2] == 0 and side == 1 and start >= last[1]:
            found.append(start - last[1])
        if not last or end >= last[1]:
            last = (start, end, side)
    return found


def longest_silence(spans, duration):
    """The longest pause between words; the whole recording when nobody speaks."""
    if not spans:
        return duration
    gaps = (b[0] - a[1] for a, b in zip(spans, spans[1:], strict=False))
    return max(gaps, default=0.0)


def measure(duration, staff, client):
    """Measures of a recording whose sides are apart.

    :param float duration: of the recording, seconds
    :param list staff: (start, end) of the employee's speech, as detected
    :param list client: of the client's
    """
    staff, client = joined(staff), joined(client)
    anybody = joined(staff + client, 0.0)
    answers = responses(client, staff)
    return Measures(
        duration=duration,
        speech=total(anybody),
        silence=max(duration - total(anybody), 0.0),
        longest_silence=longest_silence(anybody, duration),
        talk_staff=total(staff),
        talk_client=total(client),
        both=total(together(staff, client)),
        interruptions_staff=len(interruptions(staff, client)),
        interruptions_client=len(interruptions(client, staff)),
        longest_staff=monologue(staff, client),
        longest_client=monologue(client, staff),
        response=median(answers) if answers else None,
        silent_side=silent(duration, total(staff), total(client)),
    )


def measure_mixed(duration, spans):
    """What can honestly be said when both sides are in one channel."""
    spans = joined(spans)
    return Measures(
        duration=duration,
        speech=total(spans),
        silence=max(duration - total(spans), 0.0),
        longest_silence=longest_silence(spans, duration),
        silent_side="both" if duration >= LONG and total(spans) < MUTE else "",
    )


def silent(duration, staff, client):
    """``staff``, ``client``, ``both`` or "": whose line was perhaps broken."""
    if duration < LONG:
        return ""
    quiet = [n for n, s in (("staff", staff), ("client", client)) if s < MUTE]
    return "both" if len(quiet) == 2 else "".join(quiet)
