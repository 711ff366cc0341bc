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
