from odoo import http
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController


class UsuHelpdeskTicketController(HelpdeskTicketController):
    @http.route(methods=["POST"], csrf=True)
    def support_ticket_close(self, **kw):
        """Close one's own request.

        The original changes any request's stage by a GET with its number. Here: POST
        with the form's token, a request the user may see, a stage of its desk that may
        be set from the portal.
        """
        ticket_id, stage_id = _number(kw.get("ticket_id")), _number(kw.get("stage_id"))
        ticket = request.env["helpdesk.ticket"].search([("id", "=", ticket_id)])
        if not ticket:
            raise request.not_found()
        # sudo: helpdesk.ticket - the user may see it; only its stage is set
        ticket_sudo = ticket.sudo()
        stages = ticket_sudo.team_id._get_applicable_stages()
        stage = stages.filtered(lambda s: s.id == stage_id and s.close_from_portal)
        if stage and not ticket_sudo.stage_id.closed:
            ticket_sudo.stage_id = stage
        return request.redirect(f"/my/ticket/{ticket_sudo.id}")


def _number(value):
    return int(value) if isinstance(value, str) and value.isdecimal() else 0
