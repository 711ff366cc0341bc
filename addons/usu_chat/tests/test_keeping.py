from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import ChatCase


@tagged("post_install", "-at_install", "usu_chat")
class TestKeeping(ChatCase):
    """What is sent home, filled in again, and erased."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        question = {"name": "E-mail", "kind": "email", "role": "email"}
        cls.livechat.usu_question_ids = [Command.create(question)]

    def setUp(self):
        super().setUp()
        self.online(self.anna)

    def given(self, email="marta@visitor.example", **answers):
        last = self.livechat.usu_question_ids[-1]
        return self.answers(**answers) | {str(last.id): email}

    def ask_for_letter(self, dialogue):
        params = {"guest_token": self.token, "channel_id": dialogue.id}
        return self.call("/usu_chat/cors/transcript", params)

    def letters(self):
        return self.env["mail.mail"].search([("subject", "like", "Your conversation")])

    def test_the_visitor_has_the_conversation_sent_to_the_address_of_the_form(self):
        dialogue = self.dialogue(usu_answers=self.given())
        self.visitor_writes(dialogue, "How much is <b>it</b>?")
        self.assertEqual(self.ask_for_letter(dialogue), {"sent": False})
        self.assertFalse(self.letters(), "before an answer we write to nobody")
        self.staff_writes(dialogue, self.anna, "Twenty euro")
        dialogue.with_user(self.anna).message_post(
            body="He never pays", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.assertEqual(self.ask_for_letter(dialogue), {"sent": True})
        letter = self.letters()
        self.assertEqual(letter.email_to, "marta@visitor.example")
        for words in ("How much is", "Twenty euro", "Marta"):
            self.assertIn(words, letter.body_html)
        self.assertNotIn("He never pays", letter.body_html)

    def test_nobody_has_the_conversation_of_others_sent(self):
        dialogue = self.dialogue(usu_answers=self.given())
        self.visitor_writes(dialogue)
        self.staff_writes(dialogue, self.anna)
        own = self.token
        self.dialogue(usu_answers=self.given("thief@visitor.example"))
        self.assertNotEqual(self.token, own)
        self.assertEqual(self.ask_for_letter(dialogue)["usu_error"], "no_address")
        self.assertFalse(self.letters())

    def test_letters_are_limited_and_can_be_switched_off(self):
        dialogue = self.dialogue(usu_answers=self.given())
        self.visitor_writes(dialogue)
        self.staff_writes(dialogue, self.anna)
        rule = self.env["usu.guard.rule"].search([("action", "=", "chat_transcript")])
        rule.subject_hard = 1
        answers = [self.ask_for_letter(dialogue) for _n in range(4)]
        self.assertIn("limit", [answer.get("usu_error") for answer in answers])
        count = len(self.letters())
        self.livechat.usu_transcript = False
        self.assertEqual(self.ask_for_letter(dialogue)["usu_error"], "no_address")
        self.assertEqual(len(self.letters()), count)

    def test_the_form_of_who_comes_back_is_filled_in_for_the_same_browser_only(self):
        self.dialogue(usu_answers=self.given(name="Marta", doctor="Secret"))
        token = self.token

        def shown(**params):
            form = self.open(cors=True, persisted=False, **params)["usu_form"]
            return {q["label"]: q.get("value") for q in form["questions"]}

        again = shown(guest_token=token)
        self.assertEqual(again["Your name"], "Marta")
        self.assertEqual(again["Telephone"], "+374 77 111222")
        self.assertEqual(again["E-mail"], "marta@visitor.example")
        self.assertFalse(again["Which doctor?"], "only what tells who it is")
        self.assertFalse(any(shown().values()), "another browser")
        forged = token.split("|")[0] + "|00000000-0000-0000-0000-000000000000"
        self.assertFalse(any(shown(guest_token=forged).values()))

    def test_dialogues_answers_and_guests_are_erased_after_their_time(self):
        self.livechat.usu_keep_days = 30
        closed = self.desk._get_applicable_stages().filtered("closed")[:1]
        busy, waiting, young, old = [self.dialogue() for _n in range(4)]
        for dialogue in (old, waiting, young):
            dialogue.usu_request_id.stage_id = closed
        busy.usu_request_id = busy.usu_request_id.copy({"stage_id": False})
        self.visitor_writes(old)
        old.usu_waiting_since = False
        waiting.usu_waiting_since = self.earlier(days=31)
        guests = [d.channel_member_ids.guest_id for d in (old, young)]
        answers = old.usu_answer_ids
        self.assertTrue(answers)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE discuss_channel SET create_date = %(at)s, last_interest_dt = %(at)s"
            " WHERE id = ANY(%(ids)s)",
            {"at": self.earlier(days=31), "ids": [old.id, busy.id, waiting.id]},
        )
        self.env.invalidate_all()
        self.assertTrue(busy.usu_request_id.usu_open)
        done, more = self.env["usu.chat.retention"]._gc_dialogues()
        self.assertEqual((done, more), (1, False))
        self.assertFalse(old.exists() or answers.exists() or guests[0].exists())
        self.assertTrue(busy.exists() and waiting.exists() and young.exists())
        self.assertTrue(guests[1].exists())

    def test_a_chat_may_be_bound_to_some_sites(self):
        self.livechat.usu_sites = "clinic.example\n*.clinic.example"
        for origin, error in (
            ("https://clinic.example", None),
            ("https://www.clinic.example", None),
            ("https://evil.example", "site"),
        ):
            with self.subTest(origin=origin):
                headers = {"Origin": origin}
                result = self.open(cors=True, persisted=False, headers=headers)
                self.assertEqual(result.get("usu_error"), error)
        with self.assertRaises(ValidationError):
            self.livechat.usu_sites = "no site at all!"

    def test_windows_are_not_shown_without_limit(self):
        rule = self.env["usu.guard.rule"].search([("action", "=", "guard_challenge")])
        rule.address_hard = 3
        answers = [self.open(cors=True, persisted=False) for _n in range(7)]
        refused = [a for a in answers if a.get("usu_error") == "limit"]
        self.assertTrue(refused)
        self.assertNotIn("usu_challenge", refused[0])

    def test_a_changed_question_is_asked_as_it_is_now(self):
        def labels():
            form = self.open(persisted=False)["usu_form"]
            return [question["label"] for question in form["questions"]]

        question = self.livechat.usu_question_ids[0]
        self.assertIn("Your name", labels())
        question.name = "Who are you?"
        self.assertIn("Who are you?", labels())
        question.active = False
        self.assertNotIn("Who are you?", labels())
        self.livechat.usu_desk_id = False
        self.assertNotIn("usu_form", self.open(persisted=False) or {})
