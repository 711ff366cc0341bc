from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class UsuCustomerPortal(CustomerPortal):
    @http.route()
    def portal_address_submit(self, *args, **kwargs):
        """What a client types into the portal's own form is not proved."""
        request.update_context(usu_unproved=True)
        return super().portal_address_submit(*args, **kwargs)
