from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.usu_routing.tools.values import Contact

from .common import ReportsCommon, at


@tagged("post_install", "-at_install", "usu_routing_reports")
@freeze_time("2026-03-11 09:00:00")
class TestPromise(ReportsCommon):
    """When the clock of the service level starts and what it runs to."""

    def came(self, **kwargs):
        self.present(self.anna)
        return self.ticket(self.receive(Contact(name="Visitor"), **kwargs))

    def test_chat_and_letter_have_their_own_promise(self):
        for channel, minutes in (("chat", 5), ("telegram", 5), ("email", 60)):
            ticket = self.came(channel=channel)
            self.assertEqual(ticket.usu_asked_at, at(9), channel)
            self.assertEqual(ticket.usu_answer_by, at(9, minutes), channel)

    def test_promise_counts_the_desks_hours(self):
        """Open 9 to 17; a letter of 16:40 is promised for 20 minutes of today and 40
        of tomorrow: 09:40."""
        self.desk.usu_calendar_id = self.env["resource.calendar"].create(
            {
                "name": "Nine to five",
                "tz": "UTC",
                "attendance_ids": [(5,)] + [
                    (0, 0, {"name": "Day", "dayofweek": str(day), "hour_from": 9,
                            "hour_to": 17, "day_period": "morning"})
                    for day in range(5)
                ],
            }
        )  # fmt: skip
        self.assertEqual(
            self.desk._usu_answer_due("email", at(16, 40)), at(9, 40, day=1)
        )

    def test_second_question_keeps_the_first_promise(self):
        ticket = self.came(channel="email")
        with freeze_time("2026-03-11 09:30:00"):
            self.Routing._client_wrote(ticket)
        self.assertEqual(ticket.usu_answer_by, at(10))

    def test_operator_who_picked_up_promises_nothing(self):
        ticket = self.came(channel="call", preferred_user_id=self.anna.id)
        self.assertFalse(ticket.usu_asked_at)
        self.assertEqual(self.Report.browse(ticket.id).result, "none")

    def test_answer_in_time_end_to_end(self):
        ticket = self.came(channel="chat")
        self.Routing._staff_answered(ticket, self.anna, at=at(9, 4))
        row = self.Report.browse(ticket.id)
        self.assertEqual((row.result, row.answer_minutes), ("in_time", 4.0))

    def test_client_cannot_read_the_promise(self):
        portal = self.env["res.users"].create(
            {
                "name": "Mira",
                "login": "usu_reports_portal",
                "partner_id": self.client.id,
                "group_ids": [(6, 0, [self.env.ref("base.group_portal").id])],
            }
        )
        names = self.env["helpdesk.ticket"].with_user(portal).fields_get()
        self.assertFalse({"usu_asked_at", "usu_answer_by"} & names.keys())

    def test_one_message_to_the_wallboards_for_each_transaction(self):
        self.env.cr.precommit.run()
        self.env["bus.bus"].search([]).unlink()
        ticket = self.came(channel="chat")
        ticket.write({"user_id": self.boris.id})
        self.env.cr.precommit.run()
        sent = self.env["bus.bus"].search([("message", "like", "reports/board")])
        self.assertEqual(len(sent), 1)
        self.assertIn(f'"payload":{{"desk":{self.desk.id}}}', sent.message)
        group = self.env.ref("usu_routing_reports.usu_routing_reports_group_board")
        self.assertIn(f'"res.groups",{group.id}]', sent.channel)

    def test_presence_is_noted_between_two_looks(self):
        """Anna is there at 09:00, 09:05, 09:10 and 11:00: 10 minutes, and of the long
        gap at most a quarter of an hour: 1,500 s. Boris is not there: a row of 0 s."""
        Presence = self.env["usu.routing.presence"]
        for minutes in (0, 5, 10, 120):
            moment = at(9) + timedelta(minutes=minutes)
            with freeze_time(moment):
                self.present(self.anna)
                self.env["mail.presence"].flush_model()
                Presence._sample(self.desk, moment)
        rows = Presence.search([("desk_id", "=", self.desk.id)])
        self.assertEqual(
            {row.user_id: row.seconds for row in rows},
            {self.anna: 1500, self.boris: 0},
        )
        self.assertEqual((rows[0].begin_at, rows[0].end_at), (at(0), at(24)))

    def test_same_look_twice_counts_once(self):
        self.present(self.anna)
        Presence = self.env["usu.routing.presence"]
        for moment in (at(9), at(9, 5), at(9, 5)):
            with freeze_time(moment):
                self.present(self.anna)
                Presence._sample(self.desk, moment)
        mine = Presence.search(
            [("desk_id", "=", self.desk.id), ("user_id", "=", self.anna.id)]
        )
        self.assertEqual(mine.seconds, 300)
