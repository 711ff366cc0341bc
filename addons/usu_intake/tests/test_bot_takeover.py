from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.mail.tools.discuss import Store

from .common_bot import ANNA, BotCase


@tagged("post_install", "-at_install", "usu_intake")
class TestBotTakeover(BotCase):
    def setUp(self):
        super().setUp()
        self.says("/start")
        self.shares()
        self.says("My tooth hurts")
        self.request = self.chat().request_id
        self.request.user_id = self.employee
        self.channel = self.chat().channel_id
        self.told()

    def last(self):
        return self.channel.message_ids.sorted("id")[-1]

    def test_bot_is_silent_while_a_person_talks_and_comes_back(self):
        for text in ("hello?", "/menu", "What are your prices?"):
            self.says(text)
        self.assertEqual(self.told(), [])
        self.assertIn("prices", self.last().body)
        self.assertEqual(self.last().author_id, self.chat().partner_id)
        self.assertTrue(self.request.usu_waiting_since)
        closed = self.request.team_id._get_applicable_stages().filtered("closed")[:1]
        self.request.stage_id = closed
        self.send()
        self.assertIn(self.request.number, self.told()[0])
        self.assertEqual(self.chat().state, "menu")
        self.says("/menu")
        self.assertTrue(self.told(), "the bot answers again")

    def test_dialogue_is_red_from_the_question_to_the_answer(self):
        since = self.channel.usu_waiting_since
        self.assertTrue(since, "the first question waits")
        self.assertEqual(self.channel.usu_request_id, self.request)
        self.says("Hello?")
        self.assertEqual(self.channel.usu_waiting_since, since, "the first one counts")
        answer = self.answers("Come at ten")
        self.assertFalse(self.channel.usu_waiting_since)
        self.assertFalse(self.request.usu_waiting_since)
        as_employee = self.channel.with_user(self.employee)
        as_employee._message_update_content(answer.sudo(), body="", attachment_ids=[])
        self.assertEqual(self.channel.usu_waiting_since, since, "it was taken back")
        as_employee.usu_no_answer_needed()
        self.assertFalse(self.channel.usu_waiting_since)
        self.says("And tomorrow?")
        self.assertTrue(self.request.usu_waiting_since)
        closed = self.request.team_id._get_applicable_stages().filtered("closed")[:1]
        self.request.stage_id = closed
        self.assertFalse(self.channel.usu_waiting_since, "nothing is left to answer")

    def test_staff_see_the_red_state_and_the_client_beside_the_dialogue(self):
        self.env["bus.bus"].search([]).unlink()
        self.answers("Come at ten")
        self.says("Which day?")
        self.env.flush_all()
        self.env.cr.precommit.run()
        sent = (
            self.env["bus.bus"]
            .search([])
            .filtered(lambda row: "usu_waiting_since" in row.message)
        )
        self.assertTrue(sent)
        for row in sent:
            staff = "internal_users" in row.channel or "res.partner" in row.channel
            self.assertTrue(staff, row.channel)
        as_employee = self.channel.with_user(self.employee)
        data = Store(bus_channel=self.channel).add(as_employee).get_result()
        self.assertNotIn("usu_waiting_since", str(data), "not for everybody")
        bus = Store(bus_channel=self.employee).add(as_employee).get_result()
        data = bus["discuss.channel"][0]
        self.assertTrue(data["usu_is_dialogue"])
        self.assertTrue(data["usu_waiting_since"])
        panel = as_employee.usu_get_panel()
        self.assertEqual(panel["client"]["id"], self.chat().partner_id.id)
        self.assertEqual(panel["request"]["number"], self.request.number)
        stranger = new_test_user(self.env, "bot_stranger", "base.group_user")
        with self.assertRaises(AccessError):
            self.channel.with_user(stranger).usu_get_panel()
        visitor = new_test_user(self.env, "bot_portal", "base.group_portal")
        with self.assertRaises(AccessError):
            self.channel.with_user(visitor).usu_no_answer_needed()

    def test_employee_chooses_whose_telegram_it_is(self):
        person = ANNA + 7
        number = "+442079460777"
        mother, child = self.env["res.partner"].create(
            [{"name": name, "phone": number} for name in ("Mother", "Child")]
        )
        self.says("/start", person=person)
        self.shares(number, person=person)
        self.says("Is the doctor in?", person=person)
        chat = self.chat(person)
        self.assertFalse(chat.request_id.partner_id)
        chat.request_id.user_id = self.employee
        as_employee = chat.channel_id.with_user(self.employee)
        shown = {line["id"] for line in as_employee.usu_get_panel()["candidates"]}
        self.assertEqual(shown, {mother.id, child.id})
        with self.assertRaises(AccessError):
            as_employee.usu_choose_client(self.employee.partner_id.id)
        panel = as_employee.usu_choose_client(child.id)
        self.assertEqual(panel["client"]["name"], "Child")
        self.assertFalse(panel["candidates"])

    def test_quotes_go_both_ways(self):
        answer = self.answers("Which one?")
        number = self.fake.sent[-1]["message_id"]
        reply = {"reply_to_message": {"message_id": number}}
        self.says("The upper left", **reply)
        self.assertEqual(self.last().parent_id, answer)
        self.answers("Since when?", parent_id=self.last().id)
        quoted = self.fake.sent[-1]["reply_parameters"]
        asked = self.env["usu.intake.bot.message"]._numbers(
            self.chat(), self.channel.message_ids.sorted("id")[-2]
        )
        self.assertIn(f'"message_id": {asked[0]}', quoted)

    def test_edits_and_deletions(self):
        self.fake.says(ANNA, "The uper left")
        [update] = self.fake.updates
        self.from_fake()
        edited = {**update["message"], "text": "The upper left", "edit_date": 1}
        self.fake.inject({"edited_message": edited})
        self.from_fake()
        self.assertIn("upper", self.last().body)
        self.assertIn("o-mail-Message-edited", self.last().body)
        answer = self.answers("Come at ten")
        number = self.fake.sent[-1]["message_id"]
        as_employee = self.channel.with_user(self.employee)
        as_employee._message_update_content(answer.sudo(), body="Come at nine")
        self.send()
        sent = self.fake.sent[-1]
        self.assertEqual(
            (sent["method"], sent["text"], sent["message_id"]),
            ("editMessageText", "Come at nine", number),
        )
        as_employee._message_update_content(answer.sudo(), body="", attachment_ids=[])
        self.send()
        self.assertEqual(self.fake.sent[-1]["method"], "deleteMessage")

    def test_edit_of_an_unknown_message_is_harmless(self):
        message = {"message_id": 99_999, "date": 1, "text": "x"}
        person = {"id": ANNA, "is_bot": False, "first_name": "Anna"}
        chat = {"id": ANNA, "type": "private"}
        self.fake.inject({"edited_message": {**message, "from": person, "chat": chat}})
        self.assertEqual(self.from_fake().state, "rejected")

    def test_what_a_client_sends_reaches_the_dialogue(self):
        self.fake.files = {"f1": b"%PDF-1.4 x", "p1": b"\xff\xd8\xff x", "v1": b"OggS"}
        document = {"file_id": "f1", "file_name": "scan.pdf", "file_size": 10}
        self.says("", document=document, caption="my scan")
        self.assertIn("my scan", self.last().body)
        self.assertEqual(self.last().attachment_ids.name, "scan.pdf")
        self.assertEqual(self.last().attachment_ids.raw, b"%PDF-1.4 x")
        self.says("", photo=[{"file_id": "p1", "width": 5, "file_size": 4}])
        self.assertEqual(self.last().attachment_ids.name, "photo.jpg")
        self.says("", voice={"file_id": "v1", "file_size": 4})
        self.assertTrue(self.last().attachment_ids.sudo().voice_ids)
        self.says("", location={"latitude": 51.5, "longitude": -0.12})
        self.assertIn("openstreetmap", self.last().body)
        self.says("", document={**document, "file_size": 50 << 20})
        self.assertIn("too large", self.last().body)
        self.says("<script>alert(1)</script>")
        self.assertNotIn("<script", self.last().body)

    def test_what_an_employee_sends_reaches_the_client(self):
        files = [("plan.pdf", b"%PDF-1.4"), ("map.png", PNG)]
        self.answers("Here", attachments=files)
        methods = [sent["method"] for sent in self.fake.sent[-3:]]
        self.assertEqual(methods[0], "sendMessage")
        self.assertEqual(set(methods[1:]), {"sendDocument", "sendPhoto"})
        self.assertFalse(self.request.usu_waiting_since)

    def test_new_responsible_joins_the_dialogue(self):
        self.request.user_id = self.head
        self.assertIn(self.head.partner_id, self.channel.channel_partner_ids)
        action = self.request._usu_open_action()
        shown = action["params"]["active_id"]
        self.assertEqual(shown, f"discuss.channel_{self.channel.id}")

    def test_client_who_blocked_the_bot_is_shown_to_staff(self):
        self.fake.blocked.add(ANNA)
        self.answers("Are you there?")
        self.assertTrue(self.chat().blocked)
        self.assertIn("blocked", self.last().body)
        self.fake.blocked.clear()
        self.says("I am back")
        self.assertFalse(self.chat().blocked)

    def test_stop_ends_it_and_start_brings_it_back(self):
        self.says("/stop")
        self.assertIn("no more", self.told()[0])
        self.answers("One more thing")
        self.assertEqual(self.told(), [])
        self.assertIn("does not want", self.last().body)
        self.says("/start")
        self.assertTrue(self.told())

    def test_link_ties_a_request_to_the_account(self):
        person = ANNA + 5
        client = self.env["res.partner"].create({"name": "Boris"})
        links = self.env["usu.intake.bot.link"]
        token = links._make(self.bot, partner=client).partition("start=")[2]
        self.assertLessEqual(len(token), 64)
        self.says(f"/start {token}", person=person)
        self.assertEqual(self.chat(person).partner_id, client)
        self.says(f"/start {token}", person=person + 1)
        self.assertFalse(self.chat(person + 1).partner_id, "a link works once")


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c636060606000000005000160a5f6450000000049454e44ae426082"
)
