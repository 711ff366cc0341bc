import json

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common_bot import ANNA, BotCase, clinic
from .test_bot_updates import KINDS, MESSAGE

QUEUE = "odoo.addons.usu_intake.models.usu_intake_item_queue"


@tagged("post_install", "-at_install", "usu_intake")
class TestBotReceive(BotCase):
    def test_same_update_five_times_is_one_message(self):
        self.fake.says(ANNA, "Hello")
        update = self.fake.updates.pop()
        items = self.env["usu.intake.item"]
        stored = [items._store_updates(self.bot, [update]) for _time in range(5)]
        self.assertEqual(stored, [1, 0, 0, 0, 0])
        key = f"tg:{self.bot.id}:{update['update_id']}"
        self.assertEqual(items.search_count([("external_key", "=", key)]), 1)

    def test_every_kind_of_update_is_kept_and_stops_nothing(self):
        updates = []
        for number, kind in enumerate(KINDS):
            value = {**MESSAGE, "from": {"id": 7}, "old_reaction": [], "data": "x"}
            updates.append({"update_id": 5_000 + number, kind: value})
        items = self.hears(*updates, *({"update_id": 6_000 + n} for n in range(2)))
        self.assertEqual(len(items), len(KINDS) + 2)
        self.assertLessEqual(set(items.mapped("state")), {"done", "rejected"})
        self.assertEqual(json.loads(items[0]._get_raw()), updates[0])

    def test_groups_and_channels_are_ignored(self):
        chat = {"id": -100, "type": "supergroup"}
        self.fake.inject({"message": {**MESSAGE, "chat": chat, "text": "hello"}})
        self.fake.inject({"channel_post": {**MESSAGE, "chat": chat, "text": "x"}})
        items = self.from_fake()
        self.assertEqual(items.mapped("state"), ["rejected", "rejected"])
        self.assertFalse(self.env["usu.intake.bot.chat"].search([]))
        self.assertEqual(self.fake.sent, [])

    def test_later_message_of_a_chat_waits_for_the_earlier_one(self):
        for text in ("one", "two"):
            self.fake.says(ANNA, text)
        self.fake.says(ANNA + 1, "other")
        updates, self.fake.updates = self.fake.updates, []
        items = self.env["usu.intake.item"]
        items._store_updates(self.bot, reversed(updates))
        claimed = items._claim(9)
        self.assertEqual(
            set(claimed.mapped("chat_seq")),
            {updates[0]["update_id"], updates[2]["update_id"]},
        )
        self.env.flush_all()
        self.assertFalse(items._claim(9), "the second waits until the first is done")

    @mute_logger(QUEUE)
    def test_poison_update_stops_nobody(self):
        self.says("/start")
        self.patch(type(self.env["usu.intake.bot.chat"]), "_greet", _boom)
        self.fake.says(ANNA, "/start")
        self.fake.says(ANNA, "still there?")
        updates, self.fake.updates = self.fake.updates, []
        self.env["usu.intake.item"]._store_updates(self.bot, updates)
        with self.enter_registry_test_mode():
            self.env.ref("usu_intake.ir_cron_process").method_direct_trigger()
        self.env.invalidate_all()
        items = self.env["usu.intake.item"].search(
            [("bot_id", "=", self.bot.id)], order="id desc", limit=2
        )
        states = items.mapped("state")
        self.assertEqual(states, ["done", "error"], items.mapped("error"))
        self.assertIn("boom", items[1].error)

    def test_flood_of_one_person_is_cut_and_told_once(self):
        self.says("/start")
        for number in range(60):
            self.fake.says(ANNA, f"/menu {number}")
        items = self.from_fake()
        rejected = items.filtered(lambda i: i.state == "rejected")
        self.assertEqual(len(rejected), 21)
        self.assertEqual(sum("wait a minute" in t for t in self.told()), 1)
        self.says("/start", person=ANNA + 1)
        self.assertTrue(self.told(ANNA + 1), "others are heard")


