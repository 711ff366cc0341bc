from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_bot import ANNA, BotCase


@tagged("post_install", "-at_install", "usu_intake")
class TestBotOutbox(BotCase):
    def setUp(self):
        super().setUp()
        self.says("/start")
        self.told()

    def later(self, seconds=400):
        """Pauses are over."""
        past = fields.Datetime.now() - timedelta(seconds=seconds)
        rows = self.env["usu.intake.bot.outbox"].search([("next_try", "!=", False)])
        rows.next_try = past
        self.bot.send_after = False
        self.send()

    def test_texts_arrive_intact_and_in_order(self):
        texts = ["a <b> & c > d", "😀 नमस्ते", "*bold* _x_ [y](z)", "x" * 10_000]
        for text in texts:
            self.chat()._say(text)
        self.send()
        told = self.told()
        self.assertEqual(told[:3], texts[:3])
        self.assertEqual("".join(told[3:]), texts[3])
        self.assertFalse(any("parse_mode" in sent for sent in self.fake.sent))

    def test_telegram_down_for_a_while_then_floods(self):
        self.fake.down = True
        for number in range(3):
            self.chat()._say(f"text {number}")
        for _minute in range(10):
            self.later()
        self.assertEqual(self.bot.health, "failing")
        self.assertEqual(self.told(), [])
        self.fake.down = False
        self.fake.flood(ANNA, 2, retry_after=7)
        for _try in range(4):
            self.later()
        self.assertEqual(self.told(), ["text 0", "text 1", "text 2"])
        self.assertFalse(self.bot.error)

    def test_flood_of_one_chat_holds_up_nobody_else(self):
        self.says("/start", person=ANNA + 1)
        self.told(ANNA + 1)
        self.fake.flood(ANNA, 1, retry_after=30)
        self.chat()._say("one")
        self.chat()._say("two")
        self.chat(ANNA + 1)._say("other")
        self.send()
        self.assertEqual((self.told(), self.told(ANNA + 1)), ([], ["other"]))
        row = self.env["usu.intake.bot.outbox"].search(
            [("chat_id", "=", self.chat().id), ("state", "=", "waiting")], order="id"
        )[0]
        self.assertGreater(
            row.next_try, fields.Datetime.now() + timedelta(seconds=25), "as told"
        )
        self.later()
        self.assertEqual(self.told(), ["one", "two"])

    def test_what_telegram_refuses_for_good_stops_nothing(self):
        self.chat()._queue("delete", {"number": 5})
        self.chat()._queue("edit", {"number": 77_777, "text": "x"})
        self.chat()._say("after it")
        self.send()
        self.assertEqual(self.told(), ["after it"])
        failed = self.env["usu.intake.bot.outbox"].search([("state", "=", "failed")])
        self.assertEqual(failed.kind, "edit")

    def test_revoked_token_stops_the_bot_and_keeps_what_waits(self):
        self.fake.token, token = "1:another", self.fake.token
        self.chat()._say("later")
        self.send()
        self.assertEqual(self.bot.state, "error")
        self.fake.token = token
        self.bot.action_connect()
        self.later()
        self.assertEqual(self.told(), ["later"])

    @mute_logger("odoo.addons.usu_intake.models.usu_intake_bot_outbox")
    def test_row_that_cannot_be_handled_stops_nobody(self):
        self.chat()._queue("edit", {})
        self.chat()._say("after it")
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("usu_intake.ir_cron_bot_send").method_direct_trigger()
        self.assertEqual(self.told(), ["after it"])

    def test_saving_does_not_wait_for_telegram(self):
        calls = len(self.fake.calls)
        self.chat()._say("queued")
        self.env.flush_all()
        self.assertEqual(len(self.fake.calls), calls)
