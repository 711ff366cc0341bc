import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import hash_sign, verify_hash_signed

from ..tools import wav

GROUP = "usu_callcard_analysis.usu_callcard_analysis_group_recordings"
# how long one opening of the player may fetch the sound
LISTEN_HOURS = 2
DELETE_BATCH = 200


class UsuCallRecording(models.Model):
    _name = "usu.call.recording"
    _description = "Recording of a Call"
    _order = "call_id, id"
    _rec_name = "name"

    call_id = fields.Many2one(
        "usu.call", required=True, index=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="call_id.company_id", store=True, index=True, precompute=True
    )
    desk_id = fields.Many2one(
        "helpdesk.ticket.team",
        readonly=True,
        compute="_compute_desk_id",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    name = fields.Char(string="File", readonly=True)
    state = fields.Selection(
        [("uploading", "On Its Way"), ("ready", "Complete")],
        required=True,
        readonly=True,
        default="uploading",
    )
    layout = fields.Selection(
        [("sides", "Two channels"), ("mixed", "Mixed")],
        required=True,
        readonly=True,
        default="sides",
        help="Two channels: the client in the first, the employee in the second.",
    )
    # stored as an attachment; reached only by the player, which writes the access log
    audio = fields.Binary(attachment=True, groups=fields.NO_ACCESS, readonly=True)
    mimetype = fields.Char(readonly=True, default="audio/wav")
    size = fields.Integer(string="Size (bytes)", readonly=True)
    sha256 = fields.Char(readonly=True)
    duration_seconds = fields.Float(readonly=True)
    received_at = fields.Datetime(readonly=True, index=True)
    notice = fields.Char(
        string="How Clients Were Told",
        readonly=True,
        help="The notice in force when the call was recorded.",
    )
    piece_ids = fields.One2many("usu.call.recording.piece", "recording_id")
    utterance_ids = fields.One2many("usu.call.utterance", "recording_id")
    access_ids = fields.One2many("usu.call.recording.access", "recording_id")

    _content_unique = models.UniqueIndex("(call_id, sha256)")
    _unfinished_index = models.Index("(create_date) WHERE state = 'uploading'")

    @api.depends("call_id")
    def _compute_desk_id(self):
        for recording in self:
            call = recording.call_id
            recording.desk_id = call and call._usu_analysis_desk()

    def _usu_attachment(self):
        """The attachment that holds the sound."""
        self.ensure_one()
        # sudo: ir.attachment - field attachments are hidden; the caller has checked
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("res_field", "=", "audio"),
                ],
                limit=1,
            )
        )

    def _usu_store(self, content):
        """Keep the whole sound as the attachment behind ``audio``."""
        self.ensure_one()
        # sudo: ir.attachment - written by the system only
        self.env["ir.attachment"].sudo().create(
            {
                "name": self.name or "recording",
                "raw": content,
                "mimetype": self.mimetype,
                "res_model": self._name,
                "res_id": self.id,
                "res_field": "audio",
            }
        )
        self.invalidate_recordset(["audio"])

    def _usu_ready(self):
        """The sound is here: note its length, queue the analysis."""
        for recording in self:
            vals = {"state": "ready"}
            vals["received_at"] = recording.received_at or fields.Datetime.now()
            try:
                with recording._usu_attachment()._usu_sound() as stream:
                    sound = wav.describe(stream, rates=range(4000, 200000))
                vals["duration_seconds"] = sound.seconds
                if sound.channels == 1:
                    vals["layout"] = "mixed"
            except wav.WavError:
                # kept and played; the analysis says why it cannot be read
                vals["duration_seconds"] = 0.0
            recording.write(vals)
            self.env["usu.call.analysis"]._usu_queue(recording)

    # Listening

    def _usu_may_listen(self):
        """Only members of the recordings' group, and only of calls they may see."""
        return self.env.user.has_group(GROUP) and self.has_access("read")

    def usu_open(self):
        """Open a recording: writes the access log, returns what the player needs.

        :return: dict ``url`` of the sound, good for this user and ``LISTEN_HOURS``;
            ``lines`` of the transcript
        """
        self.ensure_one()
        if not self._usu_may_listen():
            raise AccessError(self.env._("You may not listen to recordings."))
        if self.state != "ready":
            raise UserError(self.env._("The recording is still on its way."))
        self._usu_note_access()
        # sudo: ir.config_parameter - hash_sign reads the database secret
        token = hash_sign(
            self.sudo().env,
            "usu_callcard_analysis.listen",
            [self.env.uid, self.id],
            expiration_hours=LISTEN_HOURS,
        )
        lines = self.utterance_ids.sorted("start_seconds")
        return {
            "url": f"/usu_callcard_analysis/recording/{self.id}?token={token}",
            "lines": [
                {
                    "id": line.id,
                    "side": line.side,
                    "start": line.start_seconds,
                    "end": line.end_seconds,
                    "text": line.text,
                }
                for line in lines
            ],
        }

    def _usu_may_fetch(self, token):
        """Whether the token is this user's for this recording, and still good."""
        try:
            # sudo: ir.config_parameter - reads the database secret
            content = verify_hash_signed(
                self.sudo().env, "usu_callcard_analysis.listen", token or ""
            )
        except (ValueError, json.JSONDecodeError):
            return False
        return content == [self.env.uid, self.id]

    def _usu_note_access(self):
        # sudo: usu.call.recording.access - nobody writes the log by hand
        self.env["usu.call.recording.access"].sudo().create(
            [
                {
                    "recording_id": recording.id,
                    "call_id": recording.call_id.id,
                    "user_id": self.env.uid,
                }
                for recording in self
            ]
        )

    # Retention

    @api.model
    def _cron_clean(self):
        """Delete recordings and transcripts older than kept, and broken-off uploads."""
        now = fields.Datetime.now()
        parameters = self.env["ir.config_parameter"]
        days = int(parameters.get_param("usu_callcard_analysis.recording_days") or 0)
        domain = [
            ("state", "=", "uploading"),
            ("create_date", "<", now - timedelta(days=2)),
        ]
        if days > 0:
            old = [("received_at", "<", now - timedelta(days=days))]
            domain = ["|", "&", *domain, *old]
        while recordings := self.search(domain, limit=DELETE_BATCH, order="id"):
            recordings.unlink()
            remaining = self.search_count(domain)
            if not self.env["ir.cron"]._commit_progress(
                len(recordings), remaining=remaining
            ):
                break
