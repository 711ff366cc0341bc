from odoo import api, fields, models


class UsuCall(models.Model):
    _inherit = "usu.call"

    usu_recording_ids = fields.One2many("usu.call.recording", "call_id")
    usu_analysis_ids = fields.One2many("usu.call.analysis", "call_id")

    @api.ondelete(at_uninstall=False)
    def _unlink_recordings(self):
        """Through the ORM: the sound is an attachment, which no cascade deletes."""
        # sudo: usu.call.recording - goes with its call, whoever deletes that
        self.sudo().usu_recording_ids.unlink()

    def _usu_analysis_desk(self):
        """The desk whose conversation it was: the request's, else the line's."""
        return self.request_id.team_id or self.pbx_id._usu_desk(self.did)
