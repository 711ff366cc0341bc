from odoo.tests import new_test_user, tagged

from odoo.addons.usu_routing.tests.common import RoutingCommon


@tagged("post_install", "-at_install", "usu_account")
class TestOrders(RoutingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.usu_order_desk_id = cls.desk
        cls.user = new_test_user(
            cls.env, "usu_portal_orders", groups="base.group_portal"
        )
        cls.buyer = cls.user.partner_id
        cls.service = cls.env["product.product"].create(
            {"name": "Check-up", "type": "service", "list_price": 50}
        )
        cls.present(cls.anna)

    def order(self, partner=None, **vals):
        return self.env["sale.order"].create(
            {
                "partner_id": (partner or self.buyer).id,
                "order_line": [
                    (0, 0, {"product_id": self.service.id, "product_uom_qty": 2})
                ],
                **vals,
            }
        )

    def as_client(self, order):
        return order.with_user(self.user).sudo()

    def test_order_of_a_client_becomes_a_request_with_a_task(self):
        order = self.order()
        self.as_client(order).action_confirm()
        request = order.usu_request_id
        self.assertEqual(request.usu_channel, "order")
        self.assertEqual(request.partner_id, self.buyer)
        self.assertEqual(request.user_id, self.anna)
        self.assertEqual(request.team_id, self.desk)
        self.assertIn("2 × Check-up", request.description)
        self.assertTrue(request._usu_tasks())

    def test_order_is_a_matter_of_its_own(self):
        first, second = self.order(), self.order()
        self.as_client(first + second).action_confirm()
        self.assertEqual(len((first + second).usu_request_id), 2)

    def test_order_confirmed_again_makes_no_second_request(self):
        order = self.order()
        self.as_client(order).action_confirm()
        request = order.usu_request_id
        order._action_cancel()
        order.action_draft()
        self.as_client(order).action_confirm()
        self.assertEqual(order.usu_request_id, request)

    def test_what_an_employee_types_is_a_request_only_if_wanted(self):
        order = self.order()
        order.action_confirm()
        self.assertFalse(order.usu_request_id)
        self.env.company.usu_order_requests = "all"
        order = self.order()
        order.action_confirm()
        self.assertTrue(order.usu_request_id)
        self.env.company.usu_order_requests = "none"
        order = self.order()
        self.as_client(order).action_confirm()
        self.assertFalse(order.usu_request_id)

    def test_orders_in_the_account_are_the_clients_own(self):
        mine, other = self.order(), self.order(self.client)
        self.as_client(mine + other).action_confirm()
        account = self.env["usu.account"].with_user(self.user)
        sections = account._usu_account_sections(self.buyer.sudo())
        shown = {s["key"]: s["data"] for s in sections}["orders"]
        self.assertEqual([row["name"] for row in shown], [mine.name])
        data = account._usu_account_export(self.buyer.sudo())
        self.assertEqual([row["number"] for row in data["orders"]], [mine.name])
        keys = [s["key"] for s in account._usu_account_sections(self.anna.partner_id)]
        self.assertNotIn("orders", keys)
