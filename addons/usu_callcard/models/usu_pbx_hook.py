"""Telephone systems in the cloud call Odoo themselves: their address and their key."""

import hashlib
import hmac

from odoo import api, fields, models

from ..tools.event import parse
from ..tools.providers import PROVIDERS
from ..tools.steps import follow


class UsuPbx(models.Model):
    _inherit = "usu.pbx"  # pylint: disable=consider-merging-classes-inherited

    kind = fields.Selection(
        [
            ("connector", "Own PBX, with the connector"),
            ("zammad", "Cloud PBX that speaks Zammad's generic CTI"),
            ("zadarma", "Zadarma"),
            ("twilio", "Twilio"),
        ],
        required=True,
        default="connector",
    )
    provider_key = fields.Char(
        copy=False,
        groups="usu_callcard.usu_callcard_group_admin",
        help="The provider signs its messages with it; without it they are refused.",
    )
    needs_provider_key = fields.Boolean(compute="_compute_needs_provider_key")
    hook_url = fields.Char(
        string="Address for the Provider",
        compute="_compute_hook_url",
        groups="usu_callcard.usu_callcard_group_admin",
    )

    @api.depends("kind")
    def _compute_needs_provider_key(self):
        for pbx in self:
            provider = PROVIDERS.get(pbx.kind)
            pbx.needs_provider_key = bool(provider and provider.needs_key)

    @api.depends("kind", "code", "secret")
    def _compute_hook_url(self):
        base = self.get_base_url() if self else ""
        for pbx in self:
            path = f"/usu_callcard/hook/{pbx.code}/{pbx._usu_hook_token()}"
            pbx.hook_url = base + path if pbx.kind in PROVIDERS else False

    def _usu_hook_token(self):
        """The secret part of the address; it does not give the secret away."""
        # sudo: usu.pbx - the secret itself is not handed on
        secret = (self.sudo().secret or "").encode()
        text = f"hook:{self.code}".encode()
        return hmac.new(secret, text, hashlib.sha256).hexdigest()[:40]

    def _usu_apply_hook(self, values, now):
        """Take in one step of a call told by a cloud provider.

        :param dict values: the payload, whose sender was checked
        :return: status as ``usu.call._usu_apply_event``, ``stale`` also for a step
            that came too late, ``ignored`` for what says nothing to us
        """
        self.ensure_one()
        step = PROVIDERS[self.kind].step(values)
        if not step:
            return "ignored"
        calls = self.env["usu.call"]
        call = calls.search(
            [("pbx_id", "=", self.id), ("outside_id", "=", step.call)], limit=1
        )
        snapshot = follow(call._usu_known(), step, now)
        if not snapshot:
            return "stale"
        return calls._usu_apply_event(self, parse(snapshot, now), now)
