"""Telephone numbers in the ways people write them and exchanges send them."""

from odoo.tests import BaseCase, tagged

from ..tools.phone import normalise, tail, variants
from .phone_numbers import numbers

NOBODY = (
    "", None, " ", "101", "112", "1234", "123456", "anonymous", "Anonymous", "unknown",
    "<unknown>", "Restricted", "unavailable", "private", "s", "sip:desk@pbx.example",
    "call me", "+", "00", "+7", "8", "()", "*43", "#31#", "0000000000",
    "+999999999999999", "123456789012345678901234567890", "12/2026", "-1", "n/a",
)  # fmt: skip


@tagged("post_install", "-at_install", "usu_routing")
class TestPhone(BaseCase):
    def test_every_writing_of_two_hundred_numbers_of_twelve_countries(self):
        table = list(numbers())
        wrong = [
            (written, home, e164, variants(written, home))
            for _country, e164, writings in table
            for written, home in writings
            if normalise(written, home) != e164
        ]
        self.assertFalse(wrong, f"{len(wrong)}: {wrong[:25]}")
        self.assertGreaterEqual(len({e164 for _country, e164, _w in table}), 200)
        self.assertGreaterEqual(len({country for country, _e164, _w in table}), 12)

    def test_bare_digits_with_any_country_code_are_among_the_readings(self):
        unread = [
            (e164, home)
            for country, e164, _writings in numbers()
            for home in ("IN", "RU", country)
            if e164 not in variants(e164[1:], home)
        ]
        self.assertFalse(unread)

    def test_bare_digits_with_country_code_are_tried_before_national(self):
        for written, home, e164 in (
            ("74951234567", "IN", "+74951234567"),
            ("79161234567", "RU", "+79161234567"),
            ("919876543210", "RU", "+919876543210"),
            ("8801712345678", "IN", "+8801712345678"),
            ("9779841234567", "IN", "+9779841234567"),
            ("37491234567", "AM", "+37491234567"),
            ("442079460958", "IN", "+442079460958"),
            ("12125550123", "IN", "+12125550123"),
        ):
            self.assertEqual(normalise(written, home), e164, written)

    def test_ten_digits_that_are_a_number_at_home_stay_at_home(self):
        for written, home, e164 in (
            ("6598765432", "IN", "+916598765432"),  # also one of Singapore
            ("9161234567", "RU", "+79161234567"),
            ("9876543210", "IN", "+919876543210"),
        ):
            self.assertEqual(normalise(written, home), e164, written)
        self.assertIn("+6598765432", variants("6598765432", "IN"))

    def test_short_withheld_and_senseless_numbers_are_nobodys(self):
        for written in NOBODY:
            for home in ("IN", "RU", "US", ""):
                self.assertEqual(variants(written, home), [], written)

    def test_tail_needs_nine_digits(self):
        self.assertEqual(tail("+7 916 123-45-67"), "161234567")
        self.assertEqual(tail("12345678"), "")
        self.assertEqual(tail("anonymous"), "")
