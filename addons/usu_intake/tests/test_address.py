from odoo.tests import BaseCase, tagged

from ..tools import address


@tagged("post_install", "-at_install", "usu_intake")
class TestAddress(BaseCase):
    def test_one_form_of_an_address(self):
        for written, expected in (
            ("Anna@Home.TEST", "anna@home.test"),
            (" anna@home.test ", "anna@home.test"),
            ("anna@b\u00fccher.test", "anna@xn--bcher-kva.test"),
            ("anna@xn--bcher-kva.test", "anna@xn--bcher-kva.test"),
            ("\uff41nna@home.test", "anna@home.test"),
            ("anna@home.test.", "anna@home.test"),
            ("anna", ""),
            ("", ""),
            ("a b@home.test", ""),
            ("anna@evil.test@home.test", ""),
        ):
            with self.subTest(written):
                self.assertEqual(address.normalize(written), expected)

    def test_exactly_one_author(self):
        for value, expected in (
            ("Anna <anna@home.test>", ("Anna", "anna@home.test", "")),
            ("anna@home.test", ("", "anna@home.test", "")),
            ("anna@home.test (Anna)", ("Anna", "anna@home.test", "")),
            (
                '"Petrova, Anna" <anna@home.test>',
                ("Petrova, Anna", "anna@home.test", ""),
            ),
            (
                '"anna@home.test" <anna@home.test>',
                ("anna@home.test", "anna@home.test", ""),
            ),
            (
                "=?utf-8?b?0JDQvdC90LA=?= <anna@home.test>",
                ("\u0410\u043d\u043d\u0430", "anna@home.test", ""),
            ),
        ):
            with self.subTest(value):
                self.assertEqual(address.read_from([value]), expected)

    def test_what_is_not_exactly_one_author(self):
        for values, problem in (
            ([], "none"),
            (["  "], "none"),
            (["a@home.test", "b@evil.test"], "several_headers"),
            (["a@home.test", "a@home.test"], "several_headers"),
            (["a@home.test, b@evil.test"], "several_addresses"),
            (["<a@home.test> <b@evil.test>"], "several_addresses"),
            (["a@home.test <b@evil.test>"], "several_addresses"),
            (["Friends: a@home.test;"], "malformed"),
            (["Anna"], "malformed"),
            (["=?utf-8?q?ann=D0=B0?=@home.test"], "malformed"),
            (["Anna <anna>"], "malformed"),
            (["(" * 1_000 + "anna@home.test"], "malformed"),
        ):
            with self.subTest(values):
                self.assertEqual(address.read_from(values)[2], problem)

    def test_encoded_name_cannot_smuggle_an_address(self):
        # decodes to: vip@home.test,
        value = "=?utf-8?q?vip=40home=2Etest=2C?= <x@evil.test>"
        _name, sender, problem = address.read_from([value])
        self.assertEqual((sender, problem), ("x@evil.test", ""))

    def test_lookalikes_have_the_same_skeleton(self):
        twin = address.normalize("ann\u0430@home.test")
        self.assertNotEqual(twin, "anna@home.test")
        self.assertEqual(address.skeleton(twin), "anna@home.test")
        domain = address.normalize("anna@h\u043eme.test")
        self.assertTrue(domain.startswith("anna@xn--"))
        self.assertEqual(address.skeleton(domain), "anna@home.test")

    def test_recipients_are_bounded(self):
        many = ", ".join(f"p{i}@home.test" for i in range(5_000))
        self.assertLessEqual(len(address.addresses([many])), 100)
