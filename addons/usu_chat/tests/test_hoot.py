from odoo.tests import HttpCase, tagged

from odoo.addons.web.tests.test_js import unit_test_error_checker

SUITE = "1b822d40"  # Hoot's number of the suite @usu_chat


@tagged("post_install", "-at_install", "usu_chat", "usu_browser")
class TestHoot(HttpCase):
    def run_suite(self, url):
        self.browser_js(
            url,
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=unit_test_error_checker,
        )

    def test_staff(self):
        self.run_suite(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={SUITE}"
        )

    def test_visitor(self):
        self.run_suite(
            "/web/tests/livechat?headless&loglevel=2&preset=desktop&timeout=15000"
            f"&id={SUITE}"
        )
