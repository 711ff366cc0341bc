from odoo import api, fields, models

SHOWN = 5


class UsuAccount(models.AbstractModel):
    _inherit = "usu.account"

    @api.model
    def _own_bookings(self, partner):
        # sudo: usu.booking - by the client's own record alone
        return (
            self.env["usu.booking"]
            .sudo()
            .search([("partner_id", "=", partner.id), ("state", "!=", "held")])
        )

    @api.model
    def _usu_account_sections(self, partner):
        now = fields.Datetime.now()
        ahead = self._own_bookings(partner).filtered(
            lambda booking: booking.state == "booked" and booking.stop > now
        )
        return super()._usu_account_sections(partner) + [
            {
                "key": "appointments",
                "title": self.env._("My appointments"),
                "sequence": 20,
                "template": "usu_intake_account_booking.account_appointments",
                "data": [
                    {
                        "service": booking.service_id.name,
                        "when": booking._client_when(),
                        "doctor": booking.resource_id.name or "",
                        "url": booking._link(),
                    }
                    for booking in ahead.sorted("start")[:SHOWN]
                ],
            }
        ]

    @api.model
    def _usu_account_export(self, partner):
        return {
            **super()._usu_account_export(partner),
            "appointments": [
                {
                    "service": booking.service_id.name,
                    "start": booking.start.isoformat() + "Z",
                    "stop": booking.stop.isoformat() + "Z",
                    "doctor": booking.resource_id.name or "",
                    "state": booking.state,
                    "name": booking.name or "",
                    "phone": booking.phone or "",
                    "email": booking.email or "",
                    "note": booking.note or "",
                }
                for booking in self._own_bookings(partner)
            ],
        }
