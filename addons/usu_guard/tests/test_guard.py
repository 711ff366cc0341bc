from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from odoo.addons.usu_guard.models.usu_guard import UsuGuard

from .common import GuardCase, make_rule


@tagged("post_install", "-at_install", "usu_guard")
class TestAdmission(GuardCase):
    def setUp(self):
        super().setUp()
        make_rule(self.env, "knock", subject_hard=3)

    def error(self, **kw):
        return self.guard._admit("knock", **kw).error

    def test_visitor_needs_a_proof(self):
        refused = self.guard._admit("knock")
        self.assertEqual((refused.need, refused.error), ("proof", "proof_missing"))
        self.assertTrue(self.guard._admit("knock", proof=self.solve("knock")))

    def test_proof_serves_once(self):
        proof = self.solve("knock")
        self.assertEqual(self.error(proof=proof), "")
        again = self.guard._admit("knock", proof=proof)
        self.assertEqual((again.need, again.error), ("proof", "proof_used"))

    def test_proof_serves_its_action_and_binding_only(self):
        make_rule(self.env, "other")
        self.assertEqual(self.error(proof=self.solve("other")), "proof_invalid")
        proof = self.solve("knock", "room 1")
        self.assertEqual(self.error(proof=proof, binding="room 2"), "proof_invalid")
        self.assertEqual(self.error(proof=proof, binding="room 1"), "")

    def test_proof_serves_its_network_only(self):
        with patch.object(UsuGuard, "_address", return_value="203.0.113.7"):
            proof = self.solve("knock")
        with patch.object(UsuGuard, "_address", return_value="198.51.100.7"):
            self.assertEqual(self.error(proof=proof), "proof_invalid")
        with patch.object(UsuGuard, "_address", return_value="203.0.113.99"):
            self.assertEqual(self.error(proof=proof), "")

    def test_proof_ends_after_ten_minutes(self):
        with patch.object(type(self.ledger), "_now", return_value=1_000_000.0):
            proof = self.solve("knock")
        self.assertEqual(self.error(proof=proof), "proof_expired")

    def test_hidden_field_tells_a_program(self):
        refused = self.guard._admit(
            "knock", proof=self.solve("knock"), honeypot="https://spam.test"
        )
        self.assertEqual((refused.need, refused.error), (None, "robot"))

    def test_logged_in_users_are_limited_but_not_checked(self):
        user_guard = self.env["usu.guard"].with_user(self.env.ref("base.user_admin"))
        verdicts = [bool(user_guard._admit("knock", subject="u")) for _ in range(4)]
        self.assertEqual(verdicts, [True, True, True, False])

    def test_archived_rule_protects_nothing(self):
        rule = make_rule(self.env, "open", subject_hard=1)
        rule.active = False
        for _number in range(3):
            self.assertTrue(self.guard._admit("open", subject="s", honeypot="x"))

    def test_missing_rule_still_asks_for_a_proof(self):
        self.assertEqual(self.guard._admit("nobody made a rule").need, "proof")

    def test_switched_off_keeps_hard_limits(self):
        self.env["ir.config_parameter"].set_param("usu_guard.provider", "off")
        verdicts = [bool(self.guard._admit("knock", subject="s")) for _ in range(4)]
        self.assertEqual(verdicts, [True, True, True, False])
        self.assertEqual(self.guard._issue("knock")["provider"], "off")

    def test_provider_without_keys_does_not_open_the_door(self):
        for provider in ("turnstile", "recaptcha"):
            self.env["ir.config_parameter"].set_param("usu_guard.provider", provider)
            self.assertEqual(self.guard._provider(), "usu")
            self.assertEqual(self.error(), "proof_missing")


