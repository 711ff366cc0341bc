import struct

from odoo.tests import BaseCase, tagged

from ..tools import wav
from .common import opened


def riff(code, channels, rate, bits, data, extra=b"", announced=None):
    kind = struct.pack("<HHIIHH", code, channels, rate, 0, 0, bits) + extra
    chunks = b"fmt " + struct.pack("<I", len(kind)) + kind
    chunks += b"LIST" + struct.pack("<I", 3) + b"abc\0"
    size = len(data) if announced is None else announced
    chunks += b"data" + struct.pack("<I", size) + data
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks


@tagged("post_install", "-at_install", "usu_callcard_analysis")
class TestWav(BaseCase):
    def read(self, content, first=0, count=10**6):
        stream = opened(content)
        sound = wav.describe(stream)
        found = wav.samples(stream, sound, first, count)
        return [list(channel) for channel in found]

    def test_pcm_with_two_channels(self):
        content = riff(wav.PCM, 2, 8000, 16, struct.pack("<6h", 1, -1, 2, -2, 3, -3))
        self.assertEqual(self.read(content), [[1, 2, 3], [-1, -2, -3]])
        self.assertEqual(self.read(content, 1, 1), [[2], [-2]])
        self.assertEqual(self.read(content, 9, 5), [[], []])

    def test_telephone_codes(self):
        # ITU-T G.711: the smallest and the largest values of either sign
        alaw = riff(wav.ALAW, 1, 8000, 8, bytes([0xD5, 0x55, 0xAA, 0x2A]))
        self.assertEqual(self.read(alaw), [[8, -8, 32256, -32256]])
        mulaw = riff(wav.MULAW, 1, 8000, 8, bytes([0xFF, 0x7F, 0x80, 0x00]))
        self.assertEqual(self.read(mulaw), [[0, 0, 32124, -32124]])

    def test_recording_that_was_cut_off(self):
        content = riff(wav.PCM, 1, 8000, 16, b"\1\0\2\0\3", announced=10**6)
        self.assertEqual(self.read(content), [[1, 2]])

    def test_refused_in_words(self):
        good = riff(wav.PCM, 1, 8000, 16, b"\0\0")
        for content, words in (
            (b"", "no WAV"),
            (b"ID3" + bytes(60), "no WAV"),
            (good[:16], "broken"),
            (good[:30], "broken"),
            (riff(wav.PCM, 1, 8000, 24, b""), "16-bit PCM"),
            (riff(0x31, 1, 8000, 0, b""), "16-bit PCM"),
            (riff(wav.PCM, 3, 8000, 16, b""), "channels"),
            (riff(wav.PCM, 1, 44100, 16, b""), "44100 Hz"),
        ):
            with self.subTest(words=words), self.assertRaisesRegex(wav.WavError, words):
                self.read(content)

    def test_clip_can_be_read_again(self):
        self.assertEqual(self.read(wav.clip([1, -2, 3], 8000)), [[1, -2, 3]])
