import time

from odoo import api, models

from ..tools.signature import is_valid

PREFIX = "usu_callcard.pbx:"


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """A connector proves which telephone system it serves and hears its commands.

        The text channel never reaches the bus: a right one is replaced by the record, a
        wrong one is dropped.
        """
        signed = [
            channel
            for channel in channels
            if isinstance(channel, str) and channel.startswith(PREFIX)
        ]
        kept = [channel for channel in channels if channel not in signed]
        for channel in signed[:10]:
            pbx = self._usu_signed_pbx(channel)
            if pbx:
                kept.append(pbx)
        return super()._build_bus_channel_list(kept)

    @api.model
    def _usu_signed_pbx(self, channel):
        code, _sep, rest = channel.removeprefix(PREFIX).partition(":")
        timestamp, _sep, signature = rest.partition(":")
        # sudo: usu.pbx - the secret is compared, never shown
        pbx_sudo = self.env["usu.pbx"].sudo()._usu_by_code(code)
        body = f"{PREFIX}{code}".encode()
        now = time.time()
        if is_valid(pbx_sudo.secret, timestamp, signature, body, now):
            return pbx_sudo
        return None
