"""Sound that a detector of speech takes for speech, made of nothing, always the same.

A voice: pulses of the vocal cords (some noise at the beginning of syllables) through
three resonances of the mouth that glide from vowel to vowel. Without any library, about
20 times faster than real time; 16-bit samples.
"""

import math
import random
from array import array

RATE = 8000
# the mouth's resonances (Hz) at a, i, u, e, o
VOWELS = (
    (730, 1090, 2440),
    (270, 2290, 3010),
    (300, 870, 2240),
    (530, 1840, 2480),
    (570, 840, 2410),
)
WIDTHS = (80, 100, 140)


def voice(seconds, pitch=120, seed=1, loud=9000):
    """``seconds`` of uninterrupted speech of a voice of ``pitch`` Hz."""
    rnd = random.Random(seed)
    wanted, out = round(seconds * RATE), []
    while len(out) < wanted:
        length = min(round(rnd.uniform(0.11, 0.22) * RATE), wanted - len(out))
        out += _syllable(rnd, length, pitch * rnd.uniform(0.85, 1.2))
    top = max(map(abs, out), default=0.0) or 1.0
    return array("h", (round(value / top * loud) for value in out))


def _syllable(rnd, length, pitch):
    first, last = rnd.choice(VOWELS), rnd.choice(VOWELS)
    noisy = round(0.04 * RATE) if rnd.random() < 0.5 else 0
    state = [[0.0, 0.0] for _ in WIDTHS]
    phase, out = 0.0, []
    for at in range(length):
        if at % 40 == 0:
            filters = _resonances(first, last, at / length)
        phase += pitch / RATE
        pulse = 0.0
        if phase >= 1.0:
            phase -= 1.0
            pulse = 1.0
        if at < noisy:
            pulse = pulse * 0.2 + rnd.uniform(-0.25, 0.25)
        value = pulse
        for (gain, one, two), past in zip(filters, state, strict=True):
            value = gain * value + one * past[0] - two * past[1]
            past[1], past[0] = past[0], value
        out.append(value * min(1.0, at / 160, (length - at) / 240))
    return out


def _resonances(first, last, share):
    filters = []
    for begin, end, width in zip(first, last, WIDTHS, strict=True):
        radius = math.exp(-math.pi * width / RATE)
        angle = 2 * math.pi * (begin + (end - begin) * share) / RATE
        gain = 1 - 2 * radius * math.cos(angle) + radius * radius
        filters.append((gain, 2 * radius * math.cos(angle), radius * radius))
    return filters


def channel(duration, spans, pitch=120, seed=1, noise=0.0, loud=9000):
    """One side of a call: speech in ``spans``, else silence.

    :param float noise: root mean square of white noise over all of it, in samples
    """
    rnd = random.Random(seed + 1000)
    values = array("h", bytes(2 * round(duration * RATE)))
    for number, (start, end) in enumerate(spans):
        said = voice(end - start, pitch, seed + number, loud)
        first = round(start * RATE)
        values[first : first + len(said)] = said
    if noise:
        for at, value in enumerate(values):
            sound = round(value + rnd.gauss(0.0, noise))
            values[at] = max(-32768, min(32767, sound))
    return values


def level(values, spans):
    """Root mean square of the speech alone."""
    said = [
        value
        for start, end in spans
        for value in values[round(start * RATE) : round(end * RATE)]
    ]
    return math.sqrt(sum(value * value for value in said) / max(1, len(said)))


def stereo(client, staff):
    """A WAV file (bytes) with the client in the first channel."""
    from ..tools import wav

    both = array("h", bytes(4 * len(client)))
    both[0::2], both[1::2] = client, staff
    return wav.header(2, RATE, len(both) * 2) + both.tobytes()
