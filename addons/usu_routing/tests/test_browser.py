from odoo.tests import HttpCase, tagged

from odoo.addons.web.tests import test_js

from ..tools.values import Contact
from .common import RoutingCommon


@tagged("post_install", "-at_install", "usu_routing", "usu_browser")
class TestHoot(HttpCase):
    def test_popup_unit_tests(self):
        suite = test_js.HOOTCommon._generate_hash(self, "@usu_routing")
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=test_js.unit_test_error_checker,
        )


@tagged("post_install", "-at_install", "usu_routing", "usu_browser")
class TestTour(RoutingCommon, HttpCase):
    def test_task_popup_leads_to_the_request_and_is_handed_over(self):
        self.present(self.anna)
        receipt = self.receive(Contact(name="Mira"), title="Price of a check-up")
        self.assertEqual(receipt.user_id, self.anna.id)
        self.start_tour("/odoo", "usu_routing.task", login="usu_anna")
        ticket = self.ticket(receipt)
        self.assertEqual(ticket.user_id, self.boris)
        self.assertEqual(self.decisions(ticket).mapped("kind"), ["manual", "assign"])
