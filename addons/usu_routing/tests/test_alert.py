from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..tools.values import Contact
from .common import RoutingCommon


@tagged("post_install", "-at_install", "usu_routing")
class TestAlert(RoutingCommon):
    def setUp(self):
        super().setUp()
        self.present(self.anna)
        self.sent = []

    def alert(self, **kwargs):
        contact = Contact(partner_id=self.client.id)
        return self.ticket(self.receive(contact, **kwargs)).usu_alert_ids

    def bus(self, kind):
        """Messages of a kind that were put on the bus in this test."""
        self.env.cr.precommit.run()
        messages = self.env["bus.bus"].sudo().search([("message", "ilike", kind)])
        return messages.mapped("message")

    def test_the_popup_says_what_the_contract_says(self):
        payload = self.alert()._payload()
        self.assertEqual(
            set(payload),
            {"id", "request_id", "number", "title", "client", "channel", "reason",
             "since"},
        )  # fmt: skip
        self.assertEqual(payload["client"], "Mira Client")
        self.assertRegex(payload["since"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")

    def test_one_bus_message_when_it_comes_and_one_when_it_goes(self):
        alert = self.alert()
        self.assertEqual(len(self.bus('"usu_routing/task"')), 1)
        alert.with_user(self.anna).action_open()
        self.assertEqual(len(self.bus('"usu_routing/task_gone"')), 1)

    def test_pending_ones_are_ones_own(self):
        alert = self.alert()
        Alert = self.env["usu.routing.alert"]
        mine = Alert.with_user(self.anna).get_pending()
        self.assertEqual([payload["id"] for payload in mine], [alert.id])
        self.assertEqual(Alert.with_user(self.boris).get_pending(), [])

    def test_colleagues_popup_cannot_be_touched(self):
        alert = self.alert()
        for method in ("action_open", "action_take", "action_hand_over"):
            self.assertFalse(getattr(alert.with_user(self.boris), method)())
        self.assertEqual(alert.state, "pending")
        with self.assertRaises(AccessError):
            alert.with_user(self.boris).read(["reason"])

    def test_take_stops_the_timer(self):
        alert = self.alert()
        self.assertTrue(alert.ticket_id.usu_escalate_at)
        action = alert.with_user(self.anna).action_take()
        self.assertEqual(action["res_id"], alert.ticket_id.id)
        self.assertFalse(alert.ticket_id.usu_escalate_at)
        self.assertTrue(alert.ticket_id.usu_waiting_since, "the client still waits")

    def test_take_of_what_a_colleague_has_says_so(self):
        alert = self.alert()
        ticket = alert.ticket_id
        ticket.with_context(usu_routed=True).user_id = self.boris
        action = alert.with_user(self.anna).action_take()
        self.assertIn("Boris", action["params"]["message"])
        self.assertEqual(ticket.user_id, self.boris)

    def test_popup_goes_with_its_request(self):
        alert = self.alert()
        alert.ticket_id.unlink()
        self.assertFalse(alert.exists())
        self.assertEqual(
            self.env["usu.routing.alert"].with_user(self.anna).get_pending(), []
        )

    # ----------------------------------------------------------------------- SMS

    def sms(self):
        return self.env["sms.sms"].search_count(
            [("partner_id", "=", self.anna.partner_id.id)]
        )

    def text_anna(self, mode="all"):
        self.env.company.write(
            {
                "usu_sms_per_hour": 2,
                "usu_sms_quiet_from": 21.0,
                "usu_sms_quiet_to": 7.0,
            }
        )
        self.anna.write({"usu_sms": mode, "tz": "Asia/Kolkata"})
        self.anna.partner_id.phone = "+91 98765 11111"

    def test_sms_when_a_visitor_starts_a_chat_only_if_wanted(self):
        self.receive(Contact(name="A"))
        self.assertEqual(self.sms(), 0, "off by default")
        self.text_anna("chat")
        with freeze_time("2026-11-20 06:00:00"):
            self.present(self.anna)
            self.receive(Contact(name="B"), channel="email")
            self.assertEqual(self.sms(), 0)
            self.receive(Contact(name="C"), channel="chat")
        self.assertEqual(self.sms(), 1)

    def test_sms_cap_per_hour_and_quiet_hours(self):
        self.text_anna()
        with freeze_time("2026-11-20 06:00:00"):  # 11:30 in Kolkata
            self.present(self.anna)
            for number in range(4):
                self.receive(Contact(name=f"N{number}"), channel="email")
        self.assertEqual(self.sms(), 2)
        with freeze_time("2026-11-20 18:00:00"):  # 23:30 in Kolkata
            self.present(self.anna)
            self.receive(Contact(name="Night"), channel="email")
        self.assertEqual(self.sms(), 2)

    def test_no_number_no_sms(self):
        self.text_anna()
        self.anna.partner_id.phone = False
        with freeze_time("2026-11-20 06:00:00"):
            self.present(self.anna)
            self.receive(Contact(name="A"), channel="email")
        self.assertEqual(self.sms(), 0)

    # -------------------------------------------------------- timers to the second

    def test_browsers_at_the_desk_are_told_when_a_timer_ends(self):
        self.present(self.anna, self.boris)
        self.policy({"strategy": "least_loaded", "wait_seconds": 90})
        self.alert()
        told = self.bus('"usu_routing/due"')
        self.assertEqual(len(told), 2)
        self.assertRegex(told[0], r'"seconds": ?(89|90)\b')  # whole seconds

    def test_far_timers_and_closed_browsers_are_left_to_the_job(self):
        self.policy({"strategy": "least_loaded", "wait_written_minutes": 60})
        self.alert(channel="email")
        self.assertFalse(self.bus('"usu_routing/due"'))
        self.policy({"strategy": "least_loaded", "availability": "any",
                     "wait_seconds": 90})  # fmt: skip
        self.present(self.anna, ago=600)
        self.alert(new_request=True)
        self.assertFalse(self.bus('"usu_routing/due"'), "anna's browser is gone")

    def test_only_staff_wake_the_clock(self):
        alert = self.alert()
        alert.ticket_id.usu_escalate_at = fields.Datetime.now() - timedelta(seconds=1)
        Alert = self.env["usu.routing.alert"]
        public = self.env.ref("base.public_user")
        self.assertFalse(Alert.with_user(public).wake_due())
        self.assertTrue(Alert.with_user(self.boris).wake_due())
        alert.ticket_id.usu_escalate_at = False
        self.assertFalse(Alert.with_user(self.boris).wake_due())

    def test_old_popups_are_not_shown_again(self):
        alert = self.alert()
        alert.since = fields.Datetime.now() - timedelta(days=3)
        self.assertEqual(
            self.env["usu.routing.alert"].with_user(self.anna).get_pending(), []
        )
