from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.usu_intake_item_queue import MOST_ATTEMPTS
from .common import IntakeCase, letter

QUEUE = "odoo.addons.usu_intake.models.usu_intake_item_queue"


@tagged("post_install", "-at_install", "usu_intake")
class TestQueue(IntakeCase):
    def test_raw_letter_comes_back_byte_for_byte(self):
        raw = letter(body="x" * 5_000) + b"\0\xff\r\n"
        item = self.store(raw)
        self.assertEqual(item._get_raw(), raw)
        self.assertEqual((item.state, item.raw_size), ("new", len(raw)))
        self.assertEqual(item.team_id, self.desk)

    def test_same_letter_is_one_item(self):
        items = self.env["usu.intake.item"]
        first, new = items._store_letter(letter(), server=self.mailbox)
        self.assertTrue(new)
        again = b"Delivered-To: other@clinic.test\r\n" + letter()
        second, new = items._store_letter(again, server=self.mailbox)
        self.assertFalse(new)
        self.assertEqual(first, second)

    def test_raw_is_closed_to_every_reader(self):
        item = self.store(letter())
        with self.assertRaises(AccessError):
            item.with_user(self.head).read(["raw"])
        with self.assertRaises(AccessError):
            item.with_user(self.head)._check_raw_access()
        with self.assertRaises(AccessError):
            item.with_user(self.employee).read(["subject"])
        item.with_user(self.head).read(["subject"])
        with self.assertRaises(AccessError):
            item.with_user(self.head).write({"state": "done"})

    def test_claim_takes_each_item_once(self):
        items = [self.store(letter(message_id=f"<{i}@x.test>")) for i in range(3)]
        claimed = self.env["usu.intake.item"]._claim(2)
        self.assertEqual(claimed.ids, [item.id for item in items[:2]])
        self.env.flush_all()
        self.assertEqual(self.env["usu.intake.item"]._claim(9).ids, [items[2].id])
        self.env.flush_all()
        self.assertFalse(self.env["usu.intake.item"]._claim(9))

    def test_item_tried_before_is_taken_last_and_alone(self):
        first, second = (self.store(letter(message_id=f"<{i}@x.test>")) for i in "ab")
        first.attempts = 1
        self.env.flush_all()
        self.assertEqual(self.env["usu.intake.item"]._claim(9), second)
        self.env.flush_all()
        self.assertEqual(self.env["usu.intake.item"]._claim(9), first)

    def test_cron_processes_all_that_waits(self):
        for number in range(3):
            self.store(letter(message_id=f"<{number}@x.test>"))
        with self.enter_registry_test_mode():
            self.env.ref("usu_intake.ir_cron_process").method_direct_trigger()
        self.env.invalidate_all()
        items = self.env["usu.intake.item"].search(
            [("server_id", "=", self.mailbox.id)]
        )
        self.assertEqual(set(items.mapped("state")), {"done"})

    @mute_logger(QUEUE)
    def test_failure_keeps_the_letter_with_its_error(self):
        item = self.store(letter())
        # sabotage the last step of the way, not the queue under test
        with (
            self.enter_registry_test_mode(),
            patch.object(type(item), "_post_letter", side_effect=KeyError("boom")),
        ):
            self.env.ref("usu_intake.ir_cron_process").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(item.state, "error")
        self.assertIn("boom", item.error)
        self.assertEqual(item._get_raw(), letter())
        self.assertFalse(
            self.env["helpdesk.ticket"].search(
                [("partner_id", "=", self.client_anna.id)]
            )
        )
        item.with_user(self.head).action_process_again()
        self.assertEqual(item.state, "new")
        item._process(self.reader)
        self.assertEqual(item.state, "done")

    def test_item_that_kills_its_worker_is_put_aside(self):
        item = self.store(letter())
        item.attempts = MOST_ATTEMPTS
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("usu_intake.ir_cron_process").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(item.state, "error")
        self.assertIn("several times", item.error)

    def test_unreadable_letter_shows_what_its_header_says(self):
        deep = letter(subject="Deep").split(b"Content-Type")[0] + b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i)
            for i in range(2_000)
        )
        item = self.receive(deep)
        self.assertEqual((item.state, item.subject), ("error", "Deep"))
        self.assertIn("Recursion", item.error)
        self.assertEqual(item._get_raw(), deep)
