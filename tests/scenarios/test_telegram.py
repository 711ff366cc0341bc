"""A client on Telegram and an employee in Discuss, with a running Odoo and poller.

Each scenario prints what both sides saw (``-s`` shows it).
"""

import subprocess
import time

import env
import pytest

from tests.fakes.telegram import FakeTelegram

CLOSED = [["closed", "=", True]]


@pytest.fixture(scope="module")
def fake():
    with FakeTelegram() as running:
        yield running


@pytest.fixture(scope="module")
def bot(fake, rpc, server):
    """A connected bot, and the poller beside the server."""
    desk = rpc("helpdesk.ticket.team", "create", [{"name": "Telegram desk"}])[0]
    bot = rpc(
        "usu.intake.bot",
        "create",
        [
            {
                "name": "Reception",
                "team_id": desk,
                "token": fake.token,
                "api_url": fake.url,
            }
        ],
    )[0]
    rpc("usu.intake.bot", "action_connect", [bot])
    rpc(
        "usu.intake.bot.answer",
        "create",
        [
            {
                "question": "Where can I park?",
                "words": "parking car",
                "answer": "Behind the house, free of charge.",
            }
        ],
    )
    log = open(env.STATE / "telegram-poller.log", "ab")
    poller = subprocess.Popen(
        [
            *(env.PYTHON, env.ODOO, f"--addons-path={env.ROOT / 'addons'}"),
            *("usu_telegram_poll", "-c", env.config(server.db)),
        ],
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    yield bot
    poller.terminate()
    poller.wait(20)
    log.close()


class Talk:
    """One person's chat, seen from both sides."""

    people = iter(range(9001, 9999))

    def __init__(self, title, fake, rpc, bot):
        self.fake, self.rpc, self.bot = fake, rpc, bot
        self.person, self.seen = next(self.people), 0
        print(f"\n--- {title}")

    def says(self, text="", hears=1, **extra):
        """The person writes; the texts that come back."""
        shown = text or f"[{', '.join(extra)}]"
        print(f"client    {shown}")
        self.fake.says(self.person, text, **extra)
        return self.hears(hears)

    def hears(self, count=1):
        def enough():
            return len(self.fake.texts(self.person)) >= self.seen + count

        assert self.fake.wait(enough, 90), self.fake.texts(self.person)[self.seen :]
        new = self.fake.texts(self.person)[self.seen :]
        self.seen += len(new)
        for text in new:
            print("bot       " + text.replace("\n", "\n          "))
        return new

    def shares(self, phone):
        contact = {"phone_number": phone, "first_name": "P", "user_id": self.person}
        return self.says(contact=contact)

    def chat(self):
        domain = [["bot_id", "=", self.bot], ["chat_number", "=", str(self.person)]]
        names = ["partner_id", "phone", "state", "request_id", "channel_id", "blocked"]
        return self.rpc("usu.intake.bot.chat", "search_read", domain, names)[0]

    def request(self, user=2):
        """The request, given to an employee."""
        number = self.chat()["request_id"][0]
        self.rpc("helpdesk.ticket", "write", [number], {"user_id": user})
        return number

    def answers(self, text):
        print(f"employee  {text}")
        channel = self.chat()["channel_id"][0]
        return self.rpc(
            "discuss.channel",
            "message_post",
            [channel],
            body=text,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def staff_sees(self, words):
        """Until the dialogue in Discuss shows these words; the message."""
        domain = [
            ["model", "=", "discuss.channel"],
            ["res_id", "=", self.chat()["channel_id"][0]],
            ["body", "ilike", words],
        ]
        names = ["body", "author_id", "attachment_ids"]
        end = time.monotonic() + 90
        while time.monotonic() < end:
            found = self.rpc("mail.message", "search_read", domain, names)
            if found:
                print(f"in Discuss: {found[0]['body']}")
                return found[0]
            time.sleep(0.2)
        raise AssertionError(f"{words!r} is not in the dialogue")


@pytest.fixture
def talk(fake, rpc, bot):
    return lambda title: Talk(title, fake, rpc, bot)


def test_first_contact_question_and_answer(talk, rpc, sign_in, shot):
    t = talk("first contact: number, question, answer by an employee")
    assert "agree" in t.says("/start")[0]
    t.shares("44 20 7946 0901")
    chat = t.chat()
    assert chat["phone"] == "+442079460901"
    assert chat["partner_id"], "the client is registered"
    t.says("Is there a free hour on Friday?")
    t.request()
    t.staff_sees("free hour")
    t.answers("Yes: at ten & at <five>")
    assert t.hears() == ["Yes: at ten & at <five>"]
    t.says("Ten is fine", hears=0)
    t.staff_sees("Ten is fine")
    page = sign_in("admin", path=f"/odoo/discuss?active_id={t.chat()['channel_id'][0]}")
    page.wait_for_selector(".o-mail-Message:has-text('Ten is fine')", timeout=90000)
    shot(page, "telegram-discuss")


def test_answer_from_the_list_troubles_nobody(talk):
    t = talk("an answer from the list, then a person")
    t.says("/start")
    t.shares("44 20 7946 0902")
    assert t.says("is there parking?") == ["Behind the house, free of charge."]
    assert not t.chat()["request_id"]
    t.says("👤 Talk to an employee")
    t.request()
    t.staff_sees("parking")


def test_client_there_is_and_foreign_contact(talk, rpc):
    t = talk("somebody else's number, then the own one of a client there is")
    client = rpc("res.partner", "create", [{"name": "Vera", "phone": "+442079460903"}])[
        0
    ]
    t.says("/start")
    foreign = {"phone_number": "442079460903", "first_name": "V", "user_id": 1}
    assert "somebody else" in t.says(contact=foreign)[0]
    assert not t.chat()["partner_id"]
    t.shares("442079460903")
    assert t.chat()["partner_id"][0] == client


def test_file_from_the_client_reaches_the_dialogue(talk, fake, rpc):
    t = talk("a file from the client")
    t.says("/start")
    t.shares("44 20 7946 0904")
    t.says("I send you my scan")
    t.request()
    fake.files["scan"] = b"%PDF-1.4 scan"
    document = {"file_id": "scan", "file_name": "scan.pdf", "file_size": 13}
    t.says("", hears=0, document=document)
    t.staff_sees("scan.pdf")
    end = time.monotonic() + 60
    while not (found := t.staff_sees("scan.pdf"))["attachment_ids"]:
        assert time.monotonic() < end, found
        time.sleep(0.3)
    t.answers("Thank you")
    t.hears()


def test_closed_request_brings_the_bot_back(talk, rpc):
    t = talk("the request is closed, the client stops the bot")
    t.says("/start")
    t.shares("44 20 7946 0905")
    t.says("Please call me back")
    request = t.request()
    stage = rpc("helpdesk.ticket.stage", "search", CLOSED)[0]
    rpc("helpdesk.ticket", "write", [request], {"stage_id": stage})
    assert "is closed" in t.hears()[0]
    assert t.chat()["state"] == "menu"
    assert "no more" in t.says("/stop")[0]


def test_bot_form_shows_its_health(bot, sign_in, shot):
    page = sign_in("admin", path="/odoo/action-usu_intake.usu_intake_bot_action")
    page.click("td[name=name]:has-text('Reception')")
    page.wait_for_selector(".o_form_view:has-text('In order')", timeout=90000)
    shot(page, "telegram-bot")
