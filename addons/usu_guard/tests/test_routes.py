from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.usu_guard.models.usu_guard_code import UsuGuardCode

from .common import GuardHttpCase, make_rule, solve

JSON_ROUTES = {
    "/usu_guard/challenge": {"action": "knock"},
    "/usu_guard/cors/challenge": {"action": "knock", "guest_token": "x"},
    "/usu_guard/code": {"action": "knock"},
    "/usu_guard/cors/code": {"action": "knock", "guest_token": "x"},
    "/usu_guard/code/answer": {"token": "x", "answer": "1"},
    "/usu_guard/cors/code/answer": {"token": "x", "answer": "1", "guest_token": "x"},
}


@tagged("post_install", "-at_install", "usu_guard")
class TestRoutes(GuardHttpCase):
    def setUp(self):
        super().setUp()
        make_rule(self.env, "knock")

    def test_everybody_may_ask(self):
        expected = {
            "/usu_guard/challenge": "parameters",
            "/usu_guard/code": "token",
            "/usu_guard/code/answer": "usu_error",
        }
        for who in self.users:
            self.be(who)
            for route, params in JSON_ROUTES.items():
                with self.subTest(who=who, route=route):
                    key = expected[route.replace("/cors", "")]
                    self.assertIn(key, self.call(route, **params))

    def test_get_is_refused_and_changes_nothing(self):
        with mute_logger("odoo.http"):
            for route in JSON_ROUTES:
                with self.subTest(route=route):
                    self.assertIn(self.url_open(route).status_code, (404, 405))

    def test_challenge_of_the_route_is_accepted_by_the_guard(self):
        challenge = self.call("/usu_guard/challenge", action="knock", binding="b")
        proof = solve(challenge)
        guard = self.env(user=self.env.ref("base.public_user"), su=False)["usu.guard"]
        with patch.object(type(guard), "_address", return_value="127.0.0.1"):
            self.assertTrue(guard._admit("knock", proof=proof, binding="b"))

    def test_challenges_are_limited(self):
        rule = self.env.ref("usu_guard.usu_guard_rule_challenge")
        rule.write({"address_soft": 0, "address_hard": 3})
        answers = [self.call("/usu_guard/challenge", action="knock") for _ in range(5)]
        refused = [a for a in answers if a.get("usu_error") == "limit"]
        self.assertEqual(len(refused), 2)
        self.assertGreater(refused[0]["retry_after"], 0)

    def test_spoofed_address_changes_nothing(self):
        rule = self.env.ref("usu_guard.usu_guard_rule_challenge")
        rule.write({"address_soft": 0, "address_hard": 3})
        answers = [
            self.call(
                "/usu_guard/challenge",
                action="knock",
                headers={
                    "X-Forwarded-For": f"203.0.113.{number}",
                    "X-Real-IP": f"203.0.113.{number}",
                    "Forwarded": f"for=203.0.113.{number}",
                },
            )
            for number in range(6)
        ]
        self.assertEqual([a.get("usu_error") for a in answers].count("limit"), 3)

    def test_foreign_sites_are_listed(self):
        route = "/usu_guard/cors/challenge"
        self.env["usu.guard.site"].create({"name": "clinic.example"})
        cases = {"https://clinic.example": False, "https://evil.test": True}
        for origin, refused in cases.items():
            answer = self.call(route, action="knock", headers={"Origin": origin})
            with self.subTest(origin=origin):
                self.assertEqual(answer.get("usu_error") == "site", refused)

    def test_picture_and_recording_are_shown_to_who_has_the_token(self):
        token = self.call("/usu_guard/code", action="knock")["token"]
        image = self.url_open(f"/usu_guard/code/{token}/image")
        self.assertEqual(image.headers["Content-Type"], "image/png")
        self.assertEqual(image.headers["Cache-Control"], "no-store")
        for path in ("nonsense/image", f"{token}/answer", "nonsense/audio"):
            with self.subTest(path=path):
                response = self.url_open(f"/usu_guard/code/{path}")
                self.assertEqual(response.status_code, 404)
        self.env.cr.execute("SELECT tries, solved FROM usu_guard_code_issue")
        self.assertIn((0, False), self.env.cr.fetchall())

    def test_whole_code_step_over_http(self):
        make_rule(self.env, "ring", check="code")
        make = UsuGuardCode._make
        with patch("secrets.choice", side_effect=lambda seq: seq[-1]):
            self.env.cr.execute("DELETE FROM usu_guard_code_issue")
            make(self.env["usu.guard.code"], self.env.cr)
        token = self.call("/usu_guard/code", action="ring")["token"]
        wrong = self.call("/usu_guard/code/answer", token=token, answer="12345")
        self.assertEqual(wrong, {"usu_error": "code_wrong", "tries": 2})
        right = self.call("/usu_guard/code/answer", token=token, answer="99999")
        guard = self.env(user=self.env.ref("base.public_user"), su=False)["usu.guard"]
        with patch.object(type(guard), "_address", return_value="127.0.0.1"):
            self.assertTrue(guard._admit("ring", proof=right["proof"]))

    def test_worker_is_readable_for_foreign_pages(self):
        response = self.url_open("/usu_guard/worker")
        self.assertEqual(response.headers["Access-Control-Allow-Origin"], "*")
        self.assertIn("javascript", response.headers["Content-Type"])
        self.assertIn("PBKDF2", response.text)

    def test_nonsense_is_answered_with_a_refusal(self):
        for value in (None, 7, ["x"], {"a": 1}, "x" * 100_000):
            with self.subTest(value=str(value)[:20]):
                challenge = self.call("/usu_guard/challenge", action=value)
                self.assertIn("parameters", challenge)
                answer = self.call("/usu_guard/code/answer", token=value, answer=value)
                self.assertEqual(answer["usu_error"], "code_expired")
