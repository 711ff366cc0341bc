from unittest.mock import patch

from odoo import http
from odoo.exceptions import ConcurrencyError
from odoo.tests import Opener, get_db_name, tagged
from odoo.tests.common import HOST
from odoo.tools import mute_logger

from odoo.addons.usu_guard.models.usu_guard import UsuGuard
from odoo.addons.web.controllers.home import Home

from .common import GuardHttpCase, make_rule, solve


@tagged("post_install", "-at_install", "usu_guard")
class TestForms(GuardHttpCase):
    """Odoo's own forms, here the one to sign in, once it has a rule."""

    def setUp(self):
        super().setUp()
        make_rule(self.env, "login")
        self.new_session()

    def new_session(self):
        self.session = http.root.session_store.new()
        self.session.update(http.get_default_session(), db=get_db_name())
        self.opener = Opener(self)
        self.opener.cookies.set("session_id", self.session.sid, domain=HOST, path="/")

    def sign_in(self, **fields):
        """:return: whether the form let us in, and what it answered"""
        self.new_session()
        with mute_logger("odoo.http"):
            response = self.url_open(
                "/web/login",
                data={
                    "login": self.users["employee"],
                    "password": self.users["employee"],
                    "csrf_token": http.Request.csrf_token(self),
                    **fields,
                },
                allow_redirects=False,
            )
        return response.status_code == 303, response.text

    def proof(self):
        return solve(self.call("/usu_guard/challenge", action="login"))

    def test_form_needs_a_proof(self):
        entered, text = self.sign_in()
        self.assertFalse(entered)
        self.assertIn("JavaScript must be switched on", text)
        self.assertTrue(self.sign_in(usu_guard_proof=self.proof())[0])

    def test_form_refuses_replay_forgery_and_programs(self):
        used = self.proof()
        self.assertTrue(self.sign_in(usu_guard_proof=used)[0])
        again, refused = "reload the page", "This request was refused"
        cases = {
            "replay": ({"usu_guard_proof": used}, again),
            "forged": ({"usu_guard_proof": "Zm9yZ2Vk"}, again),
            "hidden": ({"usu_guard_proof": self.proof(), "usu_homepage": "x"}, refused),
        }
        for name, (fields, words) in cases.items():
            with self.subTest(name):
                entered, text = self.sign_in(**fields)
                self.assertFalse(entered)
                self.assertIn(words, text)

    def test_form_without_a_rule_is_left_alone(self):
        self.env["usu.guard.rule"].search([("action", "=", "login")]).unlink()
        self.assertTrue(self.sign_in()[0])

    def test_outside_service_leaves_the_check_to_its_own_addon(self):
        with patch.object(UsuGuard, "_provider", return_value="turnstile"):
            self.assertTrue(self.sign_in()[0])

    def test_limit_says_when_to_come_back(self):
        rule = self.env["usu.guard.rule"].search([("action", "=", "login")])
        rule.write({"check": "none", "address_hard": 1})
        self.assertTrue(self.sign_in()[0])
        entered, text = self.sign_in()
        self.assertFalse(entered)
        self.assertIn("try again in 10 min", text)

    def test_repeated_handler_does_not_meet_its_own_proof(self):
        """Odoo repeats a request after a serialisation error."""
        calls = []
        redirect, judge = Home._login_redirect, UsuGuard._judge_request

        def fail_once(*args, **kw):
            calls.append("handler")
            if calls.count("handler") == 1:
                raise ConcurrencyError()
            return redirect(*args, **kw)

        def judge_once(*args, **kw):
            calls.append("judge")
            return judge(*args, **kw)

        with (
            patch.object(Home, "_login_redirect", fail_once),
            patch.object(UsuGuard, "_judge_request", judge_once),
            patch("odoo.service.model.time.sleep"),
        ):
            entered = self.sign_in(usu_guard_proof=self.proof())[0]
        self.assertTrue(entered)
        self.assertEqual(calls, ["judge", "handler", "handler"])

    def test_refusal_leaves_no_rows(self):
        tables = "SELECT sum(n_tup_ins) FROM pg_stat_xact_user_tables"
        tables += " WHERE relname NOT LIKE 'usu_guard%'"
        self.sign_in()
        self.env.cr.execute(tables)
        before = self.env.cr.fetchone()
        for fields in ({}, {"usu_guard_proof": "forged"}, {"usu_homepage": "x"}):
            self.assertFalse(self.sign_in(**fields)[0])
        self.env.cr.execute(tables)
        self.assertEqual(self.env.cr.fetchone(), before)
