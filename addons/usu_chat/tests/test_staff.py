import json

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import ChatCase


@tagged("post_install", "-at_install", "usu_chat")
class TestStaff(ChatCase):
    def panel(self, dialogue, user):
        # as the browser gets it
        return json.loads(json.dumps(dialogue.with_user(user)._usu_panel()))

    def test_the_side_panel_shows_who_asks_and_what_is_open(self):
        self.online(self.anna)
        self.client_known.usu_note = "Hard of hearing"
        other = self.env["helpdesk.ticket"].create(
            {
                "name": "Blood test",
                "description": "x",
                "team_id": self.desk.id,
                "partner_id": self.client_known.id,
                "user_id": self.anna.id,
            }
        )
        dialogue = self.dialogue(usu_answers=self.answers("K.", "091 234567"))
        panel = self.panel(dialogue, self.anna)
        self.assertEqual(panel["client"]["name"], "Karine")
        self.assertEqual(panel["client"]["note"], "Hard of hearing")
        shown = [panel["request"]["id"], *(line["id"] for line in panel["requests"])]
        self.assertEqual(shown.count(other.id), 1)
        self.assertEqual(panel["answers"][2]["value"], "Dr. House")
        self.assertEqual(panel["start_page"], "https://clinic.example/price")

    def test_the_address_is_for_its_own_group(self):
        self.online(self.anna)
        dialogue = self.dialogue()
        self.assertFalse(self.panel(dialogue, self.anna)["address"])
        with self.assertRaises(AccessError):
            dialogue.with_user(self.anna).read(["usu_address"])
        group = self.env.ref("usu_chat.usu_chat_group_address")
        self.anna.group_ids = [Command.link(group.id)]
        self.assertEqual(self.panel(dialogue, self.anna)["address"], "127.0.0.1")

    def test_one_telephone_of_several_clients_is_chosen_by_the_employee(self):
        self.online(self.anna)
        child = self.client_known.copy({"name": "Tigran", "phone": "+374 91 234567"})
        dialogue = self.dialogue(usu_answers=self.answers("K.", "091 234567"))
        self.assertFalse(dialogue.usu_client_id)
        offered = self.panel(dialogue, self.anna)["candidates"]
        self.assertEqual(
            {line["id"] for line in offered}, {child.id, self.client_known.id}
        )
        as_anna = dialogue.with_user(self.anna)
        with self.assertRaises(AccessError):
            as_anna.usu_choose_client(self.outsider.partner_id.id)
        with self.assertRaises(AccessError):
            dialogue.with_user(self.outsider).usu_choose_client(child.id)
        panel = as_anna.usu_choose_client(child.id)
        self.assertEqual(panel["client"]["id"], child.id)
        self.assertEqual(panel["candidates"], [])
        self.assertEqual(dialogue.usu_answer_ids.partner_id, child)

    def test_who_may_read_answers(self):
        self.online(self.anna)
        answer = self.dialogue().usu_answer_ids[0]
        self.assertEqual(answer.with_user(self.anna).value, "Marta")
        for user in (self.outsider, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                answer.with_user(user).read(["value"])

    def test_the_version_of_a_consent_grows_with_its_text(self):
        consent = self.env["usu.chat.question"].create(
            {
                "livechat_channel_id": self.livechat.id,
                "name": "I agree",
                "kind": "consent",
                "required": True,
                "consent_text": "We store what you write.",
            }
        )
        self.assertEqual(consent.consent_version, 1)
        consent.name = "Agreed"
        self.assertEqual(consent.consent_version, 1)
        consent.consent_text = "We store what you write for a year."
        self.assertEqual(consent.consent_version, 2)
        answers = {
            str(question.id): value
            for question, value in zip(
                self.livechat.usu_question_ids | consent,
                ("Marta", "+37477111222", "", "yes"),
                strict=True,
            )
        }
        dialogue = self.dialogue(usu_answers=answers)
        stored = dialogue.usu_answer_ids.filtered(lambda a: a.kind == "consent")
        self.assertEqual((stored.value, stored.consent_version), ("Yes", 2))
        self.assertIn("for a year", stored.consent_text)

    def test_questions_that_cannot_work_are_refused(self):
        name, phone, _doctor = self.livechat.usu_question_ids
        with self.assertRaises(ValidationError):
            name.shown_if_id = phone
        with self.assertRaises(ValidationError):
            name.role = "phone"

    def test_questions_are_shown_in_the_visitors_language(self):
        self.env["res.lang"]._activate_lang("hi_IN")
        question = self.livechat.usu_question_ids[0]
        question.with_context(lang="hi_IN").name = "आपका नाम"
        form = self.open(persisted=False, usu_lang="hi_IN")["usu_form"]
        self.assertEqual(form["questions"][0]["label"], "आपका नाम")

    def test_a_request_names_its_dialogue(self):
        self.online(self.anna)
        dialogue = self.dialogue()
        request = dialogue.usu_request_id.with_user(self.anna)
        self.assertEqual(request.usu_dialogue_count, 1)
        self.assertEqual(
            request.action_usu_open_dialogue()["tag"], "mail.action_discuss"
        )

    def test_a_banned_visitor_writes_no_more_and_opens_nothing(self):
        self.online(self.anna)
        dialogue = self.dialogue()
        with self.assertRaises(AccessError):
            dialogue.with_user(self.outsider).usu_ban_visitor()
        dialogue.with_user(self.anna).usu_ban_visitor()
        self.assertTrue(dialogue.livechat_end_dt)
        before = self.rows()
        self.assertEqual(self.visitor_writes(dialogue)["usu_error"], "banned")
        for cors in (False, True):
            self.assertEqual(self.open(cors=cors)["usu_error"], "banned")
        self.assertEqual(self.rows(), before)

    def test_visitors_see_when_staff_were_online_unless_the_channel_hides_it(self):
        self.online(self.anna)
        member = self.dialogue().channel_member_ids.filtered(
            lambda m: m.partner_id == self.anna.partner_id
        )
        self.assertIn("offline_since", member._get_store_partner_fields(None))
        self.livechat.usu_show_last_seen = False
        self.assertNotIn("offline_since", member._get_store_partner_fields(None))
