from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.usu_callcard.tools.event import parse

from .common import NOW, NUMBER, SHOWN, CallCommon, answered, hung_up, snapshot


@tagged("post_install", "-at_install", "usu_callcard")
class TestCallEvent(CallCommon):
    def status(self, data):
        event = parse(data, NOW)
        return self.env["usu.call"]._usu_apply_event(self.pbx, event, event.at)

    def test_call_is_recorded_with_its_client(self):
        call = self.apply(snapshot())
        self.assertEqual(call.partner_id, self.client)
        self.assertEqual((call.number, call.number_shown), (NUMBER, SHOWN))
        self.assertEqual((call.state, call.outcome), ("ringing", False))
        self.apply(answered())
        self.assertEqual((call.state, call.user_id), ("talking", self.boris))
        self.apply(hung_up(hold_seconds=10.0))
        self.assertEqual((call.state, call.outcome), ("ended", "answered"))
        self.assertEqual((call.talk_seconds, call.hold_seconds), (50.0, 10.0))
        self.assertEqual(len(self.call("1.1")), 1)

    def test_every_way_a_pbx_writes_the_number(self):
        for index, number in enumerate(
            ["79161234567", "89161234567", "9161234567", "+7 (916) 123-45-67",
             "007 916 1234567"]
        ):  # fmt: skip
            with self.subTest(number=number):
                call = self.apply(snapshot(f"w.{index}") | {"number": number})
                self.assertEqual(call.partner_id, self.client)
                self.assertEqual(call.number, NUMBER)

    def test_short_and_withheld_numbers_are_nobody(self):
        self.client.phone = False
        for index, number in enumerate(
            ["", "anonymous", "Restricted", "<unknown>", "7", "101", "112"]
        ):
            with self.subTest(number=number):
                call = self.apply(snapshot(f"n.{index}") | {"number": number})
                self.assertFalse(call.partner_id)
                self.assertFalse(call.number)

    def test_shared_number_is_never_chosen_silently(self):
        self.env["res.partner"].create({"name": "Her son", "phone": SHOWN})
        call = self.apply(snapshot())
        self.assertFalse(call.partner_id)
        self.assertEqual(call.number, NUMBER)

    def test_repeats_and_old_snapshots_are_harmless(self):
        self.assertEqual(self.status(answered(seq=5)), "ok")
        self.assertEqual(self.status(answered(seq=5)), "duplicate")
        self.assertEqual(self.status(snapshot(seq=1)), "stale")
        self.assertEqual(self.call("1.1").state, "talking")

    def test_any_order_gives_the_same_call(self):
        events = [snapshot(seq=1), answered(seq=2), hung_up(seq=3)]
        results = []
        for index, order in enumerate([(0, 1, 2), (2, 1, 0), (1, 0, 2), (2, 0, 1)]):
            for position in order:
                self.apply(events[position] | {"call": f"o.{index}"})
            call = self.call(f"o.{index}")
            legs = call.leg_ids.sorted("extension")
            results.append(
                (call.state, call.outcome, call.user_id, call.talk_seconds)
                + tuple(legs.mapped("state"))
            )
        self.assertEqual(len(set(results)), 1, results)

    def test_only_those_who_ring_are_told(self):
        with self.bus() as sent:
            self.apply(snapshot())
        self.assertEqual(
            [(user, kind) for user, kind, _payload in sent],
            [
                (self.anna, "usu_callcard/ring"),
                (self.boris, "usu_callcard/ring"),
            ],
        )

    def test_card_of_the_others_goes_with_the_answer(self):
        self.apply(snapshot())
        with self.bus() as sent:
            call = self.apply(answered())
        self.assertCountEqual(
            [(user, kind) for user, kind, _payload in sent],
            [
                (self.boris, "usu_callcard/update"),
                (self.anna, "usu_callcard/gone"),
            ],
        )
        self.assertEqual(call.leg_ids.mapped("state"), ["missed", "talking"])

    def test_bus_payload_holds_no_name_no_debt_no_note(self):
        with self.bus() as sent:
            call = self.apply(snapshot() | {"name": "Maria Client"})
            self.apply(answered())
            call.with_user(self.boris).card_note("secret remark")
            self.apply(hung_up())
        self.assertTrue(sent)
        allowed = {
            "id", "seq", "state", "part", "on_hold", "direction", "number",
            "started_at", "answered_at", "ended_at",
        }  # fmt: skip
        for _user, _kind, payload in sent:
            self.assertLessEqual(set(payload), allowed)
            text = str(payload)
            for private in ("Maria", "Northern", "Allergic", "remark", "Pskov"):
                self.assertNotIn(private, text)

    def test_an_old_event_pops_nothing_up(self):
        with self.bus() as sent:
            self.apply(snapshot(), now=NOW + timedelta(seconds=31))
            self.apply(snapshot("2.2") | {"live": False})
        self.assertFalse(sent)
        self.assertEqual(len(self.call("1.1")), 1, "it is in the log all the same")

    def test_unknown_extension_tells_nobody(self):
        with self.bus() as sent:
            call = self.apply(snapshot() | {"ringing": ["999"], "rang": ["999"]})
        self.assertFalse(sent)
        self.assertEqual(call.leg_ids.mapped("extension"), ["999"])

    def test_transfer_brings_the_card_along(self):
        self.apply(snapshot() | {"ringing": ["102"], "rang": ["102"]})
        self.apply(answered() | {"rang": ["102"]})
        with self.bus() as sent:
            self.apply(
                answered(seq=3, after=20)
                | {
                    "type": "transfer",
                    "rang": ["102", "101"],
                    "ringing": ["101"],
                    "transfers": [{"kind": "blind", "from": "102", "to": "101"}],
                }
            )
        self.assertIn((self.anna, "usu_callcard/ring"), [s[:2] for s in sent])
        call = self.apply(
            answered(seq=4, after=25)
            | {
                "rang": ["102", "101"],
                "extension": "101",
                "answered_by": ["102", "101"],
                "transfers": [{"kind": "blind", "from": "102", "to": "101"}],
            }
        )
        self.assertEqual(call.user_id, self.anna)
        self.assertEqual(call.transfer_count, 1)
        leg = call.leg_ids.filtered(lambda leg: leg.extension == "101")
        self.assertEqual((leg.transfer, leg.transfer_from), ("blind", "102"))

    def test_who_closed_the_card_is_left_in_peace_until_it_rings_anew(self):
        call = self.apply(snapshot())
        call.with_user(self.boris).card_dismiss()
        with self.bus() as sent:
            self.apply(answered(seq=2))
            self.apply(answered(seq=3) | {"type": "hold", "on_hold": True})
        self.assertNotIn(self.boris, [user for user, _kind, _payload in sent])
        with self.bus() as sent:
            ringing = {"ringing": ["102"], "answered_by": ["101"], "extension": "101"}
            self.apply(answered(seq=4, by="101") | ringing)
        told = [(user, payload["part"]) for user, _kind, payload in sent]
        self.assertIn((self.boris, "ringing"), told)

    def test_outgoing_call_shows_the_card_to_the_caller(self):
        values = {
            "direction": "outgoing",
            "extension": "101",
            "ringing": [],
            "rang": [],
        }
        with self.bus() as sent:
            call = self.apply(snapshot() | values)
        self.assertEqual([s[:2] for s in sent], [(self.anna, "usu_callcard/ring")])
        self.assertEqual((call.partner_id, call.user_id), (self.client, self.anna))

    def test_names_with_markup_stay_text(self):
        call = self.apply(snapshot() | {"name": "<img src=x onerror=alert(1)>"})
        self.assertEqual(call.caller_name, "<img src=x onerror=alert(1)>")

    def test_queries_of_a_ring(self):
        self.apply(snapshot("warm.1"))
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(40):
            self.apply(snapshot("warm.2"))
            self.env.flush_all()
