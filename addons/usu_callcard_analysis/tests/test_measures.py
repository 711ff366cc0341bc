from odoo.tests import BaseCase, tagged

from ..tools.measures import (
    interruptions,
    joined,
    longest_silence,
    measure,
    measure_mixed,
    monologue,
    responses,
    together,
)


@tagged("post_install", "-at_install", "usu_callcard_analysis")
class TestMeasures(BaseCase):
    def test_gaps_shorter_than_the_limit_are_joined(self):
        for spans, expected in (
            ([], []),
            ([(0, 1), (1.2, 2)], [(0, 2)]),
            ([(0, 1), (1.3, 2)], [(0, 1), (1.3, 2)]),
            ([(5, 6), (0, 1)], [(0, 1), (5, 6)]),
            ([(0, 4), (1, 2)], [(0, 4)]),
        ):
            with self.subTest(spans=spans):
                self.assertEqual(joined(spans), expected)

    def test_both_at_once(self):
        for first, second, expected in (
            ([(0, 2)], [(1, 3)], [(1, 2)]),
            ([(0, 2)], [(2, 3)], []),
            ([(0, 9)], [(1, 2), (3, 4)], [(1, 2), (3, 4)]),
            ([(0, 1), (2, 5)], [(0.5, 3)], [(0.5, 1), (2, 3)]),
            ([], [(0, 1)], []),
        ):
            with self.subTest(first=first, second=second):
                self.assertEqual(together(first, second), expected)

    def test_interruption_needs_more_than_a_fifth_of_a_second_to_go(self):
        for spans, other, count in (
            ([(1, 2)], [(0, 1.5)], 1),
            ([(1, 2)], [(0, 1.2)], 0),
            ([(1, 2)], [(0, 1.21)], 1),
            ([(1, 2)], [(1, 3)], 0),
            ([(1, 2)], [(1.5, 3)], 0),
            ([(1, 2), (3, 4)], [(0, 5)], 2),
            ([(1, 2), (6, 7)], [(0, 1.1), (5, 8)], 1),
        ):
            with self.subTest(spans=spans, other=other):
                self.assertEqual(len(interruptions(spans, other)), count)

    def test_monologue_survives_a_nod_and_a_breath(self):
        for spans, other, seconds in (
            ([], [(0, 1)], 0),
            ([(0, 10)], [], 10),
            ([(0, 4), (5, 9)], [], 9),
            ([(0, 4), (5, 9)], [(4.2, 4.8)], 9),
            ([(0, 4), (6, 9)], [(4.2, 5.8)], 4),
            ([(0, 4), (8, 9)], [], 4),
            ([(0, 2), (4, 9)], [(2.5, 3.8)], 5),
        ):
            with self.subTest(spans=spans, other=other):
                self.assertAlmostEqual(monologue(spans, other), seconds)

    def test_response_counts_only_where_the_word_passes_over(self):
        for asked, answers, expected in (
            ([(0, 2)], [(3, 4)], [1]),
            ([(0, 2), (2.5, 4)], [(5, 6)], [1]),
            ([(0, 2)], [(1, 4)], []),
            ([(0, 2), (7, 8)], [(3, 4), (8.5, 9)], [1, 0.5]),
            ([], [(1, 2)], []),
        ):
            with self.subTest(asked=asked, answers=answers):
                self.assertEqual(responses(asked, answers), expected)

    def test_longest_pause_lies_between_words(self):
        self.assertEqual(longest_silence([(5, 6), (8, 9), (9.5, 10)], 60), 2)
        self.assertEqual(longest_silence([(5, 6)], 60), 0)
        self.assertEqual(longest_silence([], 60), 60)

    def test_conversation_worked_out_by_hand(self):
        client = [(1, 4), (4.2, 6), (12, 13)]
        staff = [(5, 9), (14, 20)]
        found = measure(22, staff, client)
        self.assertAlmostEqual(found.talk_client, 6)  # 1-6 and 12-13
        self.assertAlmostEqual(found.talk_staff, 10)
        self.assertAlmostEqual(found.both, 1)  # 5-6
        self.assertAlmostEqual(found.speech, 15)
        self.assertAlmostEqual(found.silence, 7)
        self.assertAlmostEqual(found.longest_silence, 3)  # 9-12
        self.assertEqual(found.interruptions_staff, 1)
        self.assertEqual(found.interruptions_client, 0)
        self.assertAlmostEqual(found.longest_staff, 6)
        self.assertAlmostEqual(found.longest_client, 5)
        self.assertAlmostEqual(found.response, 1)
        self.assertEqual(found.silent_side, "")

    def test_side_that_was_never_heard(self):
        for staff, client, expected in (
            ([], [(1, 9)], "staff"),
            ([(1, 9)], [(3, 3.4)], "client"),
            ([], [], "both"),
            ([(1, 9)], [(3, 4)], ""),
        ):
            with self.subTest(expected=expected):
                self.assertEqual(measure(12, staff, client).silent_side, expected)
        self.assertEqual(measure(8, [], [(1, 4)]).silent_side, "")

    def test_mixed_recording_tells_nothing_by_side(self):
        found = measure_mixed(20, [(1, 4), (4.1, 6), (10, 12)])
        self.assertAlmostEqual(found.speech, 7)
        self.assertAlmostEqual(found.silence, 13)
        self.assertAlmostEqual(found.longest_silence, 4)
        for name in (
            "talk_staff",
            "talk_client",
            "both",
            "interruptions_staff",
            "interruptions_client",
            "longest_staff",
            "longest_client",
            "response",
        ):
            self.assertIsNone(getattr(found, name), name)
