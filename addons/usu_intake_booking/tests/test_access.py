from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import NINE, BookingCommon

MODELS = (
    "usu.booking",
    "usu.booking.slot",
    "usu.booking.answer",
    "usu.booking.service",
    "usu.booking.question",
    "usu.booking.waiting",
)


@tagged("post_install", "-at_install", "usu_intake_booking")
class TestAccess(BookingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visitor = cls.env.ref("base.public_user")
        cls.portal = new_test_user(cls.env, "usu_b_portal", "base.group_portal")
        cls.clerk = new_test_user(cls.env, "usu_b_clerk", "base.group_user")
        cls.other = cls.env["res.company"].create({"name": "Other clinic"})

    def test_nobody_but_the_front_desk_reads_anything(self):
        for user in (self.visitor, self.portal, self.clerk):
            for model in MODELS:
                with self.assertRaises(AccessError, msg=f"{user.login} {model}"):
                    self.env[model].with_user(user).search([])

    def test_employees_change_visits_but_neither_services_nor_taken_times(self):
        booking = self.book()
        booking.with_user(self.anna).write({"note": "Wheelchair"})
        for act in (
            lambda: self.service.with_user(self.anna).write({"price": 1}),
            lambda: booking.slot_ids.with_user(self.anna).write({"state": "held"}),
            lambda: booking.with_user(self.anna).copy(),
            lambda: booking.with_user(self.clerk).action_cancel(),
            lambda: booking.with_user(self.anna).unlink(),
            lambda: booking.with_user(self.anna).read(["uid"]),
        ):
            with self.assertRaises(AccessError):
                act()
        self.service.with_user(self.head).write({"price": 1})
        for vals in ({"start": NINE}, {"state": "cancelled"}, {"resource_id": False}):
            with self.assertRaises(UserError):
                booking.with_user(self.anna).write(vals)

    def test_visits_of_another_company_are_hidden(self):
        booking = self.book()
        stranger = new_test_user(
            self.env,
            "usu_b_other",
            "usu_routing.usu_routing_group_admin",
            company_id=self.other.id,
            company_ids=[(6, 0, self.other.ids)],
        )
        for record in (booking, booking.slot_ids, self.service):
            found = record.with_user(stranger).search([("id", "in", record.ids)])
            self.assertFalse(found, record._name)

    def test_an_employee_of_the_desk_moves_and_cancels(self):
        booking = self.book().with_user(self.anna)
        self.assertTrue(booking._move(NINE.replace(hour=15), by="staff"))
        booking.action_cancel()
        self.assertEqual(booking.state, "cancelled")

    def test_others_neither_book_nor_block(self):
        with self.assertRaises(AccessError):
            self.client.with_user(self.clerk).action_usu_book()
        with self.assertRaises(UserError):
            self.Booking.with_user(self.clerk)._check_staff()

    def test_only_the_desk_sees_a_client_s_visits(self):
        self.book(phone="98765 43210")
        self.assertTrue(self.client.with_user(self.anna).usu_booking_ids)
        with self.assertRaises(AccessError):
            self.client.with_user(self.clerk).read(["usu_booking_ids"])
