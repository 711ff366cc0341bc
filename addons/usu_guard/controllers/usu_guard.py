from odoo import http
from odoo.http import request
from odoo.tools import file_open

WORKER = "usu_guard/static/lib/altcha/pbkdf2.js"
MEDIA = {"image": "image/png", "audio": "audio/wav"}


class UsuGuardController(http.Controller):
    """What the browser needs to prove that a person sits before it.

    The routes under ``/usu_guard/cors`` are for pages of other sites, which send no
    cookie; ``guest_token`` is what the chat adds to all its calls from there.
    """

    @http.route(
        "/usu_guard/challenge",
        type="jsonrpc",
        auth="public",
        methods=["POST"],
        save_session=False,
    )
    def challenge(self, action, binding=""):
        guard = request.env["usu.guard"]
        admission = guard._limit("guard_challenge")
        if not admission:
            return admission.refusal()
        return guard._issue(str(action)[:64], str(binding)[:256])

    @http.route(
        "/usu_guard/cors/challenge",
        type="jsonrpc",
        auth="public",
        methods=["POST"],
        cors="*",
        save_session=False,
    )
    def cors_challenge(self, action, binding="", guest_token=None):
        return self._foreign() or self.challenge(action, binding)

    @http.route(
        "/usu_guard/code",
        type="jsonrpc",
        auth="public",
        methods=["POST"],
        save_session=False,
    )
    def code(self, action, binding=""):
        """Give a picture and a recording; they are then fetched by their token."""
        admission = request.env["usu.guard"]._limit("guard_code")
        if not admission:
            return admission.refusal()
        code = request.env["usu.guard.code"]
        return code._take(str(action)[:64], str(binding)[:256])

    @http.route(
        "/usu_guard/cors/code",
        type="jsonrpc",
        auth="public",
        methods=["POST"],
        cors="*",
        save_session=False,
    )
    def cors_code(self, action, binding="", guest_token=None):
        return self._foreign() or self.code(action, binding)

    @http.route(
        "/usu_guard/code/answer",
        type="jsonrpc",
        auth="public",
        methods=["POST"],
        save_session=False,
    )
    def answer(self, token, answer):
        admission = request.env["usu.guard"]._limit("guard_answer")
        if not admission:
            return admission.refusal()
        return request.env["usu.guard.code"]._answer(str(token)[:64], answer)

    @http.route(
        "/usu_guard/cors/code/answer",
        type="jsonrpc",
        auth="public",
        methods=["POST"],
        cors="*",
        save_session=False,
    )
    def cors_answer(self, token, answer, guest_token=None):
        return self._foreign() or self.answer(token, answer)

    @http.route(
        "/usu_guard/code/<string:token>/<any(image, audio):kind>",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        sitemap=False,
    )
    def media(self, token, kind):
        content = request.env["usu.guard.code"]._media(token, kind)
        if content is None:
            raise request.not_found()
        headers = [
            ("Content-Type", MEDIA[kind]),
            ("Content-Length", len(content)),
            ("Cache-Control", "no-store"),
            ("Cross-Origin-Resource-Policy", "cross-origin"),
        ]
        return request.make_response(content, headers)

    @http.route(
        "/usu_guard/worker",
        type="http",
        auth="none",
        methods=["GET"],
        cors="*",
        save_session=False,
        sitemap=False,
    )
    def worker(self):
        """The worker script, readable for pages of other sites, which a static file
        behind a proxy need not be.
        """
        with file_open(WORKER, "rb") as script:
            content = script.read()
        headers = [
            ("Content-Type", "text/javascript; charset=utf-8"),
            ("Cache-Control", "public, max-age=604800"),
        ]
        return request.make_response(content, headers)

    def _foreign(self):
        """:return: the refusal of a page whose site may not embed us, else ``None``"""
        origin = request.httprequest.headers.get("Origin")
        if origin and not request.env["usu.guard"]._origin_allowed(origin):
            return {"usu_error": "site", "need": None, "retry_after": 0}
        return None
