from odoo.tests import BaseCase, tagged

from ..tools.mailbox_imap import ImapFolder, MailboxError, encode_folder
from ..tools.mailbox_pop import PopMailbox


class ImapTalk:
    """Answers of a Dovecot 2.3.19 (recorded 2026-11), by command."""

    def __init__(self, answers):
        self.answers = answers
        self.asked = []

    def select(self, folder):
        self.asked.append(("SELECT", folder))
        return self.answers.get("SELECT", ("OK", [b"2"]))

    def response(self, _code):
        return ("UIDVALIDITY", [b"1795314258"])

    def uid(self, command, *arguments):
        self.asked.append((command, *arguments))
        return self.answers[(command, *arguments)]


@tagged("post_install", "-at_install", "usu_intake")
class TestImapFolder(BaseCase):
    def folder(self, answers):
        self.talk = ImapTalk(answers)
        folder = ImapFolder(self.talk)
        folder.open()
        return folder

    def test_news_are_above_the_last_and_still_there(self):
        folder = self.folder(
            {
                # "n:*" names the newest letter even when it is below n
                ("SEARCH", None, "UID 3:*"): ("OK", [b"2"]),
                ("SEARCH", None, "UID 1:*"): ("OK", [b"1 2 3"]),
                ("FETCH", "1,2,3", "(UID RFC822.SIZE)"): (
                    "OK",
                    # 2 was expunged in between; servers differ in the order
                    [b"1 (UID 1 RFC822.SIZE 308)", b"2 (RFC822.SIZE 5 UID 3)", None],
                ),
            }
        )
        self.assertEqual(folder.news(2, 10), [])
        self.assertEqual(folder.news(0, 10), [(1, 308), (3, 5)])
        self.assertEqual(folder.uidvalidity, 1795314258)

    def test_fetch_peeks_and_notices_what_has_gone(self):
        folder = self.folder(
            {
                ("FETCH", "1", "(UID BODY.PEEK[])"): (
                    "OK",
                    [(b"1 (UID 1 BODY[] {4}", b"text"), b")"],
                ),
                ("FETCH", "2", "(UID BODY.PEEK[])"): ("OK", [None]),
                ("FETCH", "1", "(UID BODY.PEEK[]<0.2>)"): (
                    "OK",
                    [(b"1 (UID 1 BODY[]<0> {2}", b"te"), b")"],
                ),
            }
        )
        self.assertEqual(folder.fetch(1), b"text")
        self.assertEqual(folder.fetch(1, 2), b"te")
        self.assertIsNone(folder.fetch(2))

    def test_refusals_are_trouble_of_the_mailbox(self):
        folder = self.folder({("SEARCH", None, "UID 1:*"): ("NO", [b"busy"])})
        with self.assertRaises(MailboxError):
            folder.news(0, 10)
        with self.assertRaises(MailboxError):
            self.folder({"SELECT": ("NO", [b"no such mailbox"])})

    def test_folder_names(self):
        for name, coded in (
            ("INBOX", "INBOX"),
            ("A&B", "A&-B"),
            ("Входящие", "&BBIERQQ+BDQETwRJBDgENQ-"),
            ("Entwürfe", "Entw&APw-rfe"),
        ):
            with self.subTest(name):
                self.assertEqual(encode_folder(name), coded)


class PopTalk:
    def __init__(self, letters):
        self.letters = letters  # {uidl: bytes}
        self.deleted = []

    def uidl(self):
        lines = [f"{n} {u}".encode() for n, u in enumerate(self.letters, 1)]
        return b"+OK", lines, 0

    def list(self):
        sizes = [len(raw) for raw in self.letters.values()]
        return b"+OK", [f"{n} {s}".encode() for n, s in enumerate(sizes, 1)], 0

    def retr(self, number):
        return b"+OK", list(self.letters.values())[number - 1].split(b"\r\n"), 0

    def top(self, number, lines):
        return b"+OK", self.retr(number)[1][: lines + 2], 0

    def dele(self, number):
        self.deleted.append(number)


@tagged("post_install", "-at_install", "usu_intake")
class TestPopMailbox(BaseCase):
    def test_by_uidl(self):
        talk = PopTalk({"u1": b"A: b\r\n\r\nx\r\ny", "u2": b"C: d\r\n\r\nz"})
        box = PopMailbox(talk)
        self.assertEqual(box.open(), ["u1", "u2"])
        self.assertEqual(box.size("u1"), len(talk.letters["u1"]))
        self.assertEqual(box.fetch("u2"), b"C: d\r\n\r\nz\r\n")
        self.assertEqual(box.fetch("u1", lines=1), b"A: b\r\n\r\nx\r\n")
        box.delete("u2")
        self.assertEqual(talk.deleted, [2])
