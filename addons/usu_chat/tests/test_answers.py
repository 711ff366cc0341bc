from odoo.tests import BaseCase, tagged

from ..tools.answers import Question, check


def is_phone(text):
    return text.startswith("+")


@tagged("post_install", "-at_install", "usu_chat")
class TestAnswers(BaseCase):
    def check_one(self, kind, value, **options):
        question = Question(7, kind, **options)
        result = check([question], {"7": value}, is_phone)
        return result.values.get(7), result.errors.get(7)

    def test_values(self):
        cases = [
            # kind, options, given, value, error
            ("text", {}, "  Anna  ", "Anna", None),
            ("text", {}, "", None, None),
            ("text", {"required": True}, "   ", None, "missing"),
            ("text", {"required": True}, None, None, "missing"),
            ("text", {}, "x" * 201, None, "long"),
            ("text", {}, "a\x00b", "ab", None),
            ("text", {}, ["a"], None, "invalid"),
            ("text", {}, {"a": 1}, None, "invalid"),
            ("longtext", {}, "x" * 2000, "x" * 2000, None),
            ("longtext", {}, "x" * 2001, None, "long"),
            ("email", {}, "anna@example.org", "anna@example.org", None),
            ("email", {}, "anna@example", None, "invalid"),
            ("email", {}, "a@b.org, c@d.org", None, "invalid"),
            ("email", {}, "Anna <anna@example.org>", None, "invalid"),
            ("phone", {}, "+37410123456", "+37410123456", None),
            ("phone", {}, "call me", None, "invalid"),
            ("date", {}, "2026-02-28", "2026-02-28", None),
            ("date", {}, "2026-02-30", None, "invalid"),
            ("date", {}, "0001-01-01", None, "invalid"),
            ("choice", {"choices": ("3", "4")}, "4", "4", None),
            ("choice", {"choices": ("3", "4")}, 4, "4", None),
            ("choice", {"choices": ("3", "4")}, "5", None, "invalid"),
            ("yesno", {}, True, "yes", None),
            ("yesno", {}, None, "no", None),
            ("consent", {"required": True}, False, None, "missing"),
            ("consent", {"required": True}, "yes", "yes", None),
        ]
        for kind, options, given, value, error in cases:
            with self.subTest(kind=kind, given=given):
                self.assertEqual(self.check_one(kind, given, **options), (value, error))

    def test_a_question_that_is_not_shown_is_neither_asked_nor_kept(self):
        questions = [
            Question(1, "yesno"),
            Question(2, "text", required=True, shown_if=1),
            Question(3, "text", required=True, shown_if=2, shown_value="x"),
        ]
        hidden = check(questions, {"1": "no", "2": "secret"}, is_phone)
        self.assertEqual((hidden.values, hidden.errors), ({1: "no"}, {}))
        shown = check(questions, {"1": "yes"}, is_phone)
        self.assertEqual(shown.errors, {2: "missing"})

    def test_forms_that_no_browser_sends(self):
        question = Question(1, "text", required=True)
        for given in ("text", ["1"], {str(n): "x" for n in range(300)}):
            self.assertIn(0, check([question], given, is_phone).errors)
        # unknown questions are dropped, not stored
        result = check([question], {"1": "a", "99": "b", "__proto__": "c"}, is_phone)
        self.assertEqual(result.values, {1: "a"})
