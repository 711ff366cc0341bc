"""Recordings arrive from the connector in pieces, signed; broken off, they go on."""

import hashlib
import re
from base64 import b64decode
from binascii import Error as NotBase64

from psycopg2 import errors

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError

MAX_PIECE = 190 * 1024
DEFAULT_MAX_MB = 100
LAYOUTS = ("sides", "mixed")
MIMETYPES = {"wav": "audio/wav", "mp3": "audio/mpeg", "ogg": "audio/ogg"}


class UploadError(ValueError):
    """The piece cannot be used; the text says why."""


class UsuCallRecordingPiece(models.Model):
    """A part of a recording that is on its way."""

    _name = "usu.call.recording.piece"
    _description = "Piece of a Recording"
    _order = "recording_id, position"

    recording_id = fields.Many2one(
        "usu.call.recording", required=True, ondelete="cascade"
    )
    position = fields.Integer(required=True)
    content = fields.Binary(attachment=False, required=True)

    _position_unique = models.UniqueIndex("(recording_id, position)")


class UsuCallRecording(models.Model):
    _inherit = "usu.call.recording"

    received = fields.Integer(string="Received (bytes)", readonly=True)

    @api.model
    def _usu_upload(self, pbx, data):
        """Take one piece of a recording, or tell how far it has come.

        :param pbx: ``usu.pbx`` whose connector sent it, already checked
        :param dict data: see docs/developer/contracts.md, "Recordings"
        :return: dict for the answer: ``status`` and ``offset``
        :raise UploadError: the piece makes no sense

        ``status``: ``off`` recordings are not wanted; ``unknown`` there is no such call
        (yet); ``refused`` too large or no sound; ``more`` go on at ``offset``;
        ``done`` complete.
        """
        if not pbx.usu_recording:
            return {"status": "off"}
        vals = self._prepare_upload_vals(data)
        call = self.env["usu.call"].search(
            [("pbx_id", "=", pbx.id), ("outside_id", "=", str(data.get("call")))],
            limit=1,
        )
        if not call:
            return {"status": "unknown"}
        parameters = self.env["ir.config_parameter"]
        limit = int(parameters.get_param("usu_callcard_analysis.max_mb") or 0)
        if vals["size"] > (limit or DEFAULT_MAX_MB) * 1024 * 1024:
            return {"status": "refused", "error": "too large"}
        recording = self._usu_uploading(call, pbx, vals)
        if recording.state == "ready":
            return {"status": "done", "offset": recording.size}
        return recording._usu_take_piece(data)

    @api.model
    def _prepare_upload_vals(self, data):
        sha256, size = data.get("sha256"), data.get("size")
        if not isinstance(sha256, str) or not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise UploadError("sha256 is missing")
        if not isinstance(size, int) or isinstance(size, bool) or size <= 0:
            raise UploadError("size is missing")
        if data.get("layout") not in LAYOUTS:
            raise UploadError("layout is unknown")
        name = re.sub(r"[^\w. +()=-]", "_", str(data.get("name") or "recording"))[-120:]
        mimetype = MIMETYPES.get(name.rpartition(".")[2].lower())
        if not mimetype:
            raise UploadError("only wav, mp3 and ogg files are taken")
        return {
            "name": name,
            "size": size,
            "sha256": sha256,
            "layout": data["layout"],
            "mimetype": mimetype,
        }

    @api.model
    def _usu_uploading(self, call, pbx, vals):
        domain = [("call_id", "=", call.id), ("sha256", "=", vals["sha256"])]
        recording = self.search(domain, limit=1)
        if recording:
            return recording
        try:
            with self.env.cr.savepoint(flush=True):
                return self.create(
                    {**vals, "call_id": call.id, "notice": pbx.usu_recording_notice}
                )
        except errors.UniqueViolation as error:
            raise ConcurrencyError("the same recording came twice at once") from error

    def _usu_take_piece(self, data):
        self.ensure_one()
        answer = {"status": "more", "offset": self.received}
        if not data.get("data") or data.get("offset") != self.received:
            return answer  # a question, or a piece that is here already
        if not self.try_lock_for_update():
            return answer  # the same piece is being taken this moment
        try:
            content = b64decode(data["data"], validate=True)
        except (NotBase64, TypeError, ValueError) as error:
            raise UploadError("data is not base64") from error
        if not content or len(content) > MAX_PIECE:
            raise UploadError("the piece is too large")
        if self.received + len(content) > self.size:
            raise UploadError("more came than was announced")
        self.env["usu.call.recording.piece"].create(
            {
                "recording_id": self.id,
                "position": self.received,
                "content": data["data"].encode(),
            }
        )
        self.received += len(content)
        if self.received < self.size:
            return {"status": "more", "offset": self.received}
        return self._usu_complete()

    def _usu_complete(self):
        """All pieces are here: check, join, hand on."""
        self.ensure_one()
        content = bytearray()
        pieces = self.piece_ids.sorted("position")
        for piece in pieces:
            # one after the other: never all of them in the cache at once
            content += b64decode(piece.with_prefetch().content)
            piece.invalidate_recordset(["content"])
        pieces.unlink()
        if hashlib.sha256(content).hexdigest() != self.sha256:
            self.received = 0  # changed on its way or while it was sent: once more
            return {"status": "more", "offset": 0}
        self._usu_store(bytes(content))
        self._usu_ready()
        return {"status": "done", "offset": self.size}
