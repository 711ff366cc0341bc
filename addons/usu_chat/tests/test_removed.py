from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import is_html_empty, mute_logger

from .common import ChatCase


@tagged("post_install", "-at_install", "usu_chat")
class TestRemoved(ChatCase):
    def setUp(self):
        super().setUp()
        self.online(self.anna)
        self.talk = self.dialogue()
        self.visitor_writes(self.talk, "How much is it?")
        self.answer = self.staff_writes(self.talk, self.anna, "It is for Mr. Smith")

    def remove(self, message, user=None, body=""):
        if user:
            self.authenticate(user.login, user.login)
            route, params = "/mail/message/update_content", {}
        else:
            route = "/im_livechat/cors/message/update_content"
            params = {"guest_token": self.token}
        return self.call(
            route,
            {"message_id": message.id, "update_data": {"body": body}, **params},
        )

    def test_mistaken_answer_can_be_deleted_after_it_was_seen(self):
        guest = self.talk.channel_member_ids.filtered("guest_id")
        guest.seen_message_id = self.answer
        self.remove(self.answer, self.anna)
        self.assertTrue(is_html_empty(self.answer.body))
        kept = self.talk.usu_deletion_ids
        self.assertEqual(kept.kind, "deleted")
        self.assertIn("Mr. Smith", kept.body)
        self.assertEqual((kept.user_id, kept.author_name), (self.anna, "Anna"))
        self.assertTrue(kept.was_seen)
        self.assertTrue(self.talk.usu_waiting_since, "the client waits again")

    def test_only_the_head_of_the_desk_reads_what_was_removed(self):
        self.remove(self.answer, self.anna)
        kept = self.talk.usu_deletion_ids
        self.assertTrue(kept.with_user(self.head).body)
        for user in (self.anna, self.boris, self.outsider):
            with self.assertRaises(AccessError):
                kept.with_user(user).read(["body"])

    def test_a_changed_answer_keeps_its_first_text(self):
        self.remove(self.answer, self.anna, body="It costs 20")
        kept = self.talk.usu_deletion_ids
        self.assertEqual(kept.kind, "changed")
        self.assertIn("Mr. Smith", kept.body)
        self.assertFalse(self.talk.usu_waiting_since)

    def test_visitors_may_delete_only_where_the_channel_allows_it(self):
        question = self.talk.message_ids.sorted("id")[0]
        self.livechat.usu_visitor_may_delete = False
        with mute_logger("odoo.http"), self.assertRaises(Exception):  # noqa: B017
            self.remove(question)
        self.assertTrue(question.body)
        self.livechat.usu_visitor_may_delete = True
        self.remove(question)
        self.assertTrue(is_html_empty(question.body))
        kept = self.talk.usu_deletion_ids
        self.assertEqual((kept.remover_name, kept.user_id.id), ("Marta", False))

    def test_an_answer_can_quote_a_message(self):
        question = self.talk.message_ids.sorted("id")[0]
        answer = self.talk.with_user(self.anna).message_post(
            body="20", parent_id=question.id, message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )  # fmt: skip
        self.assertEqual(answer.parent_id, question)
        self.visitor_writes(self.talk, "Thank you", parent_id=answer.id)
        self.assertEqual(self.talk.message_ids[0].parent_id, answer)
