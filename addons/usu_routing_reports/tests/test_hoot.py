from odoo.tests import HttpCase, tagged

from odoo.addons.web.tests.test_js import unit_test_error_checker

# what Hoot calls the suite @usu_routing_reports
SUITE = "b793d85e"


@tagged("post_install", "-at_install", "usu_routing_reports", "usu_browser")
class TestHoot(HttpCase):
    def test_wallboard(self):
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={SUITE}",
            "",
            "",
            login="admin",
            timeout=120,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=unit_test_error_checker,
        )
