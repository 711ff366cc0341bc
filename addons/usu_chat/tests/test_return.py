import re

from odoo import fields
from odoo.tests import tagged

from .common import ChatCase


@tagged("post_install", "-at_install", "usu_chat")
class TestReturn(ChatCase):
    def setUp(self):
        super().setUp()
        self.online(self.anna)
        self.livechat.usu_text_visitors = True

    def leave_with_a_question(self, email=None):
        if email:
            self.livechat.usu_question_ids[2].write({"kind": "email", "role": "email"})
        answers = self.answers(doctor=email or "")
        dialogue = self.dialogue(usu_answers=answers)
        self.visitor_writes(dialogue, "How much is it?")
        self.call(
            "/im_livechat/cors/visitor_leave_session",
            {"guest_token": self.token, "channel_id": dialogue.id},
        )
        return dialogue

    def tell(self):
        self.env.ref("usu_chat.ir_cron_usu_chat_return").method_direct_trigger()
        self.env.invalidate_all()

    def last_link(self, text):
        return re.search(r"/usu_chat/return/[\w.\-~=]+", str(text)).group()

    def test_who_left_gets_a_letter_that_leads_back_once(self):
        dialogue = self.leave_with_a_question("marta@example.org")
        self.staff_writes(dialogue, self.anna, "It is 20 euro")
        self.assertLessEqual(dialogue.usu_tell_at, fields.Datetime.now())
        self.tell()
        mail = self.env["mail.mail"].search([("email_to", "=", "marta@example.org")])
        self.assertEqual(len(mail), 1)
        self.assertNotIn("20 euro", mail.body_html)
        self.assertFalse(dialogue.usu_tell_at)
        link = self.last_link(mail.body_html)
        # looking at the link spends nothing
        for _look in range(2):
            page = self.url_open(link)
            self.assertIn("Open the dialogue", page.text)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
        back = self.url_open(link, data={"csrf_token": token}, allow_redirects=False)
        self.assertEqual(back.status_code, 303)
        self.assertIn(f"usu_dialogue={dialogue.id}", back.headers["Location"])
        guest = dialogue.channel_member_ids.guest_id
        self.assertIn(str(guest.id), back.headers["Set-Cookie"])
        self.assertFalse(dialogue.usu_visitor_left)
        # a second time it opens nothing
        self.opener.cookies.clear()
        self.authenticate(None, None)
        self.assertEqual(self.url_open(link).status_code, 410)

    def test_without_an_address_a_text_message_is_sent(self):
        dialogue = self.leave_with_a_question()
        self.staff_writes(dialogue, self.anna, "It is 20 euro")
        self.tell()
        message = self.env["sms.sms"].search([("number", "=", "+374 77 111222")])
        self.assertEqual(len(message), 1)
        self.assertIn("/usu_chat/return/", message.body)
        self.assertNotIn("20 euro", message.body)

    def test_who_has_read_the_answer_is_not_told(self):
        dialogue = self.leave_with_a_question()
        answer = self.staff_writes(dialogue, self.anna)
        visitor = dialogue.channel_member_ids.filtered("guest_id")
        visitor.seen_message_id = answer
        self.tell()
        self.assertFalse(self.env["sms.sms"].search([("number", "like", "111222")]))
        self.assertFalse(dialogue.usu_tell_at)

    def test_who_is_still_there_gets_some_minutes_to_read(self):
        dialogue = self.dialogue()
        self.visitor_writes(dialogue)
        self.staff_writes(dialogue, self.anna)
        self.assertGreater(dialogue.usu_tell_at, fields.Datetime.now())
        self.tell()
        self.assertTrue(dialogue.usu_tell_at)
        # writing on means that they read it
        self.visitor_writes(dialogue, "Thank you")
        self.assertFalse(dialogue.usu_tell_at)

    def test_forged_and_foreign_links_open_nothing(self):
        dialogue = self.leave_with_a_question()
        guard = self.env["usu.guard"]
        other = self.env["mail.guest"].create({"name": "Other"})
        forged = [
            "x",
            guard._sign("other_action", {"dialogue": dialogue.id, "guest": 1}, 60),
            guard._sign(
                "chat_return", {"dialogue": dialogue.id, "guest": other.id}, 60
            ),
            guard._sign("chat_return", {"dialogue": dialogue.id}, 60),
            guard._sign("chat_return", {}, 60),
        ]
        for token in forged:
            response = self.url_open(f"/usu_chat/return/{token}")
            self.assertEqual(response.status_code, 410, token)

    def test_a_closed_dialogue_goes_on_when_the_visitor_comes_back(self):
        dialogue = self.leave_with_a_question()
        self.staff_writes(dialogue, self.anna)
        dialogue.livechat_end_dt = fields.Datetime.now()
        dialogue._usu_reopen()
        self.assertFalse(dialogue.livechat_end_dt)
        self.assertEqual(dialogue.livechat_status, "in_progress")
