from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    usu_booking_ids = fields.One2many(
        "usu.booking",
        "partner_id",
        string="Appointments",
        groups="usu_routing.usu_routing_group_user",
    )

    def _usu_book_action(self, **defaults):
        """The window in which an employee books for this client."""
        make = self.env["usu.booking.make"]
        return make.create({"partner_id": self.id, **defaults}).action_find()

    def action_usu_book(self):
        self.ensure_one()
        return self._usu_book_action()

    def action_usu_bookings(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Appointments"),
            "res_model": "usu.booking",
            "views": [(False, "list"), (False, "calendar"), (False, "form")],
            "domain": [("partner_id", "=", self.id)],
        }

    def _usu_next_bookings(self, limit=3):
        """Visits of this client that are still ahead, the next first."""
        return self.env["usu.booking"].search(
            [
                ("partner_id", "in", self.ids),
                ("state", "=", "booked"),
                ("stop", ">", fields.Datetime.now()),
            ],
            order="start",
            limit=limit,
        )
