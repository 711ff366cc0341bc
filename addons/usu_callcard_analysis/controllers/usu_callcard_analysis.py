"""Recordings: pieces in from the connector, sound out to the player."""

from odoo.http import request, route

from odoo.addons.usu_callcard.controllers.usu_callcard import UsuCallcardController

from ..models.usu_call_recording_upload import UploadError


class UsuCallcardAnalysisController(UsuCallcardController):
    @route(
        "/usu_callcard/recording",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def recording(self):
        """A piece of a recording, or the question how far it has come.

        Signed like events; see docs/developer/contracts.md, "Recordings".
        """
        pbx_sudo, body, refusal = self._admit()
        if refusal:
            return refusal
        recordings = pbx_sudo.env["usu.call.recording"]
        try:
            answer = recordings._usu_upload(pbx_sudo, self._json(body))
        except UploadError as error:
            return self._answer(400, error=str(error))
        return self._answer(200, **answer)

    @route(
        "/usu_callcard_analysis/recording/<int:recording_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def listen(self, recording_id, token="", **kwargs):
        """The sound of a recording; ranges are served.

        The token comes from ``usu_listen``, which wrote the access log. Without a good
        one, or without the right to listen: 404.
        """
        recording = request.env["usu.call.recording"].browse(recording_id)
        readable = recording.exists() and recording._usu_may_fetch(token)
        if not readable or not recording._usu_may_listen():
            raise request.not_found()
        stream = recording._usu_attachment()._to_http_stream()
        response = stream.get_response(max_age=0)
        response.headers["Cache-Control"] = "no-store"
        return response
