from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.values import Contact
from .common import RoutingCommon


@tagged("post_install", "-at_install", "usu_routing")
class TestChoice(RoutingCommon):
    def chosen(self, **kwargs):
        contact = kwargs.pop("contact", None) or Contact(name="Somebody")
        return self.receive(contact, **kwargs).user_id

    def why_not(self, user, receipt):
        (line,) = [
            line
            for line in self.decisions(self.ticket(receipt))[:1].candidates
            if line["id"] == user.id
        ]
        return line["excluded"]

    # ------------------------------------------------------------- availability

    def test_who_is_not_available_never_gets_it(self):
        now = fields.Datetime.now()
        closed = self.env["resource.calendar"].create(
            {"name": "Never", "attendance_ids": [], "tz": "UTC"}
        )
        night = self.env["resource.calendar"].create(
            {
                "name": "Another day",
                "tz": "UTC",
                "attendance_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "-",
                            "dayofweek": str((now.weekday() + 3) % 7),
                            "hour_from": 8,
                            "hour_to": 9,
                            "day_period": "morning",
                        },
                    )
                ],
            }
        )
        agent = self.agent(self.anna)
        resource = self.env["resource.resource"].create(
            {"name": "Anna", "user_id": self.anna.id, "calendar_id": closed.id}
        )
        leave = {"name": "Leave", "resource_id": resource.id, "calendar_id": closed.id}
        cases = (
            ("offline", lambda: self.present(self.anna, ago=140)),
            ("away", lambda: self.present(self.anna, status="away")),
            ("paused", lambda: agent.write({"paused": True})),
            ("switched_off", lambda: self.anna.write({"usu_receive": False})),
            ("status_busy", lambda: self.anna.write({"manual_im_status": "busy"})),
            ("status_away", lambda: self.anna.write({"manual_im_status": "away"})),
            (
                "out_of_office",
                lambda: self.anna.write({"out_of_office_from": now - timedelta(1)}),
            ),
            (
                "on_leave",
                lambda: self.env["resource.calendar.leaves"].create(
                    {
                        **leave,
                        "date_from": now - timedelta(hours=1),
                        "date_to": now + timedelta(hours=1),
                    }
                ),
            ),
            ("off_shift", lambda: agent.write({"calendar_id": night.id})),
            ("inactive", lambda: self.anna.write({"active": False})),
        )
        for reason, prepare in cases:
            with self.subTest(reason), self.env.cr.savepoint() as savepoint:
                self.present(self.anna, self.boris)
                prepare()
                receipt = self.receive(Contact(name=reason))
                self.assertEqual(receipt.user_id, self.boris.id)
                self.assertEqual(self.why_not(self.anna, receipt), reason)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_presence_a_minute_old_counts(self):
        self.present(self.anna, ago=100)
        self.assertEqual(self.chosen(), self.anna.id)

    def test_policy_may_ignore_do_not_disturb(self):
        self.present(self.anna)
        self.anna.manual_im_status = "busy"
        self.policy("least_loaded", ignore_manual=True)
        self.assertEqual(self.chosen(), self.anna.id)

    def test_calendar_without_hours_does_not_close_the_desk(self):
        self.desk.usu_calendar_id = self.env["resource.calendar"].create(
            {"name": "Empty", "attendance_ids": []}
        )
        self.present(self.anna)
        self.assertEqual(self.chosen(), self.anna.id)
        self.assertTrue(self.Routing._desk_state(self.desk).open)

    # ----------------------------------------------------- capacity, level, skill

    def test_capacity_of_a_channel_is_never_exceeded(self):
        self.present(self.anna)
        self.agent(self.anna).capacity_chat = 2
        users = [self.chosen() for _n in range(4)]
        self.assertEqual(users, [self.anna.id, self.anna.id, None, None])
        self.assertEqual(self.chosen(channel="email"), self.anna.id, "letters apart")

    def test_answered_and_quiet_dialogues_take_no_place(self):
        self.present(self.anna)
        self.agent(self.anna).write({"capacity_chat": 1, "capacity_written": 1})
        self.agent(self.boris).paused = True
        chat, letter = self.receive(), self.receive(channel="email")
        self.assertIsNone(self.chosen())
        self.assertIsNone(self.chosen(channel="email"))
        for receipt in (chat, letter):
            self.Routing._staff_answered(self.ticket(receipt), self.anna)
        self.assertIsNone(self.chosen(), "the dialogue is going on")
        quiet = fields.Datetime.now() - timedelta(minutes=31)
        self.ticket(chat).usu_active_at = quiet
        self.assertEqual(self.chosen(), self.anna.id)
        self.assertEqual(self.chosen(channel="email"), self.anna.id)

    def test_no_limit_is_no_limit(self):
        self.present(self.anna)
        self.agent(self.anna).capacity_chat = 0
        self.assertEqual([self.chosen() for _n in range(5)], [self.anna.id] * 5)

    def test_closed_requests_give_capacity_back_and_the_queue_moves(self):
        self.present(self.anna)
        self.agent(self.anna).capacity_chat = 1
        first, second = self.receive(), self.receive()
        self.assertEqual(second.state, "queued")
        closed = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.ticket(first).stage_id = closed
        self.clock()
        self.assertEqual(self.ticket(second).user_id, self.anna)

    def test_queue_of_an_empty_desk_is_not_tried_each_minute(self):
        self.policy("least_loaded", "queue")
        ticket = self.ticket(self.receive())
        self.assertNotIn(ticket.id, self.Routing._queued_ids(), "nobody is there")
        self.present(self.anna)
        self.assertIn(ticket.id, self.Routing._queued_ids())
        self.present(self.anna, ago=600)
        self.policy({"strategy": "least_loaded", "availability": "any"})
        self.assertIn(ticket.id, self.Routing._queued_ids(), "present or not")
        self.policy("head", "queue")
        self.assertIn(ticket.id, self.Routing._queued_ids(), "the head is no member")

    def test_level_and_skills_are_needed(self):
        self.present(self.anna, self.boris)
        hindi = self.env["usu.routing.skill"].create({"name": "Hindi (test)"})
        self.agent(self.boris).write({"level": 3, "skill_ids": [(4, hindi.id)]})
        for _n in range(2):
            self.assertEqual(self.chosen(level=2), self.boris.id)
        self.assertEqual(self.chosen(skills=[hindi.id]), self.boris.id)
        self.assertIsNone(self.chosen(level=5))

    # --------------------------------------------------------------- strategies

    def test_round_robin_takes_turns(self):
        self.policy("round_robin")
        self.present(self.anna, self.boris)
        users = [self.chosen() for _n in range(4)]
        self.assertEqual(users[:2], users[2:])
        self.assertEqual(len(set(users)), 2)

    def test_most_experienced_and_cheapest(self):
        self.present(self.anna, self.boris)
        self.agent(self.anna).write({"level": 1, "cost": 8})
        self.agent(self.boris).write({"level": 4, "cost": 20})
        self.policy("most_experienced")
        self.assertEqual(self.chosen(), self.boris.id)
        self.policy("cheapest")
        self.assertEqual(self.chosen(), self.anna.id)

    def test_fewest_today_counts_closed_ones_too(self):
        self.policy("fewest_today")
        self.present(self.anna, self.boris)
        first = self.receive()
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.ticket(first).stage_id = done
        self.assertNotEqual(self.chosen(), first.user_id)

    def test_longest_idle(self):
        self.policy("longest_idle")
        self.present(self.anna, self.boris)
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        with freeze_time("2026-11-20 09:00:00"):
            self.present(self.anna)
            early = self.receive()
            self.ticket(early).stage_id = done
        with freeze_time("2026-11-20 10:00:00"):
            self.present(self.boris)
            late = self.receive()
            self.ticket(late).stage_id = done
        self.assertEqual((early.user_id, late.user_id), (self.anna.id, self.boris.id))
        with freeze_time("2026-11-20 11:00:00"):
            self.present(self.anna, self.boris)
            self.assertEqual(self.chosen(), self.anna.id)

    def test_permanent_responsible_and_previous(self):
        self.present(self.anna, self.boris)
        self.client.usu_responsible_id = self.boris
        contact = Contact(partner_id=self.client.id)
        self.policy("permanent", "least_loaded")
        first = self.receive(contact)
        self.assertEqual(first.user_id, self.boris.id)
        self.ticket(first).stage_id = self.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_stage_done"
        )
        self.client.usu_responsible_id = False
        self.policy("previous", "least_loaded")
        self.assertEqual(self.chosen(contact=contact), self.boris.id)

    def test_head_distributes_by_hand(self):
        self.desk.usu_policy_id = self.env.ref("usu_routing.usu_routing_policy_hand")
        receipt = self.receive()
        self.assertEqual(
            receipt.user_id, self.head.id, "though not a member, not there"
        )
        ticket = self.ticket(receipt)
        ticket.with_user(self.head).user_id = self.anna
        self.assertEqual(self.decisions(ticket)[:1].kind, "manual")
        self.assertEqual(ticket._usu_tasks().user_id, self.anna)

    def test_step_for_letters_is_not_for_chats(self):
        self.policy({"strategy": "least_loaded", "scope": "written"})
        self.present(self.anna)
        self.assertIsNone(self.chosen(channel="chat"))
        self.assertEqual(self.chosen(channel="email"), self.anna.id)

    def test_letters_reach_those_on_shift_though_nobody_is_present(self):
        self.assertIn(self.chosen(channel="email"), (self.anna + self.boris).ids)
        self.assertIsNone(self.chosen(channel="chat"))

    # ---------------------------------------------------------- who triggers it

    def test_the_choice_does_not_depend_on_who_triggers_it(self):
        self.policy("least_loaded")
        self.present(self.anna, self.boris)
        for _n in range(2):
            ticket = self.ticket(self.receive(channel="email"))
            ticket.with_context(usu_routed=True).user_id = self.anna
        portal = self.env.ref("base.public_user")
        for user in (self.anna, self.boris, self.head, portal):
            routing = self.env["usu.routing"].with_user(user)
            with self.env.cr.savepoint() as savepoint:
                receipt = routing._receive(
                    Contact(name="X"), desk=self.desk, channel="email", title="T"
                )
                self.assertEqual(receipt.user_id, self.boris.id, user.login)
                savepoint.rollback()
            self.env.invalidate_all()

    # ------------------------------------------------------------------ bad input

    def test_unknown_strategy_is_left_out(self):
        policy = self.policy("least_loaded", "round_robin")
        step = policy.step_ids[0]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE usu_routing_step SET strategy = 'astrology' WHERE id = %s",
            (step.id,),
        )
        self.env.invalidate_all()
        self.present(self.anna)
        with mute_logger("odoo.addons.usu_routing.models.usu_routing_step"):
            receipt = self.receive()
        self.assertEqual(receipt.user_id, self.anna.id)
        self.assertIn("turn", receipt.reason)

    def test_empty_policy_and_empty_desk_queue(self):
        self.policy()
        self.present(self.anna)
        self.assertEqual(self.receive().state, "queued")
        self.policy("least_loaded")
        self.desk.user_ids = False
        receipt = self.receive()
        self.assertEqual(receipt.state, "queued")
        self.assertTrue(self.ticket(receipt).usu_open, "and not lost")

    def test_agent_removed_between_choice_and_answer(self):
        self.present(self.anna, self.boris)
        receipt = self.receive()
        ticket = self.ticket(receipt)
        gone = ticket.user_id
        gone.active = False
        self.assertFalse(ticket.user_id)
        self.clock()
        self.assertEqual(ticket.user_id, (self.anna + self.boris) - gone)
        again = self.receive(Contact(name="V"), external_id="x1")
        self.assertNotEqual(again.user_id, gone.id)
        self.desk.user_ids -= gone
        self.Routing._client_wrote(ticket)
        self.assertTrue(ticket.usu_open)

    def test_responsible_who_left_is_replaced_when_the_client_writes(self):
        self.present(self.anna, self.boris)
        contact = Contact(partner_id=self.client.id)
        first = self.receive(contact)
        left = self.env["res.users"].browse(first.user_id)
        left.active = False
        second = self.receive(contact)
        self.assertEqual(second.request_id, first.request_id)
        self.assertEqual(
            second.user_id, ((self.anna + self.boris) - left).id, "somebody else"
        )

    def test_client_merged_meanwhile(self):
        self.present(self.anna)
        twin = self.env["res.partner"].create({"name": "Twin"})
        first = self.receive(Contact(partner_id=twin.id))
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.client + twin).ids, self.client)
        again = self.receive(Contact(partner_id=self.client.id))
        self.assertEqual(again.request_id, first.request_id)
        stale = self.receive(Contact(partner_id=twin.id, name="Old link"))
        self.assertFalse(stale.partner_id)

    def test_side_transaction_unable_to_connect(self):
        import psycopg2

        self.present(self.anna)
        routing = type(self.env["usu.routing.reservation"])

        def refuse(_model):
            raise psycopg2.OperationalError("too many connections")

        self.patch(routing, "_side_cursor", refuse)
        receipt = self.receive()
        self.assertEqual(receipt.user_id, self.anna.id)
        self.assertTrue(self.decisions(self.ticket(receipt)))

    def test_unknown_channel_is_the_adapters_mistake(self):
        with self.assertRaises(ValueError):
            self.receive(channel="pigeon")

    def test_dry_run_names_everybody_and_why_not(self):
        self.present(self.anna)
        preview = self.env["usu.routing.preview"].with_user(self.head)
        before = self.env["usu.routing.decision"].search_count([])
        preview = preview.create({"desk_id": self.desk.id, "channel": "chat"})
        self.assertIn("Anna", preview.result)
        lines = {line.name: line.why_not for line in preview.line_ids if line.decides}
        self.assertIn("Anna", lines)
        self.assertIn("not present", preview.line_ids.mapped("why_not"))
        after = self.env["usu.routing.decision"].search_count([])
        self.assertEqual(before, after, "nothing is decided")
        self.assertEqual(self.chosen(), self.anna.id, "and it says the truth")
