import xmlrpc.client

from odoo.tests import tagged

from .common import IntakeCase, letter


@tagged("post_install", "-at_install", "usu_intake")
class TestGateway(IntakeCase):
    """Letters handed over by a mail server through Odoo's gateway script."""

    def local(self, **vals):
        values = {
            "name": "Delivered",
            "server_type": "local",
            "usu_intake": True,
            "usu_team_id": self.desk.id,
            "state": "done",
            **vals,
        }
        return self.env["fetchmail.server"].create(values)

    def deliver(self, raw, model="helpdesk.ticket"):
        return self.env["mail.thread"].message_process(model, xmlrpc.client.Binary(raw))

    def test_passes_the_queue(self):
        server = self.local()
        self.assertFalse(self.deliver(letter()))
        item = self.env["usu.intake.item"].search([("server_id", "=", server.id)])
        self.assertEqual((len(item), item.state), (1, "new"))
        self.assertEqual(item._get_raw(), letter())
        self.deliver(letter())
        self.assertEqual(
            self.env["usu.intake.item"].search_count([("server_id", "=", server.id)]), 1
        )

    def test_other_models_and_no_local_mailbox_go_odoos_way(self):
        ticket_id = self.deliver(letter())
        self.assertTrue(self.env["helpdesk.ticket"].browse(ticket_id).exists())
        self.local(state="draft")
        self.assertTrue(self.deliver(letter(message_id="<b@home.test>")))
        self.local()
        items = self.env["usu.intake.item"].search_count([])
        partner_id = self.deliver(letter(message_id="<c@home.test>"), "res.partner")
        self.assertTrue(partner_id)
        self.assertEqual(self.env["usu.intake.item"].search_count([]), items)
