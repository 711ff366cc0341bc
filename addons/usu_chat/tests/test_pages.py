from odoo.tests import BaseCase, tagged

from ..tools.pages import MAX_LENGTH, safe_page


@tagged("post_install", "-at_install", "usu_chat")
class TestPages(BaseCase):
    def test_only_web_pages_survive_and_without_secrets(self):
        cases = [
            ("https://clinic.example/price?x=1", "https://clinic.example/price?x=1"),
            ("http://clinic.example:8069/", "http://clinic.example:8069/"),
            ("https://clinic.example/a#token=1", "https://clinic.example/a"),
            ("https://u:p@clinic.example/a", "https://clinic.example/a"),
            ("https://c.example/?Token=1&a=2", "https://c.example/?a=2"),
            ("https://[::1]:8069/a", "https://[::1]:8069/a"),
            ("javascript:alert(1)", ""),
            ("JavaScript://clinic.example/%0aalert(1)", ""),
            ("data:text/html,x", ""),
            ("file:///etc/passwd", ""),
            ("//clinic.example/a", ""),
            ("https://", ""),
            ("https://clinic.example:port/", ""),
            ("https://[::1/", ""),
            ("", ""),
            (None, ""),
            (["https://clinic.example"], ""),
            ("https://clinic.example/" + "a" * 9000, ""),
        ]
        for given, expected in cases:
            with self.subTest(given=given):
                self.assertEqual(safe_page(given), expected)

    def test_long_pages_are_cut(self):
        page = safe_page("https://clinic.example/" + "a" * 3000)
        self.assertEqual(len(page), MAX_LENGTH)
