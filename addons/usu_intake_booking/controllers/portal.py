from odoo import fields, http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class UsuBookingPortal(CustomerPortal):
    """Own visits of a client who is signed in."""

    def _usu_bookings(self):
        # sudo: usu.booking - by the client's own record alone
        return request.env["usu.booking"].sudo().search(
            [
                ("partner_id", "=", request.env.user.partner_id.id),
                ("state", "!=", "held"),
            ],
            limit=80,
        )  # fmt: skip

    @http.route("/my/appointments", type="http", auth="user", website=True)
    def usu_appointments(self, **kw):
        bookings = self._usu_bookings()
        now = fields.Datetime.now()
        ahead = bookings.filtered(lambda b: b.state == "booked" and b.stop > now)
        values = {
            "page_name": "usu_booking",
            "ahead": ahead.sorted("start"),
            "past": bookings - ahead,
        }
        return request.render("usu_intake_booking.portal_appointments", values)