def _boom(*_args):
    raise KeyError("boom")


@tagged("post_install", "-at_install", "usu_intake")
class TestBotWebhook(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        _head, _employee, _desk, cls.bot = clinic(cls.env)
        cls.bot.write({"mode": "webhook", "state": "connected", "secret": "s" * 40})
        cls.update = {"update_id": 9, "message": {**MESSAGE, "text": "hello"}}

    def push(self, secret="s" * 40, data=None, bot=None):
        headers = {"Content-Type": "application/json"}
        if secret is not None:
            headers["X-Telegram-Bot-Api-Secret-Token"] = secret
        data = json.dumps(self.update) if data is None else data
        url = f"/usu_intake/telegram/{bot or self.bot.id}"
        return self.url_open(url, data=data, headers=headers).status_code

    def stored(self):
        return self.env["usu.intake.item"].search([("bot_id", "=", self.bot.id)])

    def test_only_with_the_secret_and_once(self):
        for secret in (None, "", "x", "s" * 39, "ü"):
            self.assertEqual(self.push(secret and secret.encode()), 403, secret)
        self.assertEqual(self.push(bot=self.bot.id + 999), 403)
        self.assertFalse(self.stored())
        self.assertEqual([self.push() for _time in range(5)], [200] * 5)
        self.assertEqual(len(self.stored()), 1)
        self.assertEqual(self.stored().state, "new", "understood later")

    def test_without_a_secret_nobody_is_heard(self):
        self.bot.secret = False
        self.assertEqual([self.push(), self.push(""), self.push(None)], [403] * 3)

    def test_garbage_with_the_right_secret(self):
        self.assertEqual(self.push(data="{"), 400)
        self.assertEqual(self.push(data="[" * 100_000), 400)
        self.assertEqual(self.push(data="x" * (1 << 20) + "x"), 413)
        self.assertEqual(self.push(data="[]"), 200)
        self.assertFalse(self.stored())

    def test_bot_that_is_not_connected_takes_nothing(self):
        self.bot.state = "draft"
        self.assertEqual(self.push(), 409)


@tagged("post_install", "-at_install", "usu_intake")
class TestBotAccount(BotCase):
    def test_connect_checks_the_token(self):
        self.assertEqual(self.bot.username, "clinic_test_bot")
        self.bot.token = "123456:wrong-token"
        self.assertEqual(self.bot.state, "draft")
        with self.assertRaisesRegex(Exception, "does not know the token"):
            self.bot.action_connect()

    def test_webhook_is_set_with_a_secret(self):
        self.bot.write({"mode": "webhook", "base_url": "https://odoo.clinic.test/"})
        self.bot.action_connect()
        self.assertEqual(
            self.fake.webhook["url"],
            f"https://odoo.clinic.test/usu_intake/telegram/{self.bot.id}",
        )
        self.assertEqual(self.fake.webhook["secret"], self.bot.secret)
        self.assertGreater(len(self.bot.secret), 30)
        self.assertEqual(self.bot.health, "ok")

    def test_revoked_token_is_shown(self):
        self.fake.token = "1:another"
        self.bot.action_check()
        self.assertEqual((self.bot.state, self.bot.health), ("error", "failing"))
        self.assertIn("BotFather", self.bot.error)

    def test_token_and_secret_are_hidden(self):
        self.bot.action_connect()
        for user in (self.head, self.employee):
            with self.assertRaisesRegex(Exception, "access|allowed"):
                self.bot.with_user(user).read(["token"])
        admin = self.env.ref("base.user_admin")
        with self.assertRaisesRegex(Exception, "access|allowed"):
            self.bot.with_user(admin).read(["secret"])

    def test_errors_do_not_tell_the_token(self):
        with self.bot._api() as api:
            self.fake.token = "1:another"
            with self.assertRaises(Exception) as caught:
                api.call("getMe")
        self.assertNotIn("TEST-token", str(caught.exception))
