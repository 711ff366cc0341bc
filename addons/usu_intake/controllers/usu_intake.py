from odoo import http
from odoo.http import request

# nothing in a stranger's letter may run, load or frame anything
HEADERS = (
    ("Content-Type", "application/octet-stream"),
    ("Content-Security-Policy", "sandbox; default-src 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
)


class UsuIntakeController(http.Controller):
    @http.route(
        "/usu_intake/original/<int:item_id>", type="http", auth="user", readonly=True
    )
    def original(self, item_id):
        """The letter as it came, for saving to disk; own group, never shown inline."""
        item = request.env["usu.intake.item"].search([("id", "=", item_id)])
        if not item:
            raise request.not_found()
        item._check_raw_access()
        # sudo: usu.intake.item - just checked
        raw = item.sudo()._get_raw()
        if not raw:
            raise request.not_found()
        name = http.content_disposition(f"letter-{item.id}.eml")
        return request.make_response(raw, [*HEADERS, ("Content-Disposition", name)])
