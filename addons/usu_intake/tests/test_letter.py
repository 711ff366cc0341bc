from odoo.tests import BaseCase, tagged
from odoo.tools import file_open

from ..tools import letter
from ..tools.letter_key import letter_key


def fixture(name):
    with file_open(f"usu_intake/tests/fixtures/{name}.eml", "rb") as file:
        return file.read()


@tagged("post_install", "-at_install", "usu_intake")
class TestLetter(BaseCase):
    def test_plain_letter(self):
        values, _blobs = letter.read(fixture("plain"))
        self.assertEqual(values["sender"], "anna@home.test")
        self.assertEqual(values["subject"], "Запись к врачу")
        self.assertEqual(values["date"], "2026-03-02 09:30:00")
        self.assertEqual(values["message_id"], ["<plain@home.test>"])
        self.assertIn("в пятницу", values["text"])

    def test_html_letter_with_picture_and_file(self):
        values, blobs = letter.read(fixture("html_with_files"), with_files=True)
        self.assertIn("Good day", values["text"])
        self.assertNotIn("<", values["text"])
        names = [file["name"] for file in values["files"]]
        self.assertEqual(names, ["logo.png", "Анализы.pdf"])
        self.assertEqual(len(blobs[1]), values["files"][1]["size"])
        self.assertTrue(values["files"][0]["inline"])

    def test_dates(self):
        for written, expected in (
            ("Mon, 2 Mar 2026 12:30:00 +0300", "2026-03-02 09:30:00"),
            ("Mon, 2 Mar 2026 09:30:00 GMT", "2026-03-02 09:30:00"),
            ("Mon, 1 Jan 0102 00:00:00 +0000", ""),
            ("Mon, 1 Jan 9999 00:00:00 -2359", ""),
            ("yesterday", ""),
            ("", ""),
            ("Mon, 99 Foo 2026 99:99:99 +9999", ""),
        ):
            with self.subTest(written):
                self.assertEqual(letter.read_date(written), expected)

    def test_dangerous_names_are_tamed_and_marked(self):
        values, _blobs = letter.read(fixture("dangerous_names"))
        first, second, third = values["files"]
        self.assertNotIn("/", first["name"])
        self.assertTrue(first["dangerous"])
        self.assertNotIn("\u202e", second["name"])
        self.assertFalse(third["dangerous"])

    def test_letter_within_a_letter_is_a_file(self):
        values, blobs = letter.read(fixture("forwarded"), with_files=True)
        self.assertIn("see below", values["text"])
        self.assertNotIn("inner text", values["text"])
        self.assertTrue(values["files"][0]["name"].endswith(".eml"))
        self.assertIn(b"inner text", blobs[0])

    def test_delivery_report_is_recognised(self):
        values, _blobs = letter.read(fixture("bounce"))
        self.assertEqual(values["report"], "delivery-status")

    def test_nonsense_does_not_raise(self):
        for raw in (
            b"",
            b"\0" * 1000,
            b"no header at all",
            b"From: \xff\xfe\n\n\xff",
            b"Content-Type: multipart/mixed\n\nno boundary",
            b"Content-Type: multipart/mixed; boundary=x\n\n--x\n--x\n--x--",
            b"Content-Type: text/plain; charset=\n\nx",
            b"Content-Type: text/plain; charset*=''\n\nx",
            b"Content-Transfer-Encoding: base64\n\n!!!!",
            b"Subject: " + b"=?utf-8?b?" * 1000 + b"\n\nx",
            b"Content-Disposition: attachment; filename*0*=utf-8''a\n\nx",
        ):
            with self.subTest(raw[:30]):
                values, _blobs = letter.read(raw, with_files=True)
                self.assertIn("sender", values)

    def test_key_is_the_same_in_every_mailbox(self):
        one = b"Received: by a\r\nMessage-ID: <x@y>\r\nFrom: a@b.test\r\n\r\nHello\r\n"
        two = (
            b"Delivered-To: b\nReceived: by b\n"
            b"Message-ID: <x@y>\nFrom: a@b.test\n\nHello"
        )
        self.assertEqual(letter_key(one), letter_key(two))

    def test_key_differs_when_the_content_does(self):
        one = b"Message-ID: <x@y>\nFrom: a@b.test\n\nHello"
        self.assertNotEqual(letter_key(one), letter_key(one + b" you"))
        self.assertNotEqual(letter_key(one), letter_key(one.replace(b"a@b", b"c@b")))
