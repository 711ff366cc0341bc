from odoo import api, fields, models
from odoo.http import request

from ..tools import network


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    usu_guard_provider = fields.Selection(
        [
            ("usu", "Own check, no outside service"),
            ("turnstile", "Cloudflare Turnstile"),
            ("recaptcha", "Google reCAPTCHA"),
            ("off", "No check (not protected)"),
        ],
        string="Check that a visitor is a person",
        config_parameter="usu_guard.provider",
        default="usu",
    )
    usu_guard_effort = fields.Selection(
        [("light", "Light"), ("normal", "Normal"), ("strong", "Strong")],
        string="Effort of the silent check",
        config_parameter="usu_guard.effort",
        default="normal",
    )
    usu_guard_provider_missing = fields.Boolean(
        compute="_compute_usu_guard_provider_missing"
    )
    usu_guard_proxy_warning = fields.Boolean(compute="_compute_usu_guard_state")
    usu_guard_refusals = fields.Text(
        string="Refused in the last hour", compute="_compute_usu_guard_state"
    )
    usu_guard_ban_count = fields.Integer(compute="_compute_usu_guard_state")
    usu_guard_site_count = fields.Integer(compute="_compute_usu_guard_state")

    @api.depends("usu_guard_provider")
    def _compute_usu_guard_provider_missing(self):
        guard = self.env["usu.guard"]
        for settings in self:
            chosen = settings.usu_guard_provider
            outside = chosen in ("turnstile", "recaptcha")
            settings.usu_guard_provider_missing = bool(
                outside and not guard._provider_ready(chosen)
            )

    def _compute_usu_guard_state(self):
        self.usu_guard_refusals = self._usu_guard_refusals()
        self.usu_guard_proxy_warning = self._usu_guard_hidden_by_proxy()
        self.usu_guard_ban_count = self.env["usu.guard.ban"].search_count([])
        self.usu_guard_site_count = self.env["usu.guard.site"].search_count([])

    @api.model
    def _usu_guard_refusals(self):
        """:return: one line per action and reason, most first, e.g. ``12 Open an
        account: too many requests``
        """
        rows = self.env["usu.guard.ledger"]._tallies()
        rules = self.env["usu.guard.rule"].with_context(active_test=False)
        names = {rule.action: rule.name for rule in rules.search([], limit=500)}
        words = self._usu_guard_outcomes()
        lines = [
            f"{count} {names.get(action, action)}: {words.get(outcome, outcome)}"
            for action, outcome, count in rows[:8]
        ]
        return "\n".join(lines) or self.env._("Nothing")

    def _usu_guard_outcomes(self):
        return {
            "code_needed": self.env._("asked for a code"),
            "limit": self.env._("too many requests"),
            "banned": self.env._("blocked"),
            "robot": self.env._("filled in the hidden field"),
            "proof_invalid": self.env._("false proof"),
            "proof_expired": self.env._("proof too old"),
            "proof_used": self.env._("proof used twice"),
        }

    @api.model
    def _usu_guard_hidden_by_proxy(self):
        """:return: whether this very request shows that addresses are hidden"""
        if not request:
            return False
        http = request.httprequest
        fixed = "werkzeug.proxy_fix.orig" in http.environ
        return network.hidden_by_proxy(http.remote_addr, http.headers, fixed)

    def action_usu_guard_bans(self):
        return self.env["ir.actions.act_window"]._for_xml_id(
            "usu_guard.usu_guard_ban_action"
        )

    def action_usu_guard_rules(self):
        return self.env["ir.actions.act_window"]._for_xml_id(
            "usu_guard.usu_guard_rule_action"
        )

    def action_usu_guard_sites(self):
        return self.env["ir.actions.act_window"]._for_xml_id(
            "usu_guard.usu_guard_site_action"
        )
