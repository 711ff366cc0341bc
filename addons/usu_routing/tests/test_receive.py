from unittest.mock import patch

from odoo import api
from odoo.tests import tagged

from ..tools.values import Contact
from .common import RoutingCommon


@tagged("post_install", "-at_install", "usu_routing")
class TestReceive(RoutingCommon):
    def test_new_client_goes_to_the_least_busy_of_those_present(self):
        self.present(self.anna, self.boris)
        first = self.receive(
            Contact(name="A", phone="+91 98765 00001"), create_client=True
        )
        second = self.receive(
            Contact(name="B", phone="+91 98765 00002"), create_client=True
        )
        self.assertEqual({first.user_id, second.user_id}, {self.anna.id, self.boris.id})
        self.assertEqual(first.state, "assigned")
        self.assertTrue(first.new_client and first.new_request)

    def test_open_request_goes_to_its_responsible(self):
        self.present(self.anna, self.boris)
        contact = Contact(name="Mira", phone="098765 43210")
        first = self.receive(contact)
        again = self.receive(contact, body="One more thing", external_id="m2")
        self.assertEqual(first.partner_id, self.client.id)
        self.assertEqual(first.request_id, again.request_id)
        self.assertEqual(first.user_id, again.user_id)
        self.assertFalse(again.new_request)
        self.assertIn("responsible for the open request", again.reason)

    def test_repeat_changes_nothing(self):
        self.present(self.anna)
        contact = Contact(email="MIRA@x.example")
        first = self.receive(
            contact, channel="email", external_id="letter:1", body="Hi"
        )
        ticket = self.ticket(first)
        messages = len(ticket.message_ids)
        again = self.receive(
            contact, channel="email", external_id="letter:1", body="Hi"
        )
        self.assertEqual(again.state, "duplicate")
        self.assertEqual(again.request_id, first.request_id)
        self.assertEqual(len(ticket.message_ids), messages)
        other = self.receive(contact, channel="chat", external_id="letter:1")
        self.assertNotEqual(other.state, "duplicate", "ids are the channel's own")

    def test_nobody_there_waits_in_the_queue_and_comes_out_of_it(self):
        receipt = self.receive(Contact(name="Visitor"))
        ticket = self.ticket(receipt)
        self.assertEqual(receipt.state, "queued")
        self.assertFalse(ticket.user_id)
        self.present(self.boris)
        self.clock()
        self.assertEqual(ticket.user_id, self.boris)
        self.assertEqual(self.decisions(ticket).mapped("kind"), ["assign", "queue"])

    # ------------------------------------------- beside another addon that assigns

    def assigns_too(self):
        """An addon that, like the helpdesk's assign methods, fills in the responsible
        of every new request."""
        Ticket = self.registry["helpdesk.ticket"]
        create, anna = Ticket.create, self.anna

        @api.model_create_multi
        def assign(records, vals_list):
            return create(records, [{**v, "user_id": anna.id} for v in vals_list])

        return patch.object(Ticket, "create", assign)

    def test_what_is_received_goes_to_whom_the_policy_chose(self):
        self.present(self.boris)
        with self.assigns_too():
            ticket = self.ticket(self.receive())
        self.assertEqual(ticket.user_id, self.boris)
        self.assertEqual(self.decisions(ticket).mapped("kind"), ["assign"])
        self.assertEqual(ticket._usu_tasks().user_id, self.boris)

    def test_what_waits_in_the_queue_is_given_to_nobody_else(self):
        with self.assigns_too():
            receipt = self.receive()
        self.assertEqual(receipt.state, "queued")
        self.assertFalse(self.ticket(receipt).user_id)

    def test_what_the_other_addon_gave_is_not_given_again(self):
        self.present(self.boris)
        self.desk.usu_distribute_manual = True
        with self.assigns_too():
            ticket = self.env["helpdesk.ticket"].create(
                {"name": "Typed in", "description": "?", "team_id": self.desk.id}
            )
        self.assertEqual(ticket.user_id, self.anna)
        self.assertEqual(self.decisions(ticket).mapped("kind"), ["manual"])
