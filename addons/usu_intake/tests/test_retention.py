from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import IntakeCase, letter, vouched


@tagged("post_install", "-at_install", "usu_intake")
class TestRetention(IntakeCase):
    def old(self, item, days):
        moment = fields.Datetime.now() - timedelta(days=days)
        item.write({"received_at": moment, "processed_at": moment})
        self.env.flush_all()

    def test_finished_letter_loses_its_content_and_keeps_its_row(self):
        item = self.receive(letter(headers=[vouched()]))
        self.old(item, 91)
        item._gc_items()
        self.assertEqual(item._get_raw(), b"")
        self.assertFalse(item.preview)
        self.assertTrue(item.ticket_id)

    def test_rejected_and_unreviewed_spam_go_for_good(self):
        spam = self.receive(
            letter("s@spam.test", headers=[("X-Spam-Flag", "YES")], message_id="<1@s>")
        )
        stranger = self.receive(letter("x@stranger.test", message_id="<2@s>"))
        self.assertEqual((spam.heap, stranger.heap), ("spam", "unknown"))
        for item in (spam, stranger):
            self.old(item, 31)
        spam._gc_items()
        self.assertFalse(spam.exists())
        self.assertTrue(stranger.exists(), "what a person should review stays")
        self.old(stranger, 181)
        stranger._gc_items()
        self.assertFalse(stranger.exists(), "but not for ever")

    def test_days_are_a_setting(self):
        self.env["ir.config_parameter"].set_param("usu_intake.keep_raw_days", "5")
        item = self.receive(letter(headers=[vouched()]))
        self.old(item, 4)
        item._gc_items()
        self.assertTrue(item._get_raw())
        self.old(item, 6)
        item._gc_items()
        self.assertFalse(item._get_raw())

    def test_repeat_of_an_old_letter_is_still_recognised(self):
        raw = letter(headers=[vouched()])
        item = self.receive(raw)
        self.old(item, 91)
        item._gc_items()
        again, new = self.env["usu.intake.item"]._store_letter(raw, server=self.mailbox)
        self.assertEqual((again, new), (item, False))
