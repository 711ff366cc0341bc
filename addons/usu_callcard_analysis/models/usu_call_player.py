"""What the player on the call's form shows."""

from odoo import models

from .usu_call_analysis import RESULTS

SHOWN = ("duration_seconds", "silence_share", "staff_share", *RESULTS.values())


class UsuCall(models.Model):
    _inherit = "usu.call"  # pylint: disable=consider-merging-classes-inherited

    def usu_player_data(self):
        """The call's conversations as far as the reader may see them.

        Without the recordings' group: who spoke when and the figures, no sound and no
        words. Opening the sound is ``usu.call.recording.usu_open``.
        """
        self.ensure_one()
        self.check_access("read")
        found = self.env["usu.call.analysis"].search([("call_id", "=", self.id)])
        return [analysis._usu_player_data() for analysis in found.sorted("id")]


class UsuCallAnalysis(models.Model):
    _inherit = "usu.call.analysis"

    def _usu_player_data(self):
        self.ensure_one()
        # sudo: usu.call.recording - its id is told only to those who may listen
        recording_sudo = self.sudo().recording_id
        recording = recording_sudo.sudo(False)
        may_listen = bool(recording) and recording._usu_may_listen()
        return {
            "id": self.id,
            "recording_id": may_listen and recording.id,
            "gone": not recording,
            "notice": recording_sudo.notice or "",
            "layout": self.layout,
            "state": self.state,
            "error": self.error or "",
            "progress": self.progress,
            "spans": self.spans or {},
            "peaks": self.peaks or {},
            "measures": {name: self[name] for name in SHOWN},
            "text_state": self.text_state or "",
            "text_error": self.text_error or "",
            "language": self.language or "",
            "hits": [
                {
                    "id": hit.id,
                    "name": hit.phrase_id.name,
                    "kind": hit.kind,
                    "at": hit.at_seconds,
                }
                for hit in self.hit_ids
            ],
            "missed": self.missed_ids.mapped("name"),
            "can_restart": self.env.user.has_group(
                "usu_callcard.usu_callcard_group_all"
            ),
        }
