from odoo import Command
from odoo.tests import tagged

from .common import ChatCase


@tagged("post_install", "-at_install", "usu_chat")
class TestOpening(ChatCase):
    def test_the_chat_is_offered_although_nobody_is_online(self):
        self.offline(self.anna, self.boris)
        info = self.livechat.get_livechat_info()
        self.assertTrue(info["available"])
        self.assertTrue(info["options"]["usu_desk"])
        data = self.call(
            "/mail/action", {"fetch_params": [["init_livechat", self.livechat.id]]}
        )
        self.assertTrue(data["Store"]["livechat_available"])
        self.assertFalse(data["Store"]["usu_chat_state"]["staffed"])

    def test_the_state_follows_the_presence_at_once(self):
        self.online(self.anna)
        data = self.call(
            "/mail/action", {"fetch_params": [["init_livechat", self.livechat.id]]}
        )
        self.assertTrue(data["Store"]["usu_chat_state"]["staffed"])

    def test_a_rule_that_hides_the_button_is_obeyed(self):
        self.livechat.rule_ids = [Command.create({"action": "hide_button"})]
        data = self.call(
            "/mail/action", {"fetch_params": [["init_livechat", self.livechat.id]]}
        )
        self.assertFalse(data["Store"]["livechat_available"])

    def test_a_channel_without_a_desk_stays_plain(self):
        plain = self.env["im_livechat.channel"].create({"name": "Plain"})
        self.assertFalse(plain._is_livechat_available())
        self.assertNotIn("usu_desk", plain._get_channel_infos())
        result = self.open(channel_id=plain.id)
        self.assertFalse(result)

    def test_the_window_gets_the_form_before_there_is_a_dialogue(self):
        before = self.rows()
        result = self.open(persisted=False)
        self.assertEqual(
            [question["label"] for question in result["usu_form"]["questions"]],
            ["Your name", "Telephone", "Which doctor?"],
        )
        self.assertIn("usu_challenge", result)
        self.assertEqual(self.rows(), before)

    def test_a_visitor_becomes_a_client_with_a_request_of_a_present_employee(self):
        self.online(self.anna)
        dialogue = self.dialogue()
        request = dialogue.usu_request_id
        self.assertEqual(request.user_id, self.anna)
        self.assertEqual(request.team_id, self.desk)
        self.assertEqual(request.usu_channel, "chat")
        self.assertEqual(dialogue.livechat_operator_id, self.anna.partner_id)
        self.assertIn(self.anna.partner_id, dialogue.channel_member_ids.partner_id)
        self.assertEqual(request.partner_id.name, "Marta")
        self.assertEqual(
            dialogue.usu_answer_ids.mapped(lambda a: (a.label, a.value)),
            [
                ("Your name", "Marta"),
                ("Telephone", "+374 77 111222"),
                ("Which doctor?", "Dr. House"),
            ],
        )
        self.assertEqual(dialogue.usu_answer_ids.partner_id, request.partner_id)
        self.assertEqual(dialogue.usu_start_page, "https://clinic.example/price")
        self.assertEqual(dialogue.usu_address, "127.0.0.1")
        self.assertEqual(dialogue.channel_member_ids.guest_id.name, "Marta")
        self.assertFalse(dialogue.message_ids, "answers are no messages")

    def test_a_known_client_goes_to_the_responsible_of_the_open_request(self):
        self.online(self.anna, self.boris)
        earlier = self.env["helpdesk.ticket"].create(
            {
                "name": "Blood test",
                "description": "x",
                "team_id": self.desk.id,
                "partner_id": self.client_known.id,
                "user_id": self.boris.id,
            }
        )
        answers = self.answers("K.", "091 234567")
        dialogue = self.dialogue(usu_answers=answers)
        self.assertEqual(dialogue.usu_request_id, earlier)
        self.assertEqual(dialogue.usu_client_id, self.client_known)
        self.assertEqual(dialogue.livechat_operator_id, self.boris.partner_id)

    def test_the_visitor_learns_nothing_of_a_client_with_the_typed_telephone(self):
        self.online(self.anna)
        known = self.open(cors=True, usu_answers=self.answers("X", "091 234567"))
        new = self.open(cors=True, usu_answers=self.answers("X", "091 999999"))
        self.assertEqual(known.keys(), new.keys())
        self.assertNotIn("Karine", str(known))
        self.assertEqual(known["usu_notice"], new["usu_notice"])

    def test_with_nobody_there_the_question_becomes_a_request(self):
        self.offline(self.anna, self.boris)
        self.assertEqual(self.open(cors=True)["usu_notice"]["by"], [])
        self.livechat.usu_text_visitors = True
        result = self.open(cors=True)
        dialogue = self.env["discuss.channel"].browse(result["channel_id"])
        self.assertTrue(result["usu_notice"]["waiting"])
        self.assertEqual(result["usu_notice"]["by"], ["phone"])
        self.assertTrue(dialogue.usu_request_id)
        self.assertEqual(dialogue.livechat_operator_id, self.head.partner_id)
        # somebody takes the request: the dialogue follows
        dialogue.usu_request_id.user_id = self.boris
        self.assertEqual(dialogue.livechat_operator_id, self.boris.partner_id)
        member = dialogue.channel_member_ids.filtered(
            lambda m: m.partner_id == self.boris.partner_id
        )
        self.assertEqual(member.livechat_member_type, "agent")

    def test_the_pop_up_of_a_chat_request_opens_its_dialogue(self):
        self.online(self.anna)
        dialogue = self.dialogue()
        action = dialogue.usu_request_id.with_user(self.anna)._usu_open_action()
        self.assertEqual(action["tag"], "mail.action_discuss")
        self.assertEqual(
            action["params"]["active_id"], f"discuss.channel_{dialogue.id}"
        )

    def test_wrong_answers_are_refused_and_leave_nothing(self):
        self.online(self.anna)
        before = self.rows()
        name, phone, _doctor = self.livechat.usu_question_ids
        for cors in (False, True):
            result = self.open(cors=cors, usu_answers=self.answers("", "12"))
            self.assertEqual(result["usu_error"], "answers")
            self.assertEqual(
                result["fields"], {str(name.id): "missing", str(phone.id): "invalid"}
            )
            result = self.open(cors=cors, usu_answers=["no form"])
            self.assertEqual(result["usu_error"], "answers")
        self.assertEqual(self.rows(), before)

    def test_without_a_proof_both_routes_refuse_and_leave_nothing(self):
        self.env["ir.config_parameter"].set_param("usu_guard.provider", "usu")
        before = self.rows()
        for cors in (False, True):
            for proof in (None, "", "x", "code.x", {"a": 1}):
                result = self.open(cors=cors, usu_proof=proof)
                self.assertIn("usu_error", result)
                self.assertIn(result["need"], ("proof", "code"))
        self.assertEqual(self.rows(), before)

    def test_a_program_that_fills_in_the_hidden_field_is_refused(self):
        before = self.rows()
        for cors in (False, True):
            result = self.open(cors=cors, usu_website="http://spam.example")
            self.assertEqual(result["usu_error"], "robot")
        self.assertEqual(self.rows(), before)

    def test_a_foreign_site_needs_to_be_allowed(self):
        self.env["usu.guard.site"].create({"name": "clinic.example"})
        foreign = {"Origin": "https://evil.example"}
        allowed = {"Origin": "https://clinic.example"}
        before = self.rows()
        for persisted in (False, True):
            result = self.open(cors=True, persisted=persisted, headers=foreign)
            self.assertEqual(result["usu_error"], "site")
        self.assertEqual(self.rows(), before)
        self.assertNotIn("usu_error", self.open(cors=True, headers=allowed))

    def test_pages_that_could_harm_the_staff_are_not_stored(self):
        dialogue = self.dialogue(usu_page="javascript:alert(1)")
        self.assertFalse(dialogue.usu_start_page)
        for page, stored in (
            ("javascript:alert(2)", False),
            ("https://clinic.example/b?token=1", "https://clinic.example/b"),
        ):
            self.call(
                "/usu_chat/cors/page",
                {"guest_token": self.token, "channel_id": dialogue.id, "page": page},
            )
            self.assertEqual(dialogue.usu_page, stored)

    def test_a_visitor_cannot_touch_the_dialogue_of_another(self):
        first = self.dialogue()
        self.dialogue()
        answer = self.call(
            "/usu_chat/cors/page",
            {
                "guest_token": self.token,
                "channel_id": first.id,
                "page": "https://clinic.example/other",
            },
        )
        self.assertFalse(answer)
        self.assertEqual(first.usu_page, "https://clinic.example/price")

    def test_a_user_who_is_logged_in_finds_the_form_filled_in(self):
        self.authenticate("chat_outsider", "chat_outsider")
        result = self.open(persisted=False)
        values = [question["value"] for question in result["usu_form"]["questions"]]
        self.assertEqual(values[0], self.outsider.name)

    def test_the_picture_of_the_chat(self):
        for mode in ("logo", "employee", "responsible"):
            self.livechat.write(
                {"usu_picture_mode": mode, "usu_picture_user_id": self.anna.id}
            )
            response = self.url_open(f"/usu_chat/picture/{self.livechat.id}")
            self.assertEqual(response.status_code, 200)
            self.assertTrue(response.headers["Content-Type"].startswith("image/"))
            self.assertEqual(response.headers["Access-Control-Allow-Origin"], "*")
        plain = self.env["im_livechat.channel"].create({"name": "Plain"})
        self.assertEqual(
            self.url_open(f"/usu_chat/picture/{plain.id}").status_code, 404
        )
