from odoo.tests import BaseCase, tagged

from ..tools.phrases import find, wordings, words_of


@tagged("post_install", "-at_install", "usu_callcard_analysis")
class TestPhrases(BaseCase):
    def said(self, wording, *sentences):
        rows = list(enumerate(sentences))
        return [hit.line for hit in find(wordings(wording), rows)]

    def test_words_in_their_plainest_form(self):
        for text, expected in (
            ("Hello, World! 5%", ["hello", "world", "5"]),
            ("ЁЛКА ещё", ["елка", "еще"]),
            ("don't — don’t", ["don't", "don’t"]),
            ("café CAFE\u0301", ["cafe", "cafe"]),
            ("नमस्ते, मैं ठीक हूँ।", ["नमस्ते", "मैं", "ठीक", "हूँ"]),
            ("Բարեւ ձեզ։", ["բարեւ", "ձեզ"]),
            ("", []),
        ):
            with self.subTest(text=text):
                self.assertEqual(words_of(text), expected)

    def test_wordings_one_a_line(self):
        for text, expected in (
            ("Call ... back\n\nrefund*", [("call", None, "back"), ("refund*",)]),
            ("... hello ...", [("hello",)]),
            ("  \n...\n!!", []),
        ):
            with self.subTest(text=text):
                self.assertEqual(wordings(text), expected)

    def test_found_or_not(self):
        for wording, sentence, found in (
            ("good morning", "Good morning, dental clinic.", True),
            ("good morning", "Good and early in the morning", False),
            ("refund*", "I want refunds now", True),
            ("refund", "I want refunds now", False),
            ("manager", "the menager please", True),  # misheard by a letter
            ("cat", "the bat", False),  # short words must be right
            ("have ... day", "Have a very nice day", True),
            ("have ... day", "have one two three four five six day", False),
            ("жалоб*", "У меня жалоба на врача", True),
            ("пожаловат*", "Скажите, пожалуйста", False),
            ("पैसे वापस", "मुझे पैसे वापस चाहिए", True),
            ("hello", "", False),
        ):
            with self.subTest(wording=wording, sentence=sentence):
                self.assertEqual(bool(self.said(wording, sentence)), found)

    def test_phrase_over_two_sentences_counts_once(self):
        self.assertEqual(self.said("how can i help", "Hello. How can", "I help?"), [0])
        self.assertEqual(self.said("help", "help and help", "no", "help"), [0, 2])
