from odoo import fields
from odoo.tests import tagged

from .common import ChatCase


@tagged("post_install", "-at_install", "usu_chat")
class TestWaiting(ChatCase):
    def setUp(self):
        super().setUp()
        self.online(self.anna)
        self.talk = self.dialogue()

    def test_a_dialogue_is_red_from_the_question_to_the_answer(self):
        self.assertFalse(self.talk.usu_waiting_since)
        self.visitor_writes(self.talk, "How much is it?")
        since = self.talk.usu_waiting_since
        self.assertTrue(since)
        self.assertTrue(self.talk.usu_request_id.usu_waiting_since)
        self.visitor_writes(self.talk, "Hello?")
        self.assertEqual(self.talk.usu_waiting_since, since, "the first one counts")
        self.staff_writes(self.talk, self.anna)
        self.assertFalse(self.talk.usu_waiting_since)
        self.assertFalse(self.talk.usu_request_id.usu_waiting_since)

    def test_a_notification_is_no_answer(self):
        self.visitor_writes(self.talk)
        self.talk.with_user(self.anna).message_post(
            body="joined", message_type="notification", subtype_xmlid="mail.mt_comment"
        )
        self.assertTrue(self.talk.usu_waiting_since)

    def test_staff_settle_a_dialogue_that_needs_no_answer(self):
        self.visitor_writes(self.talk, "Thank you!")
        self.talk.with_user(self.anna).usu_no_answer_needed()
        self.assertFalse(self.talk.usu_waiting_since)

    def test_the_visitor_is_not_told_since_when_they_wait(self):
        answer = self.visitor_writes(self.talk)
        for secret in ("usu_waiting_since", "usu_address", "127.0.0.1"):
            self.assertNotIn(secret, str(answer))
        data = self.call(
            "/im_livechat/cors/data",
            {
                "guest_token": self.token,
                "fetch_params": [["discuss.channel", [self.talk.id]]],
            },
        )
        self.assertIn(str(self.talk.id), str(data))
        self.assertNotIn("usu_waiting_since", str(data))
        self.env.cr.precommit.run()
        self.env.cr.execute(
            "SELECT message FROM bus_bus WHERE message LIKE '%usu_waiting_since%'"
        )
        sent = [row[0] for row in self.env.cr.fetchall()]
        self.env.cr.execute(
            "SELECT channel FROM bus_bus WHERE message LIKE '%usu_waiting_since%'"
        )
        channels = [row[0] for row in self.env.cr.fetchall()]
        self.assertTrue(sent)
        for channel in channels:
            self.assertTrue(
                "internal_users" in channel or "res.partner" in channel, channel
            )

    def test_a_question_read_on_friday_can_be_answered_on_monday(self):
        self.visitor_writes(self.talk)
        members = self.talk.channel_member_ids.filtered("partner_id")
        members.write(
            {
                "last_seen_dt": self.earlier(days=3),
                "seen_message_id": self.talk.message_ids[0].id,
                "unpin_dt": False,
                "new_message_separator": self.talk.message_ids[0].id + 1,
            }
        )
        self.env["discuss.channel.member"]._gc_unpin_livechat_sessions()
        self.assertFalse(self.talk.livechat_end_dt)
        self.assertTrue(members.is_pinned)
        # answered ones are tidied away as ever
        self.talk.usu_waiting_since = False
        self.env["discuss.channel.member"]._gc_unpin_livechat_sessions()
        self.assertTrue(self.talk.livechat_end_dt)

    def test_an_employee_who_ends_a_dialogue_settles_it(self):
        self.visitor_writes(self.talk)
        self.talk.livechat_end_dt = fields.Datetime.now()
        self.assertFalse(self.talk.usu_waiting_since)

    def test_who_closes_the_window_with_an_open_question_still_gets_an_answer(self):
        self.visitor_writes(self.talk)
        params = {"guest_token": self.token, "channel_id": self.talk.id}
        route = "/im_livechat/cors/visitor_leave_session"
        self.call(route, params)
        self.assertFalse(self.talk.livechat_end_dt)
        self.assertTrue(self.talk.usu_visitor_left)
        self.staff_writes(self.talk, self.anna)
        self.call(route, params)
        self.assertTrue(self.talk.livechat_end_dt)

    def test_addresses_and_pages_are_erased_after_their_time(self):
        self.livechat.usu_address_days = 30
        young = self.dialogue()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE discuss_channel SET create_date = %s WHERE id = %s",
            (self.earlier(days=31), self.talk.id),
        )
        self.env.invalidate_all()
        self.env["discuss.channel"]._usu_gc_addresses()
        self.assertFalse(self.talk.usu_address or self.talk.usu_start_page)
        self.assertTrue(young.usu_address and young.usu_start_page)

    def test_long_and_many_messages_are_refused(self):
        self.livechat.usu_message_limit = 100
        answer = self.visitor_writes(self.talk, "x" * 101)
        self.assertEqual((answer["usu_error"], answer["limit"]), ("long", 100))
        answer = self.visitor_writes(self.talk, "<p>" * 700)
        self.assertEqual(answer["usu_error"], "long")
        self.assertFalse(self.talk.message_ids)
        rule = self.env["usu.guard.rule"].search([("action", "=", "chat_message")])
        rule.subject_hard = 3
        answers = [self.visitor_writes(self.talk) for _n in range(6)]
        refused = [a for a in answers if a.get("usu_error") == "limit"]
        self.assertEqual(len(self.talk.message_ids) + len(refused), 6)
        self.assertGreaterEqual(len(refused), 3)
        self.assertGreater(refused[0]["retry_after"], 0)

    def test_a_visitor_is_told_the_wait_in_the_list_of_sessions_for_staff_only(self):
        self.visitor_writes(self.talk)
        waiting = self.env["discuss.channel"].with_user(self.anna)
        found = waiting.search([("usu_waiting_since", "<=", fields.Datetime.now())])
        self.assertIn(self.talk, found)
