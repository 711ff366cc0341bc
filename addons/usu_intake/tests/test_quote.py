from odoo.tests import BaseCase, tagged

from ..tools import quote

OLD = "\n> Dear Anna,\n> yes, on Friday."


@tagged("post_install", "-at_install", "usu_intake")
class TestQuote(BaseCase):
    def test_introductions_of_many_languages(self):
        for intro in (
            "On Mon, 2 Mar 2026 at 10:00, Reception <desk@clinic.test> wrote:",
            "On Mon, 2 Mar 2026 at 10:00, Reception Of The Clinic\n"
            "<desk@clinic.test> wrote:",
            "Le lun. 2 mars 2026 à 10:00, Accueil <desk@clinic.test> a écrit :",
            "Am Mo., 2. März 2026 um 10:00 Uhr schrieb Empfang <desk@clinic.test>:",
            "El lun, 2 mar 2026 a las 10:00, Recepción (<desk@clinic.test>) escribió:",
            "пн, 2 мар. 2026 г. в 10:00, Регистратура <desk@clinic.test>:".replace(
                ">:", "> написал:"
            ),
            "02.03.2026, 10:00, Регистратура <desk@clinic.test> пишет:",
            "2026 թ. մարտի 2, Desk <desk@clinic.test> գրել է՝",
            "सोम, 2 मार्च 2026 को Desk <desk@clinic.test> ने लिखा:",
            "-----Original Message-----",
            "-------- Исходное сообщение --------",
        ):
            with self.subTest(intro):
                new, rest = quote.split(f"Thank you!\n\n{intro}{OLD}")
                self.assertEqual(new, "Thank you!")
                self.assertIn("yes, on Friday", rest)

    def test_header_block_of_outlook(self):
        block = (
            "From: Desk <desk@clinic.test>\nSent: Monday\nTo: Anna\nSubject: Re: Hour"
        )
        new, rest = quote.split(f"Fine.\n\n{block}\n\nDear Anna")
        self.assertEqual(new, "Fine.")
        self.assertTrue(rest.startswith("From:"))
        russian = "От: Desk\nОтправлено: понедельник\nКому: Anna\nТема: Re"
        self.assertEqual(quote.split(f"Да\n\n{russian}\n\nold")[0], "Да")

    def test_signature(self):
        self.assertEqual(
            quote.split("Hello\n-- \nAnna\n+7 916"), ("Hello", "-- \nAnna\n+7 916")
        )

    def test_answers_between_quoted_lines_stay(self):
        text = "> Friday?\nYes.\n> At ten?\nNo, at eleven."
        self.assertEqual(quote.split(text), (text, ""))

    def test_only_a_quotation_stays_visible(self):
        self.assertEqual(quote.split("> old\n> older")[0], "> old\n> older")

    def test_ordinary_text_is_not_cut(self):
        for text in (
            "Two questions:\n1. price\n2. hours",
            "From: my side everything is fine",
            "My doctor wrote:\nno sugar",
        ):
            with self.subTest(text):
                self.assertEqual(quote.split(text), (text, ""))

    def test_work_is_linear_in_the_length(self):
        """Counted, not timed: string methods called per line stay bounded."""
        for hostile in ("On " * 20_000, "On a\n" * 20_000, "From:\n" * 20_000):
            new, _rest = quote.split(hostile)
            self.assertTrue(new)
