from odoo.tests import BaseCase, tagged

from ..tools.charset import decode, header_text
from ..tools.html_text import QUOTE_MARK, html_to_text


@tagged("post_install", "-at_install", "usu_intake")
class TestCharset(BaseCase):
    def test_declared_charset_wrong_unknown_or_hostile(self):
        for data, charset, expected in (
            ("Привет".encode("koi8-r"), "koi8-r", "Привет"),
            ("Привет".encode(), "us-ascii", "Привет"),
            ("Привет".encode(), "no-such-charset", "Привет"),
            (b"caf\xe9", "utf-8", "café"),
            (b"\x93quoted\x94", "iso-8859-1", "“quoted”"),
            (b"plain", "zip", "plain"),
            (b"plain", "unicode_escape", "plain"),
            (b"plain", "utf-8\0", "plain"),
            (b"a\0b", "utf-8", "a\ufffdb"),
            (b"plain", None, "plain"),
        ):
            with self.subTest(charset):
                self.assertEqual(decode(data, charset), expected)

    def test_headers(self):
        for value, expected in (
            ("=?utf-8?q?h=C3=A9llo_you?=", "héllo you"),
            ("=?utf-8?b?0J/RgNC4?= =?utf-8?b?0LLQtdGC?=", "Привет"),
            ("=?x-none?q?abc?=", "abc"),
            ("=?utf-8?b?!!!?= rest", "rest"),
            ("folded\r\n value", "folded value"),
            ("raw \udcd0\udc9f", "raw П"),
        ):
            with self.subTest(value):
                self.assertEqual(header_text(value).strip(), expected)

    def test_long_header_is_cut(self):
        self.assertEqual(len(header_text("a" * 1_000_000)), 20_000)


@tagged("post_install", "-at_install", "usu_intake")
class TestHtmlText(BaseCase):
    def test_readable(self):
        html = """<html><head><style>p{}</style><title>x</title></head><body>
            <p>Good&nbsp;day,</p><p>two<br>lines</p><script>alert(1)</script>
            <ul><li>one</li><li>two</li></ul></body></html>"""
        self.assertEqual(html_to_text(html), "Good day,\n\ntwo\nlines\n\none\n\ntwo")

    def test_link_shows_where_it_leads(self):
        text = html_to_text('<a href="http://evil.test/x">http://bank.test</a>')
        self.assertEqual(text.strip(), "http://bank.test <http://evil.test/x>")
        same = html_to_text('<a href="http://bank.test/">http://bank.test</a>')
        self.assertEqual(same.strip(), "http://bank.test")

    def test_quotation_is_marked(self):
        html = (
            '<div>new</div><div class="gmail_quote">On … <blockquote>old</blockquote>'
        )
        self.assertEqual(html_to_text(html).split("\n")[0], "new")
        self.assertIn(QUOTE_MARK, html_to_text(html))

    def test_comments(self):
        self.assertEqual(html_to_text("a<!-- x -->b<!--[if mso]>c<![endif]-->d"), "abd")
        self.assertEqual(html_to_text("a" + "<!--" * 100_000), "a")

    def test_broken_and_deep_markup(self):
        self.assertEqual(html_to_text("<p>a<b>c").strip(), "ac")
        self.assertEqual(html_to_text("<div>" * 20_000 + "x").strip(), "x")
        self.assertEqual(len(html_to_text("y" * 500_000, limit=1_000)), 1_000)
