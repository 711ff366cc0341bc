from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..tools.values import Contact
from .common import RoutingCommon


@tagged("post_install", "-at_install", "usu_routing")
class TestFlow(RoutingCommon):
    def setUp(self):
        super().setUp()
        self.present(self.anna, self.boris)
        self.done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")

    def request(self, **kwargs):
        contact = Contact(partner_id=self.client.id)
        return self.ticket(self.receive(contact, **kwargs))

    def late(self, ticket, seconds=0):
        """The timer of the step has run out."""
        ticket.usu_escalate_at = fields.Datetime.now() - timedelta(seconds=seconds + 1)
        self.clock()

    def other(self, user):
        return (self.anna + self.boris) - user

    # -------------------------------------------------------------------- timers

    def test_silent_owner_is_relieved_when_the_time_is_up_and_both_are_told(self):
        ticket = self.request()
        owner = ticket.user_id
        self.assertTrue(ticket.usu_escalate_at)
        self.late(ticket)
        self.assertEqual(ticket.user_id, self.other(owner))
        self.assertEqual(ticket._usu_tasks().user_id, ticket.user_id, "task moved")
        alerts = ticket.usu_alert_ids
        pending = alerts.filtered(lambda a: a.state == "pending")
        self.assertEqual(pending.user_id, ticket.user_id)
        self.assertEqual((alerts - pending).mapped("state"), ["gone"])
        self.assertEqual(self.decisions(ticket).mapped("kind"), ["escalate", "assign"])

    def test_answer_stops_the_timer_and_ends_the_task(self):
        ticket = self.request()
        ticket.with_user(ticket.user_id).message_post(
            body="Good morning", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertFalse(ticket.usu_escalate_at or ticket.usu_waiting_since)
        self.assertTrue(ticket.usu_first_answer_at)
        self.assertFalse(ticket._usu_tasks())
        self.assertEqual(ticket.usu_alert_ids.mapped("state"), ["gone"])

    def test_internal_note_is_no_answer(self):
        ticket = self.request()
        ticket.with_user(ticket.user_id).message_post(
            body="Strange client", subtype_xmlid="mail.mt_note"
        )
        self.assertTrue(ticket.usu_waiting_since)

    def test_client_writes_again_and_the_timer_starts_again(self):
        ticket = self.request()
        self.Routing._staff_answered(ticket, ticket.user_id)
        self.assertFalse(ticket._usu_tasks())
        ticket.message_post(
            body="One more question",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=self.client.id,
        )
        self.assertTrue(ticket.usu_waiting_since and ticket.usu_escalate_at)
        self.assertEqual(len(ticket._usu_tasks()), 1)

    def test_nobody_else_there_leaves_it_with_its_responsible(self):
        ticket = self.request()
        owner = ticket.user_id
        self.env["mail.presence"].search([]).unlink()
        self.late(ticket)
        self.assertEqual(ticket.user_id, owner)
        self.assertGreater(ticket.usu_escalate_at, fields.Datetime.now())

    def test_step_may_tell_the_head_or_queue(self):
        self.policy(
            {"strategy": "least_loaded", "wait_seconds": 5, "on_timeout": "head"}
        )
        ticket = self.request()
        owner = ticket.user_id
        self.late(ticket)
        self.assertEqual(ticket.user_id, owner)
        self.assertIn(self.head, ticket.usu_alert_ids.user_id)
        self.policy(
            {"strategy": "least_loaded", "wait_seconds": 5, "on_timeout": "queue"}
        )
        ticket = self.ticket(self.receive(Contact(name="Another")))
        owner = ticket.user_id
        self.late(ticket)
        self.assertNotEqual(ticket.user_id, owner, "whoever was silent is left out")

    def test_silent_people_do_not_get_it_again_until_the_client_is_answered(self):
        ticket = self.request()
        self.late(ticket)
        self.late(ticket)
        self.assertIn(ticket.user_id, self.anna + self.boris, "bounded, never lost")
        kinds = self.decisions(ticket).mapped("kind")
        self.assertEqual(kinds, ["escalate", "assign"], "no endless loop")

    def test_policy_that_goes_round_ends(self):
        again = {"wait_seconds": 60, "on_timeout": "again"}
        self.policy(
            {"strategy": "least_loaded", **again}, {"strategy": "round_robin", **again}
        )
        ticket = self.request()
        for _time in range(5):
            self.late(ticket)
        kinds = self.decisions(ticket).mapped("kind")
        self.assertEqual(kinds, ["escalate", "assign"], "each was asked once")
        self.assertTrue(ticket.user_id, "it stays with whoever was asked last")
        self.assertTrue(ticket.usu_escalate_at, "and is looked at again")

    def test_desk_of_one_gets_its_request_back_from_the_queue(self):
        self.desk.user_ids = self.anna
        self.policy(
            {"strategy": "least_loaded", "wait_seconds": 5, "on_timeout": "queue"}
        )
        with freeze_time("2026-11-20 09:00:00"):
            self.present(self.anna)
            ticket = self.request()
            self.assertEqual(ticket.user_id, self.anna)
        with freeze_time("2026-11-20 09:05:00"):
            self.present(self.anna)
            self.clock()
            self.assertFalse(ticket.user_id)
        with freeze_time("2026-11-20 09:40:00"):
            self.present(self.anna)
            self.clock()
            self.assertEqual(ticket.user_id, self.anna)

    def test_timer_counts_in_the_desks_hours(self):
        self.desk.usu_calendar_id = self.env["resource.calendar"].create(
            {
                "name": "Mornings",
                "tz": "Europe/Moscow",
                "attendance_ids": [
                    (
                        0,
                        0,
                        {
                            "name": day,
                            "dayofweek": day,
                            "hour_from": 9,
                            "hour_to": 18,
                            "day_period": "morning",
                        },
                    )
                    for day in "01234"
                ],
            }
        )
        self.policy(
            {"strategy": "owner", "availability": "any", "wait_written_minutes": 60},
            {
                "strategy": "least_loaded",
                "availability": "any",
                "wait_written_minutes": 60,
            },
        )
        with freeze_time("2026-11-20 14:30:00"):  # Friday, 17:30 in Moscow
            ticket = self.request(channel="email")
        self.assertEqual(
            ticket.usu_escalate_at, fields.Datetime.to_datetime("2026-11-23 06:30:00")
        )

    def test_activity_at_the_desk_drives_the_timers(self):
        ticket = self.request()
        ticket.usu_escalate_at = fields.Datetime.now() - timedelta(seconds=1)
        cron = self.env.ref("usu_routing.ir_cron_clock")
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.receive(Contact(name="Somebody else"))
        self.assertGreater(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]),
            triggers,
        )

    # ------------------------------------------------------------------ by hand

    def test_manual_choice_wins_over_the_clock(self):
        ticket = self.request()
        chosen = self.other(ticket.user_id)
        due = fields.Datetime.now() - timedelta(seconds=1)
        ticket.usu_escalate_at = due
        ticket.with_user(self.head).user_id = chosen
        self.clock()
        self.assertEqual(ticket.user_id, chosen)
        self.assertEqual(self.decisions(ticket)[:1].kind, "manual")

    def test_helpdesk_user_without_front_desk_rights_assigns_as_before(self):
        plain = new_test_user(
            self.env, "usu_plain", groups="helpdesk_mgmt.group_helpdesk_user"
        )
        ticket = self.request()
        chosen = self.other(ticket.user_id)
        ticket.with_user(plain).user_id = chosen
        self.assertEqual(ticket._usu_tasks().user_id, chosen)
        ticket.with_user(plain).stage_id = self.done
        self.assertFalse(ticket._usu_tasks())

    def test_every_change_of_responsible_has_a_decision(self):
        ticket = self.request()
        self.late(ticket)
        ticket.with_user(self.head).user_id = self.head
        ticket.with_user(self.head).user_id = False
        self.Routing._staff_answered(ticket, self.boris)
        chain = self.decisions(ticket)
        self.assertEqual(
            chain.mapped("kind"), ["take", "manual", "take", "escalate", "assign"]
        )
        self.assertTrue(all(decision.reason for decision in chain))

    def test_hand_over_goes_to_somebody_more_experienced(self):
        self.agent(self.anna).level = 1
        self.agent(self.boris).level = 3
        self.policy("cheapest", {"strategy": "cheapest", "min_level": 2})
        ticket = self.ticket(self.receive())
        ticket.with_context(usu_routed=True).user_id = self.anna
        wizard = self.env["usu.routing.hand.over"].with_user(self.anna)
        wizard = wizard.create({"ticket_id": ticket.id, "note": "Asks for the doctor"})
        wizard.action_hand_over()
        self.assertEqual(ticket.user_id, self.boris)
        self.assertEqual(ticket.usu_level, 2)
        self.assertEqual(self.decisions(ticket)[:1].kind, "hand_over")
        self.assertIn("Asks for the doctor", ticket.message_ids[0].body)

    def test_hand_over_with_nobody_else_says_so(self):
        ticket = self.request()
        self.env["mail.presence"].search([]).unlink()
        owner = ticket.user_id
        with self.assertRaises(UserError):
            self.Routing._hand_over(ticket, reason="busy")
        self.assertEqual(ticket.user_id, owner)

    def test_employee_who_picked_up_is_recorded(self):
        receipt = self.receive(
            Contact(name="Caller"), channel="call", preferred_user_id=self.boris.id
        )
        ticket = self.ticket(receipt)
        self.assertEqual(receipt.user_id, self.boris.id)
        self.assertEqual(self.decisions(ticket).kind, "preferred")
        self.assertFalse(
            ticket.usu_alert_ids, "who is on the telephone needs no pop-up"
        )
        self.assertEqual(ticket._usu_tasks().user_id, self.boris)

    def test_call_on_an_open_request_leaves_its_responsible(self):
        ticket = self.request()
        owner = ticket.user_id
        receipt = self.receive(
            Contact(partner_id=self.client.id),
            channel="call",
            preferred_user_id=self.other(owner).id,
        )
        self.assertEqual(receipt.request_id, ticket.id)
        self.assertEqual(ticket.user_id, owner)

    # --------------------------------------------------------------- life of it

    def test_one_task_per_request_closed_with_it(self):
        ticket = self.request()
        self.request(body="again")
        self.assertEqual(len(ticket._usu_tasks()), 1)
        ticket.stage_id = self.done
        self.assertFalse(ticket._usu_tasks())
        self.assertFalse(ticket.usu_alert_ids.filtered(lambda a: a.state == "pending"))
        ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_new")
        self.assertEqual(len(ticket._usu_tasks()), 1, "reopened: a task again")

    def test_another_desk_distributes_anew(self):
        ticket = self.request()
        clara = self.new_employee("clara")
        other = self.env["helpdesk.ticket.team"].create(
            {"name": "Billing", "user_ids": [(4, clara.id)]}
        )
        self.present(clara)
        ticket.team_id = other
        self.assertEqual(ticket.user_id, clara)

    def test_portal_ticket_is_distributed_typed_in_one_is_not(self):
        portal = self.env["res.users"].create(
            {
                "name": "Portal",
                "login": "usu_portal",
                "partner_id": self.client.id,
                "group_ids": [(6, 0, [self.env.ref("base.group_portal").id])],
            }
        )
        vals = {"name": "From the site", "description": "x", "team_id": self.desk.id}
        self.env.company.helpdesk_mgmt_ticket_auto_assign = False
        ticket = self.env["helpdesk.ticket"].with_user(portal).sudo().create(vals)
        self.assertIn(ticket.user_id, self.anna + self.boris)
        typed = self.env["helpdesk.ticket"].create(vals)
        self.assertFalse(typed.user_id)
        self.desk.usu_distribute_manual = True
        self.assertTrue(self.env["helpdesk.ticket"].create(vals).user_id)

    def test_imported_history_calls_nobody(self):
        ticket = self.env["helpdesk.ticket"].with_context(import_file=True)
        ticket = ticket.create(
            {
                "name": "Last year",
                "description": "x",
                "team_id": self.desk.id,
                "user_id": self.anna.id,
            }
        )
        self.assertFalse(ticket._usu_tasks() or ticket.usu_alert_ids)

    def test_assignment_sends_no_letter(self):
        before = self.env["mail.mail"].search_count([])
        self.request()
        self.assertEqual(self.env["mail.mail"].search_count([]), before)

    def test_own_request_of_a_client_not_of_the_family(self):
        family = self.env["res.partner"].create({"name": "Family", "is_company": True})
        self.client.parent_id = family
        sister = self.env["res.partner"].create(
            {"name": "Sister", "parent_id": family.id}
        )
        ticket = self.request()
        receipt = self.receive(Contact(partner_id=sister.id))
        self.assertNotEqual(receipt.request_id, ticket.id)

    def test_appointments_are_matters_of_their_own(self):
        ticket = self.request()
        other = self.request(channel="appointment")
        self.assertNotEqual(ticket, other)
        self.assertEqual(self.Routing._open_requests(self.client), other + ticket)
