from odoo.tests import tagged

from .common_bot import ANNA, PHONE, BotCase


@tagged("post_install", "-at_install", "usu_intake")
class TestBotDialogue(BotCase):
    def test_first_contact_records_the_telephone_number(self):
        self.says("/start")
        [greeting] = self.told()
        self.assertIn("agree", greeting)
        self.assertIn("request_contact", self.fake.sent[-1]["reply_markup"])
        self.shares("44 20 7946 0123")
        chat = self.chat()
        self.assertEqual(chat.phone, PHONE)
        self.assertTrue(chat.consent_at and "agree" in chat.consent_text)
        points = chat.partner_id.usu_contact_point_ids
        self.assertEqual(
            set(points.mapped("kind")), {"phone", "telegram"}, points.mapped("value")
        )
        self.assertEqual(len(self.told()), 1, "three messages at most to be known")

    def test_known_number_is_the_client_there_is(self):
        client = self.env["res.partner"].create({"name": "Anna", "phone": PHONE})
        self.says("/start")
        self.shares()
        self.assertEqual(self.chat().partner_id, client)
        same = self.env["usu.contact.point"].search([("value", "=", PHONE)])
        self.assertEqual(same.partner_id, client)

    def test_number_of_several_clients_is_nobodys_yet(self):
        self.env["res.partner"].create(
            [{"name": "Mother", "phone": PHONE}, {"name": "Child", "phone": PHONE}]
        )
        self.says("/start")
        self.shares()
        self.assertFalse(self.chat().partner_id)
        self.says("When can we come?")
        self.assertTrue(self.chat().request_id)
        self.assertFalse(self.chat().request_id.partner_id)

    def test_foreign_contact_is_refused(self):
        self.says("/start")
        for owner in (ANNA + 1, 0):
            self.shares(owner=owner)
            self.assertIn("somebody else", self.told()[-1])
        self.assertFalse(self.chat().phone)
        self.assertFalse(self.chat().partner_id)

    def test_question_becomes_a_routed_request_and_the_answer_returns(self):
        self.says("/start")
        self.shares()
        self.told()
        self.says("Is there a free hour on Friday?")
        request = self.chat().request_id
        self.assertEqual(request.usu_channel, "telegram")
        self.assertEqual(request.partner_id, self.chat().partner_id)
        self.assertIn(request.number, self.told()[0])
        request.user_id = self.employee
        channel = self.chat().channel_id
        self.assertIn(request.user_id.partner_id, channel.channel_partner_ids)
        self.assertIn("free hour", channel.message_ids[-1].body)
        self.answers("Yes, at <b>ten</b> & at five")
        self.assertEqual(self.told(), ["Yes, at <b>ten</b> & at five"])
        self.assertFalse(request.usu_waiting_since)

    def test_answer_from_the_list_before_a_person_is_troubled(self):
        self.env["usu.intake.bot.answer"].create(
            {
                "question": "Where can I park?",
                "words": "parking car",
                "answer": "Behind the house.",
            }
        )
        self.says("/start")
        self.shares()
        self.told()
        self.says("is there parking?")
        self.assertEqual(self.told(), ["Behind the house."])
        self.assertFalse(self.chat().request_id)
        self.says("👍 That helped")
        self.says("is there parking?")
        self.says("👤 Talk to an employee")
        self.assertIn("parking", self.chat().request_id.name)

    def test_menu_hours_requests_and_hidden_entries(self):
        self.says("/start")
        self.shares()
        menu = self.fake.sent[-1]["reply_markup"]
        self.assertNotIn("Prices", menu, "no text, no button")
        self.env.ref("usu_intake.usu_intake_bot_text_prices").text = "Visit: 50"
        self.says("/menu")
        self.assertIn("Prices", self.fake.sent[-1]["reply_markup"])
        self.told()
        self.says("💶 Prices")
        self.assertEqual(self.told(), ["Visit: 50"])
        self.says("📋 My requests")
        self.assertIn("no open requests", self.told()[0])
        self.says("🕘 Working hours")
        self.assertRegex(self.told()[0], "open|closed")
        self.says("❓ Ask a question")
        self.says("Do you treat children?")
        self.assertEqual(self.chat().state, "human")

    def test_language_of_the_client(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        greeting = self.env.ref("usu_intake.usu_intake_bot_text_greeting")
        greeting.with_context(lang="fr_FR").text = "Bonjour {name}"
        self.fake.says(ANNA, "/start", language="fr")
        self.from_fake()
        self.assertEqual(self.told(), [f"Bonjour Person {ANNA}"])
        self.fake.says(ANNA + 1, "/start", language="xx")
        self.from_fake()
        self.assertIn("Good day", self.told(ANNA + 1)[0])

    def test_question_before_the_number_is_not_lost(self):
        self.says("My tooth hurts")
        self.says("Very much")
        self.assertFalse(self.chat().request_id)
        self.shares()
        body = self.chat().channel_id.message_ids.sorted("id")[0].body
        self.assertIn("My tooth hurts", body)
        self.assertIn("Very much", body)

    def test_who_gives_no_number_is_heard_all_the_same(self):
        for text in ("My tooth hurts", "Very much", "Hello?"):
            self.says(text)
        self.assertTrue(self.chat().request_id)
        bodies = " ".join(self.chat().channel_id.message_ids.mapped("body"))
        for text in ("My tooth hurts", "Very much", "Hello?"):
            self.assertIn(text, bodies)
