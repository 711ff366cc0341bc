from odoo.tests import tagged

from odoo.addons.web.tests.test_js import unit_test_error_checker

from .common import GuardHttpCase, make_rule

SOLVE = """
(async () => {
    const name = "@usu_guard/core/common/proof";
    while (!odoo.loader?.modules.get(name)) {
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { getProof } = odoo.loader.modules.get(name);
    const body = new FormData(document.querySelector("form.oe_login_form"));
    body.set("login", "guard_employee");
    body.set("password", "guard_employee");
    body.set("usu_guard_proof", await getProof("login"));
    const response = await fetch("/web/login", { method: "POST", body });
    if (!response.redirected) {
        throw new Error("the proof was refused: " + response.status);
    }
    console.log("test successful");
})();
"""


@tagged("post_install", "-at_install", "usu_guard", "usu_browser")
class TestBrowser(GuardHttpCase):
    def test_real_browser_solves_what_the_server_gave(self):
        make_rule(self.env, "login")
        self.browser_js("/web/login", SOLVE, login=None, timeout=60)

    def test_client_code(self):
        self.browser_js(
            "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id=5501c1bd",
            "",
            "",
            login="admin",
            timeout=120,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=unit_test_error_checker,
        )
