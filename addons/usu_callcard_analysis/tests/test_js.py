from odoo.tests import HttpCase, tagged

from odoo.addons.web.tests.test_js import unit_test_error_checker

# what Hoot calls the suite @usu_callcard_analysis
SUITE = "e7fbe8a5"


@tagged("post_install", "-at_install", "usu_callcard_analysis", "usu_browser")
class TestJs(HttpCase):
    def test_client_code(self):
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={SUITE}",
            "",
            "",
            login="admin",
            timeout=120,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=unit_test_error_checker,
        )
