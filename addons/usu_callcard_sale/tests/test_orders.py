from odoo import Command, fields
from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.usu_callcard.tools.event import CallEvent


@tagged("post_install", "-at_install", "usu_callcard")
class TestOrders(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = "usu_routing.usu_routing_group_user"
        cls.operator = new_test_user(cls.env, "usu_operator", group)
        cls.seller = new_test_user(
            cls.env,
            "usu_seller",
            f"{group},sales_team.group_sale_salesman_all_leads",
            name="Sonya Seller",
        )
        cls.client = cls.env["res.partner"].create(
            {"name": "Maria", "phone": "+79161234567"}
        )
        cls.pbx = cls.env["usu.pbx"].create(
            {
                "name": "Test",
                "code": "test_sale",
                "extension_ids": [
                    Command.create({"number": "101", "user_id": cls.operator.id}),
                    Command.create({"number": "102", "user_id": cls.seller.id}),
                ],
            }
        )
        now = fields.Datetime.now()
        event = CallEvent(
            call="1.1",
            seq=1,
            type="ring",
            at=now,
            direction="incoming",
            number="+79161234567",
            ringing=("101", "102"),
            rang=("101", "102"),
            started_at=now,
        )
        calls = cls.env["usu.call"]
        calls._usu_apply_event(cls.pbx, event, now)
        cls.call = calls.search([("pbx_id", "=", cls.pbx.id)])
        cls.order = cls.env["sale.order"].create(
            {"partner_id": cls.client.id, "user_id": cls.seller.id}
        )

    def orders(self, user):
        data = self.call.with_user(user).card_data()
        return {s["key"]: s["data"] for s in data["sections"]}.get("orders")

    def allow(self, value):
        self.env["ir.config_parameter"].set_param(
            "usu_callcard_sale.orders_for_all", value
        )

    def test_seller_sees_stage_and_responsible(self):
        shown = self.orders(self.seller)[0]
        self.assertEqual(shown["name"], self.order.name)
        self.assertEqual(shown["stage"], "Quotation")
        self.assertEqual(shown["responsible"], "Sonya Seller")
        self.assertTrue(shown["openable"])

    def test_operator_sees_them_only_when_the_clinic_allows_it(self):
        self.assertIsNone(self.orders(self.operator))
        self.allow(True)
        shown = self.orders(self.operator)[0]
        self.assertEqual(shown["name"], self.order.name)
        self.assertFalse(shown["openable"])

    def test_old_and_cancelled_orders_are_not_current(self):
        self.order.write({"state": "cancel"})
        self.assertFalse(self.orders(self.seller))
        self.order.write({"state": "sale", "date_order": "2020-01-01"})
        self.assertFalse(self.orders(self.seller))

    def test_orders_of_colleagues_in_the_same_firm(self):
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        self.client.parent_id = firm
        order = self.env["sale.order"].create(
            {"partner_id": firm.id, "user_id": self.seller.id}
        )
        names = [shown["name"] for shown in self.orders(self.seller)]
        self.assertIn(order.name, names)
