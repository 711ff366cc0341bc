from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install", "usu_callcard", "usu_browser")
class TestJs(HttpCase):
    def test_hoot(self):
        self.browser_js(
            "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"
            "&filter=@usu_callcard",
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
        )
