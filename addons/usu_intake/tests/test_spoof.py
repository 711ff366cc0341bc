from odoo.tests import tagged

from . import spoof
from .common import KNOWN, STAFF, IntakeCase, letter, vouched


@tagged("post_install", "-at_install", "usu_intake")
class TestSpoof(IntakeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mailbox.usu_check_dkim = True
        cls.mailbox.usu_acknowledge = False
        cls.keys.update(spoof.keys())

    def test_no_forgery_is_believed(self):
        root = self.env.ref("base.user_root")
        forgeries = spoof.forgeries()
        self.assertGreaterEqual(len(forgeries), 40)
        for name, raw in forgeries.items():
            with self.subTest(name):
                last = self.env["mail.message"].search([], order="id desc", limit=1).id
                item = self.receive(b"X-Case: " + name.encode() + b"\r\n" + raw + b"\n")
                self.assertNotEqual(item.state, "error", item.error)
                if item.sender in (KNOWN, STAFF):
                    self.assertNotEqual(item.verdict, "verified")
                else:  # vouched for by its own domain, it is still a stranger
                    self.assertEqual(item.state, "triage")
                    self.assertFalse(item.partner_id)
                messages = self.env["mail.message"].search(
                    [("id", ">", last), ("message_type", "=", "email")]
                )
                self.assertFalse(messages.author_id)
                self.assertLessEqual(messages.create_uid, root)
                # each letter of its own: the next one must not be a repeat
                self.env.cr.execute(
                    "UPDATE usu_intake_item SET external_key = %s WHERE id = %s",
                    [name, item.id],
                )

    def test_no_genuine_letter_is_refused(self):
        genuine = spoof.genuine()
        self.assertGreaterEqual(len(genuine), 10)
        for name, raw in genuine.items():
            with self.subTest(name):
                item = self.receive(raw)
                self.assertEqual((item.verdict, item.state), ("verified", "done"), name)
                self.assertEqual(item.partner_id, self.client_anna)
                self.env.cr.execute(
                    "UPDATE usu_intake_item SET external_key = %s WHERE id = %s",
                    [name, item.id],
                )

    def test_thread_token_is_proof_without_any_header(self):
        request = self.receive(letter(headers=[vouched()])).ticket_id
        item = self.receive(
            letter(
                headers=[("References", f"<old@x> {request._usu_message_id()}")],
                message_id="<two@home.test>",
            )
        )
        self.assertEqual((item.verdict, item.ticket_id), ("verified", request))

    def test_imitations_are_pointed_out(self):
        sender = "From: Anna <ann\u0430@home.test>\r\n".encode()
        twin = self.receive(sender + letter("", message_id="<t@h>"))
        self.assertIn("lookalike", twin.reason_keys)
        name = self.receive(letter("Anna Petrova <a@evil.test>", message_id="<n@h>"))
        self.assertIn("name_of_client", name.reason_keys)
        reply = self.receive(
            letter(headers=[vouched(), ("Reply-To", "x@evil.test")], message_id="<r@h>")
        )
        self.assertIn("foreign_reply_to", reply.reason_keys)
