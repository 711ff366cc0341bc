"""When somebody speaks, and how loud it is, told from the sound alone.

The detector (silero-vad) says for each 32 ms how likely it is that somebody speaks.
Pure functions make stretches of speech of that; times are seconds.
"""

from array import array

from . import wav

WINDOW_SECONDS = 0.032
# Likelihoods at which speech begins and ends. In noise that of soft words sinks to 0.2
# and below; with 0.1 the ends were right with and without noise (./usu bench analysis)
BEGIN, END = 0.5, 0.1
# silero goes on for a while after the last word
TAIL_WINDOWS = 2
MIN_SPEECH, MIN_PAUSE = 0.10, 0.10
WARM_UP = 1.0
PEAKS_A_SECOND = 10


def stretches(likelihoods, step=WINDOW_SECONDS):
    """Stretches of speech in a row of likelihoods.

    :param likelihoods: one value in [0, 1] for each ``step`` seconds
    :return: list of (start, end), not touching one another
    """
    found, begin, quiet = [], None, 0
    for number, value in enumerate(likelihoods):
        if begin is None:
            if value >= BEGIN:
                begin, quiet = number, 0
        elif value < END:
            quiet += 1
            if quiet * step >= MIN_PAUSE:
                found.append((begin, number + 1 - quiet))
                begin = None
        else:
            quiet = 0
    if begin is not None:
        found.append((begin, len(likelihoods) - quiet))
    spans = [(a * step, max(a + 1, b - TAIL_WINDOWS) * step) for a, b in found]
    return [(start, end) for start, end in spans if end - start >= MIN_SPEECH]


def likelihoods(detector, values):
    """Run the detector over one channel, from silence on.

    :param detector: ``SileroVAD`` of the channel's sampling rate
    :param values: ``array("h")``
    """
    detector.reset()
    size = detector.window_size_samples
    floats = array("f", (value / 32768 for value in values))
    floats.extend(array("f", bytes(4 * (-len(floats) % size))))
    view = memoryview(floats)
    return [
        detector.process(view[at : at + size]) for at in range(0, len(floats), size)
    ]


def loudness(values, rate):
    """The loudest sample of each tenth of a second, 0 to 100."""
    size = rate // PEAKS_A_SECOND
    peaks = []
    for at in range(0, len(values), size):
        part = values[at : at + size]
        peaks.append(min(100, max(max(part), -min(part)) * 100 // 32767))
    return peaks


def listen(stream, sound, detector, begin, end):
    """Listen to a part of a recording.

    :param stream: binary file
    :param Sound sound: what ``wav.describe`` told of it
    :param float begin: seconds; what was before is heard again for a moment, so that
        a recording listened to in parts gives the same as one heard at once
    :param float end: seconds
    :return: for each channel ``(stretches, peaks)``
    """
    rate = sound.rate
    # whole windows, so that parts fit together
    warm = min(begin, WARM_UP) // WINDOW_SECONDS * WINDOW_SECONDS
    first, last = round((begin - warm) * rate), round(end * rate)
    heard = []
    for values in wav.samples(stream, sound, first, last - first):
        found = stretches(likelihoods(detector, values))
        offset = begin - warm
        spans = [
            (round(max(a + offset, begin), 3), round(min(b + offset, end), 3))
            for a, b in found
        ]
        skip = round(warm * rate)
        heard.append(([s for s in spans if s[1] > s[0]], loudness(values[skip:], rate)))
    return heard


def shorten(peaks, count):
    """At most ``count`` peaks: the loudest of each group."""
    if len(peaks) <= count:
        return peaks
    size = -(-len(peaks) // count)
    return [max(peaks[at : at + size]) for at in range(0, len(peaks), size)]
