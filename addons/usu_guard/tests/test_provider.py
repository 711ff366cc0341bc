from unittest.mock import patch

from odoo.tests import tagged

from .common import GuardCase, make_rule

KEYS = {
    "turnstile": ("cf.turnstile_site_key", "cf.turnstile_secret_key"),
    "recaptcha": ("recaptcha_public_key", "recaptcha_private_key"),
}


@tagged("post_install", "-at_install", "usu_guard")
class TestProvider(GuardCase):
    """An outside service instead of the own check; its verdicts are those of Odoo's
    addons, which may or may not be installed here.
    """

    def setUp(self):
        super().setUp()
        make_rule(self.env, "knock")

    def ask(self, provider, verdict, proof="token"):
        """The verdict of the guard when the service says ``verdict``."""
        self.env["ir.config_parameter"].set_param("usu_guard.provider", provider)
        for key in KEYS[provider]:
            self.env["ir.config_parameter"].set_param(key, f"{provider} key")
        http = type(self.env["ir.http"])
        name = f"_verify_{provider}_token"
        with patch.object(http, name, lambda *args: verdict, create=True):
            return self.guard._admit("knock", proof=proof), self.guard._issue("knock")

    def test_service_says_who_is_a_person(self):
        for provider in KEYS:
            with self.subTest(provider):
                admission, challenge = self.ask(provider, "is_human", f"{provider} t")
                self.assertTrue(admission)
                self.assertEqual(challenge["provider"], provider)
                self.assertEqual(challenge["site_key"], f"{provider} key")
                self.assertNotIn("parameters", challenge)
                again = self.ask(provider, "is_human", f"{provider} t")[0]
                self.assertEqual(again.error, "proof_used")

    def test_service_says_who_is_not(self):
        for verdict in ("is_bot", "wrong_token", "wrong_action"):
            with self.subTest(verdict):
                admission = self.ask("turnstile", verdict)[0]
                self.assertEqual(admission.error, "proof_invalid")

    def test_code_step_stands_in_for_a_service_that_is_down(self):
        for verdict in ("timeout", "bad_request", "wrong_secret"):
            with self.subTest(verdict):
                admission = self.ask("recaptcha", verdict)[0]
                self.assertEqual(
                    (admission.error, admission.need), ("code_needed", "code")
                )

    def test_nonsense_never_reaches_the_service(self):
        for proof in (7, ["x"], "x" * 5000):
            admission = self.ask("turnstile", "is_human", proof)[0]
            self.assertEqual(admission.error, "proof_invalid")

    def test_switched_off_recaptcha_leaves_the_own_check(self):
        self.env["ir.config_parameter"].set_param("enable_recaptcha", "False")
        challenge = self.ask("recaptcha", "is_human")[1]
        self.assertEqual(challenge["provider"], "usu")
