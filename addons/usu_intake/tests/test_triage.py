from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import IntakeCase, letter, vouched

STRANGER = "Oliver Bennett <oliver@stranger.test>"


@tagged("post_install", "-at_install", "usu_intake")
class TestTriage(IntakeCase):
    def setUp(self):
        super().setUp()
        self.item = self.receive(letter(STRANGER, files=[("a.pdf", b"x")]))
        self.mine = self.item.with_user(self.head)

    def link(self, **vals):
        wizard = self.env["usu.intake.item.link"].with_user(self.head)
        return wizard.create(
            {"item_ids": [(6, 0, self.item.ids)], **vals}
        ).action_apply()

    def test_link_and_remember_the_address(self):
        self.link(partner_id=self.client_anna.id, remember="address")
        self.assertEqual(self.item.state, "done")
        self.assertEqual(self.item.partner_id, self.client_anna)
        self.assertEqual(self.item.handled_by_id, self.head)
        message = self.item.ticket_id.message_ids.filtered(
            lambda m: m.message_type == "email"
        )
        self.assertEqual(message.author_id, self.client_anna)
        self.assertEqual(message.attachment_ids.name, "a.pdf")
        later = self.receive(letter(STRANGER, message_id="<later@stranger.test>"))
        self.assertEqual((later.state, later.partner_id), ("done", self.client_anna))

    def test_link_only_this_time(self):
        self.link(partner_id=self.client_anna.id, remember="no")
        later = self.receive(letter(STRANGER, message_id="<later@stranger.test>"))
        self.assertEqual(later.state, "triage")

    def test_remember_the_domain(self):
        self.link(partner_id=self.client_anna.id, remember="domain")
        later = self.receive(letter("New <new@stranger.test>", message_id="<n@s.test>"))
        self.assertEqual((later.state, later.partner_id), ("done", self.client_anna))

    def test_merge_into_a_request(self):
        request = self.receive(
            letter(headers=[vouched()], message_id="<two@home.test>")
        ).ticket_id
        before = self.env["helpdesk.ticket"].search_count([])
        self.link(ticket_id=request.id, remember="no")
        self.assertEqual(self.item.ticket_id, request)
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before)
        self.assertIn(
            "oliver@stranger.test", request.message_ids.mapped("email_from")[0]
        )

    def test_new_client(self):
        action = self.mine.action_new_client()
        request = self.env["helpdesk.ticket"].browse(action["res_id"])
        self.assertEqual(request.partner_id.name, "Oliver Bennett")
        self.assertEqual(request.partner_id.email, "oliver@stranger.test")
        self.assertEqual(self.item.state, "done")

    def test_answer_makes_a_request_without_a_client(self):
        partners = self.env["res.partner"].search_count([])
        self.mine.action_answer()
        self.assertFalse(self.item.ticket_id.partner_id)
        self.assertEqual(self.item.ticket_id.partner_email, "oliver@stranger.test")
        self.assertEqual(self.env["res.partner"].search_count([]), partners)

    def test_spam_and_blocking(self):
        self.mine.action_spam()
        self.assertEqual(self.item.state, "rejected")
        self.mine.action_block_domain()
        later = self.receive(letter("x@stranger.test", message_id="<x@s.test>"))
        self.assertEqual(later.state, "rejected")
        rule = self.env["usu.intake.sender"].search([("value", "=", "stranger.test")])
        self.assertEqual((rule.kind, rule.rule), ("domain", "block"))
        self.assertEqual(rule.create_uid, self.head)

    def test_decided_items_are_not_decided_again(self):
        self.mine.action_new_client()
        for button in ("action_new_client", "action_spam", "action_block_address"):
            with self.assertRaises(UserError):
                getattr(self.mine, button)()

    def test_others_may_not_decide(self):
        for button in (
            *("action_new_client", "action_request", "action_answer", "action_spam"),
            *("action_block_address", "action_block_domain", "action_process_again"),
            *("action_download", "action_link"),
        ):
            with self.subTest(button), self.assertRaises(AccessError):
                getattr(self.item.with_user(self.employee), button)()

    def test_suggestion_by_telephone_number_in_the_text(self):
        self.client_anna.write({"phone": "+44 20 7946 0018"})
        item = self.receive(
            letter(STRANGER, body="Call +44 20 7946 0018", message_id="<p@s.test>")
        ).with_user(self.head)
        self.assertEqual(item.suggested_partner_ids, self.client_anna)
        self.assertTrue(item.suggestion)

    def test_forged_letter_linked_by_hand_gets_no_author(self):
        forged = self.receive(
            letter(headers=[vouched(result="fail")], message_id="<f@home.test>")
        )
        self.assertEqual(forged.heap, "forged")
        forged.with_user(self.head)._for_review()._accept(partner=self.client_anna)
        message = forged.ticket_id.message_ids.filtered(
            lambda m: m.message_type == "email"
        )
        self.assertFalse(message.author_id)

    def test_rules_are_cleaned_and_checked(self):
        sender = self.env["usu.intake.sender"].with_user(self.head)
        rule = sender.create({"kind": "domain", "value": "@B\u00fccher.test"})
        self.assertEqual(rule.value, "xn--bcher-kva.test")
        for vals in (
            {"kind": "domain", "value": "no dots"},
            {"kind": "address", "value": "no-at"},
            {"kind": "address", "value": "a@b.test", "rule": "client"},
        ):
            with self.subTest(vals), self.assertRaises(UserError):
                sender.create(vals)
