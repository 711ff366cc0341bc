from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import NOW, NUMBER, CallCommon, answered, hung_up, snapshot


def missed(call="1.1", seq=2, after=20, outcome="missed", **values):
    return hung_up(call, seq, after=after, outcome=outcome) | values


@tagged("post_install", "-at_install", "usu_callcard")
class TestFollowUp(CallCommon):
    def follow_up(self):
        self.run_cron("usu_call_cron_follow_up")

    def miss(self, call="1.1", **values):
        self.apply(snapshot(call) | values)
        record = self.apply(missed(call) | values)
        self.follow_up()
        return record

    def talk(self, call, minutes=5, **values):
        """A call that is answered, ``minutes`` after the missed one."""
        start = NOW + timedelta(minutes=minutes)
        stamp = f"{start.isoformat()}Z"
        times = {"started_at": stamp, "answered_at": stamp}
        self.apply(answered(call, after=minutes * 60) | times | values)
        end = minutes * 60 + 60
        record = self.apply(hung_up(call, after=end) | times | values)
        self.follow_up()
        return record

    def test_missed_busy_and_abandoned_become_a_task(self):
        for index, values in enumerate(
            [{}, {"outcome": "busy"}, {"queue": "reception", "ringing": []}]
        ):
            with self.subTest(values=values):
                number = f"+7916555000{index}"
                call = self.miss(f"m.{index}", number=number, **values)
                self.assertEqual(call.followup, "done", call.followup_error)
                self.assertEqual(call.request_id.usu_channel, "call")
                self.assertEqual(call.request_id.team_id, self.desk)
                self.assertTrue(call.request_created)

    def test_the_clients_responsible_gets_it(self):
        request = self.env["helpdesk.ticket"].create(
            {
                "name": "Implant",
                "description": "x",
                "partner_id": self.client.id,
                "team_id": self.desk.id,
                "user_id": self.boris.id,
            }
        )
        call = self.miss()
        self.assertEqual(call.request_id, request)
        self.assertFalse(call.request_created)
        self.assertEqual(call.request_id.user_id, self.boris)

    def test_calling_twice_makes_one_request(self):
        first = self.miss("1.1", number="+79990001122")
        second = self.miss("2.2", number="+79990001122")
        self.assertEqual(first.request_id, second.request_id)
        self.assertTrue(second.request_id)

    def test_a_line_has_its_own_desk(self):
        desk = self.env["helpdesk.ticket.team"].create(
            {"name": "Dental desk", "user_ids": [(6, 0, self.anna.ids)]}
        )
        self.pbx.line_ids.desk_id = desk
        self.assertEqual(self.miss().request_id.team_id, desk)

    def test_withheld_number_makes_no_task(self):
        call = self.miss(number="anonymous")
        self.assertEqual((call.followup, call.request_id.id), ("done", False))

    def test_calling_back_settles_it(self):
        call = self.miss()
        request = call.request_id
        self.assertTrue(request.usu_open)
        back = self.talk(
            "2.2", direction="outgoing", extension="101", answered_by=["101"]
        )
        self.assertFalse(request.usu_open)
        self.assertEqual(back.request_id, request)

    def test_the_client_reaching_somebody_settles_it(self):
        call = self.miss()
        self.talk("2.2")
        self.assertFalse(call.request_id.usu_open)

    def test_an_attempt_without_success_settles_nothing(self):
        call = self.miss()
        self.apply(
            missed("2.2", after=300) | {"direction": "outgoing", "extension": "101"}
        )
        self.follow_up()
        self.assertTrue(call.request_id.usu_open)

    def test_a_request_there_was_before_stays_open(self):
        request = self.env["helpdesk.ticket"].create(
            {
                "name": "Implant",
                "description": "x",
                "partner_id": self.client.id,
                "team_id": self.desk.id,
                "user_id": self.boris.id,
            }
        )
        self.miss()
        self.talk("2.2")
        self.assertTrue(request.usu_open)

    def test_spoken_with_before_the_work_began_makes_no_task(self):
        self.apply(missed())
        self.talk("2.2")
        self.assertFalse(self.call("1.1").request_id)

    def test_events_of_a_missed_call_twice_make_one_request(self):
        call = self.miss(number="+79990001122")
        request = call.request_id
        call.followup = "todo"
        self.follow_up()
        self.assertEqual(call.request_id, request)
        domain = [("usu_external_id", "=", "call:test:1.1")]
        self.assertEqual(self.env["helpdesk.ticket"].search_count(domain), 1)

    def test_one_failure_does_not_stop_the_others(self):
        for index in range(3):
            self.apply(missed(f"f.{index}") | {"number": f"+7916555000{index}"})
        calls = self.env.registry["usu.call"]
        original = calls._usu_make_request

        def fail(call):
            if call.outside_id == "f.1":
                raise ValueError("desk is on fire")
            return original(call)

        self.patch(calls, "_usu_make_request", fail)
        with mute_logger("odoo.addons.usu_callcard.models.usu_call_followup"):
            self.follow_up()
        states = [self.call(f"f.{index}").followup for index in range(3)]
        self.assertEqual(states, ["done", "error", "done"])
        self.patch(calls, "_usu_make_request", original)
        broken = self.call("f.1")
        self.assertIn("fire", broken.followup_error)
        broken.with_user(self.head).action_follow_up_again()
        self.follow_up()
        self.assertTrue(broken.request_id)

    def test_request_made_on_the_card_belongs_to_the_call(self):
        call = self.apply(snapshot())
        requests = self.env["helpdesk.ticket"].with_user(self.anna)
        request = requests.with_context(usu_call_id=call.id).create(
            {"name": "x", "description": "x", "team_id": self.desk.id}
        )
        self.assertEqual(call.request_id, request)

    def test_number_saved_later_links_earlier_calls(self):
        call = self.miss(number="+79990001122")
        self.assertFalse(call.partner_id)
        olga = self.env["res.partner"].create(
            {"name": "Olga", "phone": "8 999 000-11-22"}
        )
        self.assertEqual(call.partner_id, olga)
        self.assertEqual(self.call("1.1").number, "+79990001122")
        self.assertNotEqual(call.number, NUMBER)