@tagged("post_install", "-at_install", "usu_guard")
class TestLimits(GuardCase):
    def at(self, address):
        return patch.object(UsuGuard, "_address", return_value=address)

    def later(self, seconds):
        now = self.ledger._now() + seconds
        return patch.object(type(self.ledger), "_now", return_value=now)

    def allowed(self, action, times, **kw):
        return [bool(self.guard._limit(action, **kw)) for _ in range(times)].count(True)

    def test_limit_is_exact(self):
        make_rule(self.env, "knock", address_hard=5)
        with self.at("203.0.113.7"):
            self.assertEqual(self.allowed("knock", 8), 5)
            refused = self.guard._limit("knock")
        self.assertEqual((refused.error, refused.need), ("limit", None))
        self.assertTrue(590 <= refused.retry_after <= 600)
        with self.at("203.0.113.8"):
            self.assertEqual(self.allowed("knock", 2), 2)

    def test_window_ends(self):
        make_rule(self.env, "knock", address_hard=1, window_seconds=60)
        with self.at("203.0.113.7"):
            self.assertEqual(self.allowed("knock", 3), 1)
            with self.later(61):
                self.assertEqual(self.allowed("knock", 3), 1)

    def test_refused_requests_do_not_prolong_the_window(self):
        make_rule(self.env, "knock", address_hard=1, window_seconds=60)
        with self.at("203.0.113.7"):
            self.allowed("knock", 1)
            with self.later(50):
                self.assertFalse(self.guard._limit("knock"))
            with self.later(61):
                self.assertTrue(self.guard._limit("knock"))

    def test_day_limit_holds_over_windows(self):
        make_rule(self.env, "knock", address_day=2, window_seconds=60)
        with self.at("203.0.113.7"):
            self.allowed("knock", 2)
            with self.later(3600):
                self.assertFalse(self.guard._limit("knock"))
            with self.later(86401):
                self.assertTrue(self.guard._limit("knock"))

    def test_ipv6_network_counts_as_one(self):
        make_rule(self.env, "knock", address_hard=3)
        passed = 0
        for number in range(20):
            with self.at(f"2001:db8:1:2::{number:x}"):
                passed += bool(self.guard._limit("knock"))
        self.assertEqual(passed, 3)
        with self.at("2001:db8:1:3::1"):
            self.assertTrue(self.guard._limit("knock"))

    def test_actions_and_subjects_are_counted_apart(self):
        make_rule(self.env, "knock", subject_hard=1)
        make_rule(self.env, "ring", subject_hard=1)
        self.assertTrue(self.guard._limit("knock", "guest:1"))
        self.assertFalse(self.guard._limit("knock", "guest:1"))
        self.assertTrue(self.guard._limit("knock", "guest:2"))
        self.assertTrue(self.guard._limit("ring", "guest:1"))

    def test_cost_counts_several_at_once(self):
        make_rule(self.env, "upload", subject_hard=10)
        self.assertTrue(self.guard._limit("upload", "g", cost=7))
        self.assertFalse(self.guard._limit("upload", "g", cost=7))

    def test_soft_limit_asks_for_a_code(self):
        make_rule(self.env, "knock", address_soft=2, address_hard=9)
        with self.at("203.0.113.7"):
            for _number in range(2):
                self.assertFalse(self.guard._issue("knock")["code"])
                proof = self.solve("knock")
                self.assertTrue(self.guard._admit("knock", proof=proof))
            self.assertTrue(self.guard._issue("knock")["code"])
            refused = self.guard._admit("knock", proof=self.solve("knock"))
        self.assertEqual((refused.error, refused.need), ("code_needed", "code"))

    def test_breaker_asks_everybody_for_a_code(self):
        make_rule(self.env, "knock", site_soft=2)
        errors = []
        for number in range(4):
            with self.at(f"203.0.113.{number}"):
                admission = self.guard._admit("knock", proof=self.solve("knock"))
                errors.append(admission.error)
        self.assertEqual(errors, ["", "", "code_needed", "code_needed"])
        with self.at("203.0.113.200"):
            self.assertTrue(self.guard._issue("knock")["code"])

    def test_refused_programs_do_not_trip_the_breaker(self):
        make_rule(self.env, "knock", site_soft=2)
        for _number in range(5):
            self.guard._admit("knock", proof="forged")
        self.assertTrue(self.guard._admit("knock", proof=self.solve("knock")))


@tagged("post_install", "-at_install", "usu_guard")
class TestTokensOfGuard(GuardCase):
    def test_token_is_redeemed_once(self):
        token = self.guard._sign("link", {"channel": 7}, 60)
        self.assertEqual(self.guard._redeem("link", token, once=False), {"channel": 7})
        self.assertEqual(self.guard._redeem("link", token), {"channel": 7})
        self.assertIsNone(self.guard._redeem("link", token))
        self.assertIsNone(self.guard._redeem("link", token, once=False))

    def test_token_of_another_action_or_time_is_refused(self):
        token = self.guard._sign("link", {"channel": 7}, 60)
        self.assertIsNone(self.guard._redeem("ban", token))
        later = self.ledger._now() + 61
        with patch.object(type(self.ledger), "_now", return_value=later):
            self.assertIsNone(self.guard._redeem("link", token))

    def test_token_is_no_proof_and_no_code(self):
        make_rule(self.env, "knock")
        bound = self.guard._bound_to("knock", "")
        for action in ("code", "knock"):
            token = self.guard._sign(action, bound, 60)
            for text in (token, f"code.{token}"):
                self.assertEqual(
                    self.guard._admit("knock", proof=text).error, "proof_invalid"
                )


@tagged("post_install", "-at_install", "usu_guard")
class TestBan(GuardCase):
    def setUp(self):
        super().setUp()
        make_rule(self.env, "knock")

    def error(self, address="198.51.100.1", subject=""):
        with patch.object(UsuGuard, "_address", return_value=address):
            proof = self.solve("knock")
            return self.guard._admit("knock", proof=proof, subject=subject).error

    def test_banned_address_is_refused(self):
        ban = self.guard._ban("address", "203.0.113.7", False, "spam")
        self.assertEqual(self.error("203.0.113.7"), "banned")
        self.assertEqual(self.error("203.0.113.8"), "")
        ban.active = False
        self.assertEqual(self.error("203.0.113.7"), "")

    def test_banned_ipv6_network_is_refused(self):
        self.guard._ban("address", "2001:db8:1:2::1", False, "spam")
        self.assertEqual(self.error("2001:db8:1:2:ffff::9"), "banned")

    def test_banned_visitor_is_refused_from_any_address(self):
        self.guard._ban("subject", "guest:12", False, "rude")
        self.assertEqual(self.error(subject="guest:12"), "banned")
        self.assertEqual(self.error(subject="guest:13"), "")
        self.assertTrue(self.guard._is_banned("guest:12"))

    def test_ban_ends(self):
        now = fields.Datetime.now()
        self.guard._ban("address", "203.0.113.7", now - timedelta(minutes=1), "")
        self.assertEqual(self.error("203.0.113.7"), "")
        self.guard._ban("address", "203.0.113.7", now + timedelta(hours=1), "")
        self.assertEqual(self.error("203.0.113.7"), "banned")

    def test_address_is_not_kept(self):
        ban = self.guard._ban("address", "203.0.113.7", False, "spam")
        self.assertEqual(ban.label, "203.0.113.x")
        ban.flush_recordset()
        self.env.cr.execute(
            "SELECT count(*) FROM usu_guard_ban b WHERE b::text LIKE '%203.0.113.7%'"
        )
        self.assertEqual(self.env.cr.fetchone()[0], 0)
