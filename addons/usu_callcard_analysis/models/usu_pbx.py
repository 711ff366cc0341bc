from odoo import api, fields, models
from odoo.exceptions import ValidationError


class UsuPbx(models.Model):
    _inherit = "usu.pbx"

    usu_recording = fields.Boolean(
        string="Take Recordings",
        help="Recordings of calls are fetched from the telephone system and analysed.",
    )
    usu_recording_notice = fields.Char(
        string="How Clients Are Told",
        help="What clients hear or read before they are recorded. It is kept with each "
        "recording.",
    )

    @api.constrains("usu_recording", "usu_recording_notice")
    def _check_usu_recording_notice(self):
        for pbx in self:
            if pbx.usu_recording and not (pbx.usu_recording_notice or "").strip():
                raise ValidationError(
                    self.env._(
                        "Write how clients are told that calls are recorded before "
                        "recordings are taken."
                    )
                )
