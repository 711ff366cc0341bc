from odoo.tests import BaseCase, tagged

from odoo.addons.usu_callcard.tools.number import (
    digits,
    international,
    region,
    same_line,
)


@tagged("post_install", "-at_install", "usu_callcard")
class TestNumber(BaseCase):
    def test_international(self):
        for given, expected in [
            ("+79161234567", "+7 916 123-45-67"),
            ("+919876543210", "+91 98765 43210"),
            ("+37477123456", "+374 77 123456"),
            ("79161234567", ""),
            ("", ""),
            (False, ""),
            ("anonymous", ""),
        ]:
            with self.subTest(given=given):
                self.assertEqual(international(given), expected)

    def test_region(self):
        self.assertEqual(region("+9779812345678"), "NP")
        self.assertEqual(region("+80012345678"), "", "freephone is nowhere")
        self.assertEqual(region(False), "")

    def test_digits_of_any_alphabet(self):
        self.assertEqual(digits("+९१ (98) ৭৬"), "919876")

    def test_same_line(self):
        for one, other, same in [
            ("+74951234567", "84951234567", True),
            ("4951234567", "+7 495 123-45-67", True),
            ("74951234567", "74951234568", False),
            ("100", "100", True),
            ("100", "74951234100", False),
            ("", "", False),
            ("s", "74951234567", False),
        ]:
            with self.subTest(one=one, other=other):
                self.assertEqual(same_line(one, other), same)
