"""Telephone numbers of twelve countries in the ways people write and exchanges send."""

from odoo.tests import BaseCase, tagged

from ..tools.phone import normalise, tail, variants

# country, E.164, trunk prefix, written national number in groups
NUMBERS = (
    ("IN", "+919876543210", "0", "98765 43210"),
    ("IN", "+912228123456", "0", "22 2812 3456"),
    ("BD", "+8801712345678", "0", "1712 345678"),
    ("NP", "+9779841234567", "", "984 1234567"),
    ("NP", "+97714567890", "0", "1 4567890"),
    ("AM", "+37491234567", "0", "91 234567"),
    ("AM", "+37410234567", "0", "10 234567"),
    ("RU", "+79161234567", "8", "916 123 45 67"),
    ("RU", "+74951234567", "8", "495 123 45 67"),
    ("KZ", "+77012345678", "8", "701 234 5678"),
    ("US", "+12125550123", "1", "212 555 0123"),
    ("GB", "+442079460958", "0", "20 7946 0958"),
    ("GB", "+447911123456", "0", "7911 123456"),
    ("DE", "+4930901820", "0", "30 901820"),
    ("DE", "+4915123456789", "0", "1512 3456789"),
    ("FR", "+33612345678", "0", "6 12 34 56 78"),
    ("BR", "+5511961234567", "0", "11 96123 4567"),
    ("AE", "+971501234567", "0", "50 123 4567"),
)
# from abroad or with the country code: the reader's country does not matter
INTERNATIONAL = (
    "+{cc}{nsn}",
    "+{cc} {groups}",
    "+{cc}-{hyphens}",
    "+{cc} ({first}) {rest}",
    "00{cc}{nsn}",
    "00 {cc} {groups}",
    "tel:+{cc}-{hyphens}",
    "sip:+{cc}{nsn}@pbx.example;user=phone",
    '"Mira" <+{cc}{nsn}>',
    "+{cc}{nsn} ext. 12",
    "+{cc} {groups} доб. 304",
    "+{cc}{nsn},,12#",
    "(+{cc}) {groups}",
)
# at home, as people of the country write them
NATIONAL = (
    "{trunk}{nsn}",
    "{trunk} {groups}",
    "{trunk}({first}) {rest}",
    "{trunk}-{hyphens}",
    "{trunk}{nsn} x 7",
    "{trunk}.{dots}",
)
EASTERN = str.maketrans("0123456789", "०१२३४५६७८९")
BENGALI = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")
NOBODY = (
    "", None, " ", "101", "112", "1234", "123456", "anonymous", "Anonymous", "unknown",
    "<unknown>", "Restricted", "unavailable", "private", "s", "sip:desk@pbx.example",
    "call me", "+", "00", "+7", "8", "()", "*43", "#31#", "0000000000",
    "+999999999999999", "123456789012345678901234567890", "12/2026", "-1", "n/a",
)  # fmt: skip


def parts(country, e164, groups):
    nsn = groups.replace(" ", "")
    first, _space, rest = groups.partition(" ")
    code = e164[1 : len(e164) - len(nsn)]
    assert f"+{code}{nsn}" == e164, (country, e164)
    return {
        "cc": code,
        "nsn": nsn,
        "groups": groups,
        "first": first,
        "rest": rest,
        "hyphens": groups.replace(" ", "-"),
        "dots": groups.replace(" ", "."),
    }


def table():
    """``(written, reader's country, E.164)``"""
    for country, e164, trunk, groups in NUMBERS:
        words = parts(country, e164, groups)
        for home in {"IN", "RU", country}:
            for style in INTERNATIONAL:
                yield style.format(**words), home, e164
        for style in NATIONAL:
            yield style.format(trunk=trunk, **words), country, e164
        national = f"{trunk}{words['nsn']}"
        yield national.translate(EASTERN), country, e164
        yield national.translate(BENGALI), country, e164
        if country in ("RU", "KZ"):
            continue
        yield f"810{words['cc']}{words['nsn']}", "RU", e164
        yield f"8 10 {words['cc']} {groups}", "RU", e164


@tagged("post_install", "-at_install", "usu_routing")
class TestPhone(BaseCase):
    def test_every_writing_style_of_twelve_countries(self):
        lines = list(table())
        wrong = [
            (written, home, e164, variants(written, home))
            for written, home, e164 in lines
            if normalise(written, home) != e164
        ]
        self.assertFalse(wrong, f"{len(wrong)} of {len(lines)}: {wrong[:25]}")
        self.assertGreaterEqual(len({line[0] for line in lines}), 200)

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
