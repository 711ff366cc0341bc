"""A clinic with a bot, and a Bot API server on loopback that it talks to."""

import importlib.util
from pathlib import Path

from odoo.tests import TransactionCase, new_test_user

from ..tools.letter_reader import LetterReader

FAKE = Path(__file__).resolve().parents[3] / "tests/fakes/telegram.py"
_spec = importlib.util.spec_from_file_location("usu_fake_telegram", FAKE)
fake_telegram = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(fake_telegram)

ANNA = 501  # a person on Telegram
PHONE = "+442079460123"


def clinic(env):
    """Desk with two employees and a connected bot's record, without its server."""
    head = new_test_user(
        env,
        "bot_head",
        "base.group_user,usu_routing.usu_routing_group_head",
        name="Head of Desk",
    )
    employee = new_test_user(
        env,
        "bot_employee",
        "base.group_user,usu_routing.usu_routing_group_user",
        name="Maria Keller",
    )
    desk = env["helpdesk.ticket.team"].create(
        {"name": "Reception", "user_ids": [(6, 0, (head + employee).ids)]}
    )
    bot = env["usu.intake.bot"].create({"name": "Reception", "team_id": desk.id})
    return head, employee, desk, bot


class BotCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.head, cls.employee, cls.desk, cls.bot = clinic(cls.env)

    def setUp(self):
        super().setUp()
        self.fake = fake_telegram.FakeTelegram()
        self.fake.__enter__()
        self.addCleanup(self.fake.__exit__)
        self.bot.write({"token": self.fake.token, "api_url": self.fake.url})
        self.bot.action_connect()

    # ------------------------------------------------------------------ the client

    def hears(self, *updates):
        """The bot receives updates and answers them; the items."""
        items = self.env["usu.intake.item"]
        before = items.search([], order="id desc", limit=1).id or 0
        items._store_updates(self.bot, updates)
        new = items.search([("id", ">", before)], order="chat_seq")
        with LetterReader() as reader:
            for item in new:
                item._process(reader)
        self.send()
        return new

    def from_fake(self):
        """What the fake holds, as the poller would fetch it."""
        updates, self.fake.updates = self.fake.updates, []
        return self.hears(*updates)

    def says(self, text, person=ANNA, **extra):
        self.fake.says(person, text, **extra)
        return self.from_fake()

    def shares(self, phone=PHONE, person=ANNA, owner=None):
        contact = {"phone_number": phone, "first_name": "Anna"}
        if owner != 0:
            contact["user_id"] = owner or person
        return self.says("", person=person, contact=contact)

    def chat(self, person=ANNA):
        return self.env["usu.intake.bot.chat"].search(
            [("bot_id", "=", self.bot.id), ("chat_number", "=", str(person))]
        )

    def told(self, person=ANNA):
        """Texts the person got since the last look."""
        texts = self.fake.texts(person)
        seen = getattr(self, "_seen", {})
        new = texts[seen.get(person, 0) :]
        self._seen = {**seen, person: len(texts)}
        return new

    # ------------------------------------------------------------------ the clinic

    def send(self):
        """The outbox job, without its commits."""
        outbox, clients = self.env["usu.intake.bot.outbox"], {}
        self.env.flush_all()
        while row := outbox._take():
            row._send(clients)
            self.env.flush_all()
        for client in clients.values():
            client.close()

    def answers(self, text, user=None, **values):
        """An employee writes in the dialogue."""
        user = user or self.chat().request_id.user_id or self.employee
        channel = self.chat().channel_id
        message = channel.with_user(user).message_post(
            body=text, message_type="comment", subtype_xmlid="mail.mt_comment", **values
        )
        self.send()
        return message
