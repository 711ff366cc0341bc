from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import GuardCase, make_rule


@tagged("post_install", "-at_install", "usu_guard")
class TestRecords(GuardCase):
    def test_who_may_see_and_change_what(self):
        users = {
            "portal": new_test_user(self.env, "g_portal", groups="base.group_portal"),
            "employee": new_test_user(self.env, "g_user", groups="base.group_user"),
            "manager": new_test_user(
                self.env, "g_manager", groups="usu_guard.usu_guard_group_manager"
            ),
            "admin": new_test_user(self.env, "g_admin", groups="base.group_system"),
        }
        may = {
            "usu.guard.ban": {"manager", "admin"},
            "usu.guard.rule": {"admin"},
            "usu.guard.site": {"admin"},
        }
        for model, allowed in may.items():
            for who, user in users.items():
                for right in ("read", "write", "create", "unlink"):
                    with self.subTest(model=model, who=who, right=right):
                        found = self.env[model].with_user(user).has_access(right)
                        self.assertEqual(found, who in allowed)

    def test_manager_blocks_an_address_by_hand(self):
        manager = new_test_user(
            self.env, "g_manager", groups="usu_guard.usu_guard_group_manager"
        )
        bans = self.env["usu.guard.ban"].with_user(manager)
        ban = bans.create({"value": "203.0.113.7", "reason": "spam"})
        self.assertEqual((ban.label, ban.user_id), ("203.0.113.x", manager))
        self.assertTrue(bans._covers({"address": "203.0.113.7/32"}))
        for vals in ({"value": "nonsense"}, {"reason": "nobody"}, {"value": ""}):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                bans.create(vals)

    def test_rule_refuses_nonsense(self):
        rule = make_rule(self.env, "knock")
        for vals in (
            {"address_soft": 9, "address_hard": 5},
            {"address_day": -1},
            {"window_seconds": 0},
        ):
            with (
                self.subTest(vals=vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.CheckViolation),
                self.env.cr.savepoint(),
            ):
                rule.write(vals)
                rule.flush_recordset()

    def test_changed_rule_counts_at_once(self):
        rule = make_rule(self.env, "knock", subject_hard=1)
        self.assertTrue(self.guard._limit("knock", "s"))
        self.assertFalse(self.guard._limit("knock", "s"))
        rule.subject_hard = 5
        self.assertTrue(self.guard._limit("knock", "s"))
        rule.unlink()
        self.assertEqual(self.guard._admit("knock").error, "proof_missing")

    def test_listed_sites_alone_may_embed(self):
        self.assertTrue(self.guard._origin_allowed("https://anybody.test"))
        self.env["usu.guard.site"].create({"name": "HTTPS://Clinic.example/"})
        self.assertTrue(self.guard._origin_allowed("https://clinic.example"))
        self.assertFalse(self.guard._origin_allowed("https://anybody.test"))
        own = self.env["ir.config_parameter"].get_param("web.base.url")
        self.assertTrue(self.guard._origin_allowed(own))
        with self.assertRaises(ValidationError):
            self.env["usu.guard.site"].create({"name": "no site at all"})

    def test_secret_cannot_be_read(self):
        secret = self.ledger._secret()
        self.assertEqual(len(secret), 32)
        self.assertFalse(
            self.env["ir.config_parameter"].search([("value", "ilike", secret.hex())])
        )
        for table in ("usu_guard_key", "usu_guard_code_issue", "usu_guard_hit"):
            models = [m for m in self.env.values() if m._table == table]
            self.assertFalse([m for m in models if not m._abstract])

    def test_old_counters_are_forgotten(self):
        make_rule(self.env, "knock", subject_hard=1, window_seconds=60)
        self.guard._limit("knock", "s")
        self.guard._redeem("x", self.guard._sign("x", 1, 60))
        self.guard._admit("knock", honeypot="x")
        now = self.ledger._now()
        self.ledger._gc()
        counts = "SELECT (SELECT count(*) FROM usu_guard_hit WHERE until > %s),"
        counts += " (SELECT count(*) FROM usu_guard_nonce WHERE until > %s)"
        self.env.cr.execute(counts, (now, now))
        self.assertEqual(self.env.cr.fetchone(), (1, 1))
        with self.patched_now(now + 200_000):
            self.ledger._gc()
        self.env.cr.execute(
            "SELECT (SELECT count(*) FROM usu_guard_hit),"
            " (SELECT count(*) FROM usu_guard_nonce),"
            " (SELECT count(*) FROM usu_guard_tally)"
        )
        self.assertEqual(self.env.cr.fetchone(), (0, 0, 0))

    def test_settings_show_what_was_refused(self):
        make_rule(self.env, "knock")
        settings = self.env["res.config.settings"]
        with self.patched_now(self.ledger._now() + 10_000_000):
            self.assertEqual(settings._usu_guard_refusals(), "Nothing")
            for _number in range(2):
                self.guard._admit("knock", honeypot="x")
            self.guard._admit("knock")
            self.assertEqual(
                settings._usu_guard_refusals(),
                "2 knock: filled in the hidden field",
            )
        with self.patched_now(self.ledger._now() + 10_010_000):
            self.assertEqual(settings._usu_guard_refusals(), "Nothing")

    def test_settings_say_that_keys_are_missing(self):
        settings = self.env["res.config.settings"].create({})
        for provider, missing in (("usu", False), ("off", False), ("turnstile", True)):
            settings.usu_guard_provider = provider
            self.assertEqual(settings.usu_guard_provider_missing, missing)

    def test_settings_are_for_administrators(self):
        employee = new_test_user(self.env, "g_user", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.env["res.config.settings"].with_user(employee).create({})

    def patched_now(self, now):
        return patch.object(type(self.ledger), "_now", return_value=now)
