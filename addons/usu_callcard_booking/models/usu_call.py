from odoo import models
from odoo.tools import format_datetime


class UsuCall(models.Model):
    _inherit = "usu.call"

    def _usu_card_sections(self, partner):
        sections = super()._usu_card_sections(partner)
        if self.env["usu.booking"].has_access("read"):
            sections["booking"] = {
                "visits": self._usu_section_visits(partner),
                "can_book": bool(self.env["usu.booking.service"].search_count([])),
            }
            if not any(sections["booking"].values()):
                sections["booking"] = None
        return sections

    def _usu_section_visits(self, partner):
        """The client's next visits: what, when, with whom."""
        zone = self.env.user.tz or "UTC"
        return [
            {
                "id": booking.id,
                "service": booking.service_id.name,
                "when": format_datetime(
                    self.env, booking.start, tz=zone, dt_format="short"
                ),
                # sudo: resource.resource - the name of the doctor
                "doctor": booking.sudo().resource_id.name or "",
                "conflict": booking.conflict or "",
            }
            for booking in partner._usu_next_bookings()
        ]

    def action_usu_book(self):
        """Book for whoever is on the line; who may read the call may."""
        self.ensure_one()
        self.check_access("read")
        # sudo: res.partner - only the id is taken; it is read as the reader below
        partner = self.sudo().partner_id.with_env(self.env)._filtered_access("read")
        if partner:
            return partner.action_usu_book()
        make = self.env["usu.booking.make"].create({"phone": self.number or ""})
        return make.action_find()
