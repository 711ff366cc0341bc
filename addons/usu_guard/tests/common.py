"""A visitor at the door: helpers for the guard's tests."""

import json
from unittest.mock import patch

import altcha

from odoo.tests import HttpCase, TransactionCase, new_test_user

from odoo.addons.usu_guard.models.usu_guard import UsuGuard


def solve(challenge):
    """What the browser's worker does, in Python."""
    parts = altcha.Challenge.from_dict(challenge)
    return altcha.Payload(parts, altcha.solve_challenge(parts)).to_base64()


def set_up_guard(case):
    """The own check, with so little work that a test solves it at once."""
    case.env["ir.config_parameter"].set_param("usu_guard.provider", "usu")
    case.startPatcher(patch.object(UsuGuard, "_effort", return_value=1))


def make_rule(env, action, **limits):
    """A rule without limits but those given."""
    none = dict.fromkeys(("address_soft", "address_hard", "address_day"), 0)
    return env["usu.guard.rule"].create(
        {"name": action, "action": action, **none, **limits}
    )


class GuardCase(TransactionCase):
    """The guard outside of a request, as a visitor; counters end with the test."""

    def setUp(self):
        super().setUp()
        self.registry_enter_test_mode()
        set_up_guard(self)
        self.visitor_env = self.env(user=self.env.ref("base.public_user"), su=False)
        self.guard = self.visitor_env["usu.guard"]
        self.ledger = self.env["usu.guard.ledger"]

    def solve(self, action, binding=""):
        return solve(self.guard._issue(action, binding))


class GuardHttpCase(HttpCase):
    """The guard behind real routes."""

    def setUp(self):
        super().setUp()
        set_up_guard(self)
        self.users = {"visitor": None}
        for name, groups in (
            ("portal", "base.group_portal"),
            ("employee", "base.group_user"),
            ("admin", "base.group_system"),
        ):
            user = new_test_user(self.env, f"guard_{name}", groups=groups)
            self.users[name] = user.login

    def be(self, who):
        self.authenticate(self.users[who], self.users[who])

    def call(self, route, headers=None, **params):
        """Call a JSON route; its result, or its error's name."""
        response = self.url_open(
            route,
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
            headers={"Content-Type": "application/json", **(headers or {})},
        )
        answer = response.json()
        if "error" in answer:
            return answer["error"]["data"]["name"]
        return answer["result"]
