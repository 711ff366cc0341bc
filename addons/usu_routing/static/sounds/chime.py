"""Makes task.wav: two soft bell tones, a fourth apart. Own work, licence as the addon.

python3 chime.py
"""

import math
import struct
import wave
from pathlib import Path

RATE = 22050
TONES = ((659.26, 0.0, 0.45), (880.0, 0.16, 0.65))  # Hz, start, length in seconds
PARTIALS = ((1.0, 1.0), (2.0, 0.22), (3.01, 0.07))
LOUDNESS = 0.32


def tone(frequency, start, length, second):
    at = second - start
    if not 0 <= at < length:
        return 0.0
    attack = min(at / 0.012, 1.0)
    decay = math.exp(-5.5 * at / length) * min((length - at) / 0.03, 1.0)
    wave_sum = sum(
        part * math.sin(2 * math.pi * frequency * factor * at)
        for factor, part in PARTIALS
    )
    return attack * decay * wave_sum


def main():
    length = max(start + duration for _f, start, duration in TONES)
    samples = (
        LOUDNESS * sum(tone(*t, n / RATE) for t in TONES)
        for n in range(int(length * RATE))
    )
    data = b"".join(struct.pack("<h", int(32767 * s)) for s in samples)
    with wave.open(str(Path(__file__).with_name("task.wav")), "wb") as sound:
        sound.setparams((1, 2, RATE, 0, "NONE", ""))
        sound.writeframes(data)


if __name__ == "__main__":
    main()
