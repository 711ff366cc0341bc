from datetime import timedelta

from odoo import Command, fields
from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.usu_callcard.tools.event import CallEvent


@tagged("post_install", "-at_install", "usu_callcard")
class TestBooking(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = "usu_routing.usu_routing_group_user"
        cls.operator = new_test_user(cls.env, "usu_operator_b", group)
        cls.client = cls.env["res.partner"].create(
            {"name": "Maria", "phone": "+79161234567"}
        )
        cls.pbx = cls.env["usu.pbx"].create(
            {
                "name": "Test",
                "code": "test_booking",
                "extension_ids": [
                    Command.create({"number": "101", "user_id": cls.operator.id})
                ],
            }
        )
        desk = cls.env["helpdesk.ticket.team"].create({"name": "Desk"})
        doctor = cls.env["resource.resource"].create(
            {"name": "Dr. Dora", "calendar_id": False, "tz": "UTC"}
        )
        cls.service = cls.env["usu.booking.service"].create(
            {"name": "Consultation", "desk_id": desk.id, "doctor_ids": doctor.ids}
        )
        cls.call = cls.ring("1.1", "+79161234567")

    @classmethod
    def ring(cls, call, number):
        now = fields.Datetime.now()
        event = CallEvent(
            call=call,
            seq=1,
            type="ring",
            at=now,
            direction="incoming",
            number=number,
            ringing=("101",),
            rang=("101",),
            started_at=now,
        )
        calls = cls.env["usu.call"]
        calls._usu_apply_event(cls.pbx, event, now)
        return calls.search([("pbx_id", "=", cls.pbx.id), ("number", "=", number)])

    def section(self, call=None):
        data = (call or self.call).with_user(self.operator).card_data()
        return {s["key"]: s["data"] for s in data["sections"]}.get("booking")

    def wizard(self, call):
        action = call.with_user(self.operator).action_usu_book()
        return self.env["usu.booking.make"].browse(action["res_id"])

    def test_next_visits_stand_on_the_card(self):
        self.assertEqual(self.section()["visits"], [])
        start = fields.Datetime.now() + timedelta(days=3)
        booking = self.env["usu.booking"]._book_for(
            self.service, start, name="Maria", partner_id=self.client.id
        )
        shown = self.section()["visits"]
        self.assertEqual([visit["id"] for visit in shown], booking.ids)
        self.assertEqual(shown[0]["doctor"], "Dr. Dora")
        booking._cancel("staff")
        self.assertEqual(self.section()["visits"], [])

    def test_book_for_the_caller(self):
        make = self.wizard(self.call)
        self.assertEqual((make.partner_id, make.name), (self.client, "Maria"))

    def test_book_for_an_unknown_caller_with_the_number_filled_in(self):
        call = self.ring("1.2", "+919830077777")
        self.assertTrue(self.section(call)["can_book"])
        make = self.wizard(call)
        self.assertFalse(make.partner_id)
        self.assertEqual(make.phone, "+919830077777")
