"""Reading telephone recordings piece by piece, never as a whole.

Understands WAV files with 16-bit PCM, A-law or mu-law sound, one or two channels: what
telephone systems write and browsers play. Everything else is refused in words.
"""

import struct
import sys
from array import array
from dataclasses import dataclass

PCM, ALAW, MULAW = 1, 6, 7
RATES = (8000, 16000)


class WavError(ValueError):
    """The file cannot be analysed; the text says why."""


@dataclass(frozen=True)
class Sound:
    """Where the sound lies in a file. ``frames``: samples of each channel."""

    code: int
    channels: int
    rate: int
    start: int
    frames: int

    @property
    def width(self):
        """Octets of one sample of one channel."""
        return 2 if self.code == PCM else 1

    @property
    def seconds(self):
        return self.frames / self.rate


def describe(stream, rates=RATES):
    """Read the head of a WAV file.

    :param stream: binary file, at its beginning
    :param rates: sampling rates that can be used
    :raise WavError: not a WAV file, or a kind that is not understood

    A recording that was cut off names more sound than there is: the length of the
    file counts, not the head.
    """
    head = stream.read(12)
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"WAVE":
        raise WavError("the file is no WAV file")
    kind = None
    while len(chunk := stream.read(8)) == 8:
        name, size = chunk[:4], struct.unpack("<I", chunk[4:])[0]
        if name == b"fmt " and 16 <= size <= 256:
            kind = _kind(stream.read(size + size % 2), rates)
        elif name == b"data":
            if kind is None:
                break
            return _sound(stream, kind, size)
        else:
            stream.seek(size + size % 2, 1)
    raise WavError("the WAV file is broken")


def _kind(data, rates):
    if len(data) < 16:
        raise WavError("the WAV file is broken")
    code, channels, rate, _bytes, _align, bits = struct.unpack("<HHIIHH", data[:16])
    if code == 0xFFFE and len(data) >= 26:  # "extensible": the true code stands behind
        code = struct.unpack("<H", data[24:26])[0]
    if (code, bits) not in ((PCM, 16), (ALAW, 8), (MULAW, 8)):
        raise WavError("only 16-bit PCM, A-law and mu-law WAV files can be analysed")
    if channels not in (1, 2):
        raise WavError("only recordings with one or two channels can be analysed")
    if rate not in rates:
        raise WavError(f"{rate} Hz: only 8000 and 16000 Hz can be analysed")
    return code, channels, rate


def _sound(stream, kind, size):
    code, channels, rate = kind
    start = stream.tell()
    size = min(size, stream.seek(0, 2) - start)
    frame = channels * (2 if code == PCM else 1)
    return Sound(code, channels, rate, start, size // frame)


def samples(stream, sound, first, count):
    """``count`` samples of each channel from ``first`` on.

    :return: list of ``array("h")``, one for each channel, shorter at the end
    """
    count = max(min(count, sound.frames - first), 0)
    stream.seek(sound.start + first * sound.channels * sound.width)
    data = stream.read(count * sound.channels * sound.width)
    if sound.code == PCM:
        values = array("h", data[: len(data) // 2 * 2])
        if sys.byteorder == "big":
            values.byteswap()
    else:
        table = _ALAW if sound.code == ALAW else _MULAW
        values = array("h", map(table.__getitem__, data))
    return [values[channel :: sound.channels] for channel in range(sound.channels)]


def clip(values, rate):
    """A mono 16-bit WAV file (bytes) of these samples."""
    values = array("h", values)
    if sys.byteorder == "big":
        values.byteswap()
    return header(1, rate, len(values) * 2) + values.tobytes()


def header(channels, rate, size):
    """The head of a 16-bit WAV file with ``size`` octets of sound."""
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", size + 36, b"WAVE", b"fmt ", 16, PCM, channels, rate),
        *(rate * channels * 2, channels * 2, 16, b"data", size),
    )


def _alaw(octet):
    """Source: ITU-T G.711, table 1."""
    octet ^= 0x55
    step, value = (octet & 0x70) >> 4, (octet & 0x0F) << 4
    value = value + 8 if step == 0 else (value + 0x108) << (step - 1)
    return value if octet & 0x80 else -value


def _mulaw(octet):
    """Source: ITU-T G.711, table 2."""
    octet = ~octet & 0xFF
    value = ((((octet & 0x0F) << 3) + 0x84) << ((octet & 0x70) >> 4)) - 0x84
    return -value if octet & 0x80 else value


_ALAW = tuple(map(_alaw, range(256)))
_MULAW = tuple(map(_mulaw, range(256)))
