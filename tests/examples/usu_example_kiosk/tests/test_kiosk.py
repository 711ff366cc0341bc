from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install", "usu_example_kiosk")
class TestKiosk(HttpCase):
    def arrive(self, visit, phone):
        answer = self.make_jsonrpc_request(
            "/usu_example_kiosk/arrived",
            {"visit": visit, "name": "Marta", "phone": phone},
        )
        requests = self.env["helpdesk.ticket"].search([("usu_channel", "=", "kiosk")])
        return answer, requests

    def test_the_client_at_the_door_is_a_request_of_an_employee(self):
        employee = new_test_user(
            self.env, "usu_door", "usu_routing.usu_routing_group_user"
        )
        self.env["helpdesk.ticket.team"].search([]).write({"active": False})
        self.env["helpdesk.ticket.team"].create(
            {"name": "Door", "user_ids": [(6, 0, employee.ids)]}
        )
        client = self.env["res.partner"].create(
            {"name": "Marta", "phone": "+37477123123"}
        )
        known, requests = self.arrive("visit-1", "+374 77 123123")
        self.assertEqual(requests.partner_id, client)
        self.assertEqual(requests.team_id.name, "Door")
        # a repeat changes nothing
        self.assertEqual(self.arrive("visit-1", "+374 77 123123")[1], requests)
        # and a stranger reads the very same words
        unknown, requests = self.arrive("visit-2", "+374 77 999999")
        self.assertEqual(unknown, known)
        self.assertEqual(len(requests), 2)
