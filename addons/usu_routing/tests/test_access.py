from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..tools.values import Contact
from .common import RoutingCommon

OWN = (
    "usu.contact.point",
    "usu.client.category",
    "usu.routing.skill",
    "usu.routing.policy",
    "usu.routing.step",
    "usu.routing.agent",
    "usu.routing.decision",
    "usu.routing.alert",
    "usu.routing.arrival",
    "usu.routing.claim",
)


@tagged("post_install", "-at_install", "usu_routing")
class TestAccess(RoutingCommon):
    def test_portal_and_public_reach_nothing(self):
        portal = self.env["res.users"].create(
            {
                "name": "P",
                "login": "usu_portal_access",
                "group_ids": [(6, 0, [self.env.ref("base.group_portal").id])],
            }
        )
        for user in (portal, self.env.ref("base.public_user")):
            for model in OWN:
                for operation in ("read", "write", "create", "unlink"):
                    self.assertFalse(
                        self.env[model].with_user(user).has_access(operation),
                        f"{user.login} {operation} {model}",
                    )
            self.assertEqual(
                self.env["usu.routing.alert"].with_user(user).get_pending(), []
            )

    def test_client_does_not_read_what_the_staff_notes(self):
        portal = self.env["res.users"].create(
            {
                "name": "Mira",
                "login": "usu_portal_own",
                "partner_id": self.client.id,
                "group_ids": [(6, 0, [self.env.ref("base.group_portal").id])],
            }
        )
        ticket = self.ticket(self.receive(Contact(partner_id=self.client.id)))
        self.assertEqual(ticket.with_user(portal).read(["name"])[0]["id"], ticket.id)
        for record, names in (
            (self.client, ("usu_category_id", "usu_note", "usu_responsible_id")),
            (ticket, ("usu_level", "usu_escalate_at", "usu_token", "usu_alert_ids")),
        ):
            for name in names:
                with self.assertRaises(AccessError):
                    record.with_user(portal).read([name])

    def test_client_may_answer_and_close_in_the_portal(self):
        portal = self.env["res.users"].create(
            {
                "name": "Mira",
                "login": "usu_portal_own",
                "partner_id": self.client.id,
                "group_ids": [(6, 0, [self.env.ref("base.group_portal").id])],
            }
        )
        self.present(self.anna)
        ticket = self.ticket(self.receive(Contact(partner_id=self.client.id)))
        self.Routing._staff_answered(ticket, self.anna)
        ticket.with_user(portal).message_post(
            body="Thank you", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertTrue(ticket.usu_waiting_since)
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        ticket.with_user(portal).sudo().stage_id = done
        self.assertFalse(ticket._usu_tasks())

    def test_employee_reads_head_changes(self):
        for model in ("usu.routing.policy", "usu.routing.step", "usu.routing.agent"):
            employee = self.env[model].with_user(self.anna)
            self.assertTrue(employee.has_access("read"), model)
            self.assertFalse(employee.has_access("write"), model)
            self.assertTrue(self.env[model].with_user(self.head).has_access("write"))
        for user in (self.anna, self.head, self.env.ref("base.user_admin")):
            decisions = self.env["usu.routing.decision"].with_user(user)
            self.assertTrue(decisions.has_access("read"))
            self.assertFalse(decisions.has_access("write"), "nobody rewrites history")

    def test_costs_are_for_human_resources(self):
        self.agent(self.anna).cost = 12.5
        self.present(self.anna, self.boris)
        self.policy("cheapest")
        ticket = self.ticket(self.receive())
        for user in (self.anna, self.head):
            with self.assertRaises(AccessError):
                self.agent(self.anna).with_user(user).read(["cost"])
            view = self.env["usu.routing.agent"].with_user(user).get_view()
            self.assertNotIn('name="cost"', view["arch"])
            chain = self.decisions(ticket).with_user(user)
            self.assertNotIn("12.5", str(chain.read(["candidates", "trail", "reason"])))

    def test_companies_are_apart(self):
        other = self.env["res.company"].create({"name": "Other clinic"})
        policy = self.env["usu.routing.policy"].create(
            {"name": "Theirs", "company_id": other.id}
        )
        desk = self.env["helpdesk.ticket.team"].create(
            {"name": "Theirs", "company_id": other.id}
        )
        client = self.env["res.partner"].create(
            {"name": "Theirs", "company_id": other.id, "phone": "+919811100000"}
        )
        for record in (policy, client.usu_contact_point_ids):
            self.assertFalse(record.with_user(self.head)._filtered_access("read"))
        agent = self.env["usu.routing.agent"].create(
            {"desk_id": desk.id, "user_id": self.env.ref("base.user_admin").id}
        )
        self.assertFalse(agent.with_user(self.head)._filtered_access("read"))

    def test_employee_may_pause_only_themselves(self):
        self.agent(self.anna).with_user(self.anna).action_toggle_pause()
        self.assertTrue(self.agent(self.anna).paused)
        with self.assertRaises(AccessError):
            self.agent(self.boris).with_user(self.anna).action_toggle_pause()

    def test_who_may_not_read_a_request_learns_nothing_of_it(self):
        ticket = self.ticket(self.receive())
        stranger = self.env["res.users"].create(
            {
                "name": "Stranger",
                "login": "usu_stranger",
                "group_ids": [(6, 0, [self.env.ref("base.group_user").id])],
            }
        )
        with self.assertRaises(AccessError):
            ticket.with_user(stranger).action_usu_why()

    def test_decisions_of_other_desks_are_for_the_head(self):
        other = self.env["helpdesk.ticket.team"].create(
            {"name": "Other desk", "user_ids": [(6, 0, self.boris.ids)]}
        )
        ours = self.decisions(self.ticket(self.receive()))
        theirs = self.decisions(self.ticket(self.receive(desk=other)))
        both = ours + theirs
        for user, seen in ((self.anna, ours), (self.boris, both), (self.head, both)):
            found = both.with_user(user)._filtered_access("read")
            self.assertEqual(found.ids, seen.ids, user.login)

    def test_hand_over_only_to_colleagues_of_the_desk(self):
        ticket = self.ticket(self.receive())
        ticket.user_id = self.anna
        portal = new_test_user(self.env, "usu_portal", groups="base.group_portal")
        wizard = self.env["usu.routing.hand.over"].with_user(self.anna)
        wizard = wizard.create({"ticket_id": ticket.id, "user_id": portal.id})
        with self.assertRaises(UserError):
            wizard.action_hand_over()
        self.assertEqual(ticket.user_id, self.anna)
