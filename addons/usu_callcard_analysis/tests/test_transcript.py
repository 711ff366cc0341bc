from odoo.tests import BaseCase, tagged

from ..tools.transcript import accept, chunks, is_nonsense, without_loops


def segment(text, start=0, end=2, **values):
    return {"start": start, "end": end, "text": text, **values}


@tagged("post_install", "-at_install", "usu_callcard_analysis")
class TestTranscript(BaseCase):
    def accepted(self, *segments, offset=0.0, length=10.0):
        answer = {"language": "en", "segments": list(segments)}
        return [one.text for one in accept(answer, offset, length)]

    def test_speech_is_handed_over_in_pieces(self):
        for spans, expected in (
            ([], []),
            ([(1, 3)], [(0.85, 3.15)]),
            ([(0, 3), (3.5, 6)], [(0.0, 6.15)]),
            ([(0, 3), (5, 6)], [(0.0, 3.15), (4.85, 6.15)]),
            ([(0, 20), (20.5, 30)], [(0.0, 20.15), (20.35, 30.0)]),
            ([(0, 30)], [(0.0, 24.15), (23.85, 30.0)]),
        ):
            with self.subTest(spans=spans):
                found = [(round(a, 2), round(b, 2)) for a, b in chunks(spans, 30.0)]
                self.assertEqual(found, expected)

    def test_times_are_those_of_the_recording(self):
        (said,) = accept({"segments": [segment(" Hello  there ", 1, 99)]}, 60.0, 10.0)
        self.assertEqual((said.start, said.end, said.text), (61.0, 70.0, "Hello there"))

    def test_loops_are_cut(self):
        for text, expected in (
            ("no no no", "no no no"),
            ("thank you " * 9, "thank you"),
            ("yes. " * 30 + "Good bye", "yes. Good bye"),
            ("a b c", "a b c"),
        ):
            with self.subTest(text=text):
                self.assertEqual(without_loops(text), expected)

    def test_nonsense_is_left_out(self):
        murmur = "one two three four five six seven eight nine ten " * 9
        self.assertTrue(is_nonsense(murmur))
        self.assertFalse(is_nonsense("Good morning, this is the dental clinic. " * 2))
        self.assertEqual(self.accepted(segment(murmur), segment("Hello")), ["Hello"])

    def test_more_than_can_be_said_is_cut(self):
        rows = [segment(f"sentence number {n} of many", n, n + 1) for n in range(100)]
        self.assertLessEqual(len("".join(self.accepted(*rows, length=2.0))), 60)

    def test_unsure_empty_and_repeated_sentences(self):
        self.assertEqual(
            self.accepted(
                segment("Hello", confidence=0.9),
                segment("Hello", 2, 3),
                segment("Murmur", confidence=0.1),
                segment(" ... "),
                segment("", 3, 4),
                segment("Backwards", 5, 4),
            ),
            ["Hello"],
        )

    def test_answer_of_another_shape(self):
        for answer in (
            None,
            [],
            {},
            {"segments": "x"},
            {"segments": ["x"]},
            {"segments": [{"start": "a", "end": 1, "text": "x"}]},
            {"segments": [{"start": 0, "end": 1}]},
        ):
            with self.subTest(answer=answer), self.assertRaises(ValueError):
                accept(answer, 0.0, 1.0)
