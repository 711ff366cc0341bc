from odoo import fields, models
from odoo.exceptions import UserError


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    usu_booking_id = fields.Many2one(
        "usu.booking",
        string="Appointment",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        readonly=True,
    )

    def write(self, vals):
        """Who drags a visit in the calendar moves the appointment with it."""
        result = super().write(vals)
        if self.env.context.get("usu_booking"):
            return result
        if {"start", "stop"} & vals.keys():
            for event in self:
                event._usu_move_booking()
        if vals.get("active") is False:
            self._usu_bookings()._cancel("staff")
        return result

    def unlink(self):
        bookings = self._usu_bookings()
        result = super().unlink()
        bookings._cancel("staff")
        return result

    def _usu_bookings(self):
        # sudo: usu.booking - whoever may change the entry may change its visit
        bookings = self.sudo().usu_booking_id
        return bookings.filtered(lambda b: b.event_id in self and b.state == "booked")

    def _usu_move_booking(self):
        booking = self._usu_bookings()
        if not booking or (booking.start, booking.stop) == (self.start, self.stop):
            return
        if not booking._move(self.start, stop=self.stop, by="staff"):
            raise UserError(
                self.env._("The doctor or the room is taken then by another visit.")
            )
