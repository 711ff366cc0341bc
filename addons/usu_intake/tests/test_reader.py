from odoo.tests import BaseCase, tagged

from ..tools import letter_reader
from ..tools.dkim_keys import KEEP, KEEP_FAILED, KeyCache
from ..tools.letter_reader import LetterReader, LetterTooCostly, LetterUnreadable

DEEP = b"From: a@b.test\n" + b"".join(
    b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i)
    for i in range(2_000)
)


@tagged("post_install", "-at_install", "usu_intake")
class TestReader(BaseCase):
    def setUp(self):
        super().setUp()
        self.reader = LetterReader(seconds=20)
        self.addCleanup(self.reader.close)

    def test_reads_and_stays_ready(self):
        for number in range(3):
            values = self.reader.parse(b"From: a%d@b.test\n\nx\n" % number)
            self.assertEqual(values["sender"], f"a{number}@b.test")

    def test_parser_that_gives_up_leaves_the_envelope(self):
        with self.assertRaises(LetterUnreadable) as caught:
            self.reader.parse(DEEP)
        self.assertEqual(caught.exception.envelope["sender"], "a@b.test")
        self.assertEqual(self.reader.parse(b"From: c@d.test\n\n")["sender"], "c@d.test")

    def test_time_is_up_then_the_next_letter_is_read(self):
        self.reader.parse(b"From: a@b.test\n\n")
        self.reader.seconds = 0.0
        with self.assertRaises(LetterTooCostly):
            self.reader.parse(b"From: a@b.test\n\n")
        self.assertIsNone(self.reader.process)
        self.reader.seconds = 20
        self.assertEqual(self.reader.parse(b"From: a@b.test\n\n")["sender"], "a@b.test")

    def test_memory_is_bounded(self):
        reader = LetterReader(seconds=20, megabytes=200)
        self.addCleanup(reader.close)
        with self.assertRaises((LetterTooCostly, LetterUnreadable)):
            reader.parse(b"From: a@b.test\n\n" + b"x" * 120_000_000, with_files=True)
        self.assertEqual(reader.parse(b"From: a@b.test\n\n")["sender"], "a@b.test")

    def test_nothing_outlives_the_block(self):
        with LetterReader() as reader:
            reader.parse(b"From: a@b.test\n\n")
            process = reader.process
        self.assertIsNotNone(process.poll())

    def test_worker_knows_nothing_of_odoo(self):
        for path in (letter_reader.ROOM / "tools").glob("letter*.py"):
            self.assertNotIn("import odoo", path.read_text())
            self.assertNotIn("from odoo", path.read_text())


@tagged("post_install", "-at_install", "usu_intake")
class TestKeyCache(BaseCase):
    def test_answers_are_remembered_failures_shorter(self):
        now, asked, answers = [0], [], {"a": "key"}

        def resolve(name):
            asked.append(name)
            if name == "down":
                raise OSError
            return answers.get(name, "")

        cache = KeyCache(resolver=resolve, clock=lambda: now[0] + 1)
        self.assertEqual(cache.find(["a", "b", "down"]), {"a": "key"})
        cache.find(["a", "b", "down"])
        self.assertEqual(asked, ["a", "b", "down"])
        now[0] = KEEP_FAILED
        cache.find(["a", "b", "down"])
        self.assertEqual(asked[3:], ["down"])
        now[0] = KEEP + 1
        cache.find(["a"])
        self.assertEqual(asked[4:], ["a"])
