import psycopg2
from psycopg2.errorcodes import EXCLUSION_VIOLATION

from odoo import api, fields, models
from odoo.tools import SQL

LOCK = 0x75737562  # class of our advisory locks


class UsuBookingSlot(models.Model):
    """A time a doctor or a room is taken, with what is kept free around it.

    Double booking is impossible: the exclusion constraint refuses the second row,
    whatever process or transaction it comes from. Rows of one visit are written in the
    order of the resources' ids, under advisory locks taken in that order, so that
    simultaneous visitors wait for one another instead of locking each other out.
    """

    _name = "usu.booking.slot"
    _description = "Taken Time"
    _order = "start, id"
    _rec_name = "resource_id"

    booking_id = fields.Many2one(
        "usu.booking", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="booking_id.company_id", store=True)
    resource_id = fields.Many2one(
        "resource.resource", required=True, ondelete="restrict"
    )
    seat = fields.Integer(required=True, default=1)
    start = fields.Datetime(required=True)
    stop = fields.Datetime(required=True)
    state = fields.Selection(
        [("held", "Held"), ("booked", "Booked")], required=True, default="held"
    )
    hold_until = fields.Datetime()

    _nobody_twice = models.Constraint(
        "EXCLUDE USING gist (int8range(resource_id, resource_id, '[]') WITH &&,"
        " int4range(seat, seat, '[]') WITH &&, tsrange(start, stop) WITH &&)"
        " WHERE (state IN ('held', 'booked'))",
        "This time has just been taken. Please choose another one.",
    )
    _forward = models.Constraint("CHECK (start < stop)", "It ends before it begins.")
    _expiry = models.Index("(hold_until) WHERE state = 'held'")

    @api.model
    def _take(self, booking, doctors, rooms, state, hold_until=False):
        """Take a doctor, and a room where one is needed, for the booking's time.

        :param booking: usu.booking with start and stop; has no slots yet
        :param doctors: who may get it, in this order
        :param rooms: one of these is needed as well; empty: none
        :param str state: ``held`` | ``booked``
        :return: ``(doctor, room)``, or ``None``: somebody was faster
        """
        span = booking.service_id._shape(booking.stop - booking.start).span(
            booking.start
        )
        resources = doctors | rooms
        self.env.flush_all()
        self._lock(resources)
        self._free_expired(resources, span)
        row = {
            "booking_id": booking.id,
            "company_id": booking.company_id.id,
            "state": state,
            "hold_until": hold_until or None,
            "start": span[0],
            "stop": span[1],
        }
        for doctor in doctors:
            taken = self._insert_first([doctor], row)
            if not taken:
                continue
            room = self._insert_first(rooms, row) if rooms else rooms
            if room or not rooms:
                booking.invalidate_recordset(["slot_ids"])
                return doctor, room
            # no room at all: another doctor would not help
            self._give_back(booking)
            return None
        return None

    @api.model
    def _insert_first(self, resources, row):
        """Insert the row for the first of these that has a place left.

        :return: the resource, or an empty list
        """
        for resource in resources:
            for seat in range(1, resource._usu_places() + 1):
                if self._insert(row | {"resource_id": resource.id, "seat": seat}):
                    return resource
        return []

    @api.model
    def _insert(self, row):
        """:return: whether the constraint let it in; it also sees what others committed
        after this transaction began"""
        names = SQL(", ").join(map(SQL.identifier, row))
        values = SQL(", ").join(SQL("%s", value) for value in row.values())
        query = SQL("INSERT INTO usu_booking_slot (%s) VALUES (%s)", names, values)
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(query, log_exceptions=False)
        except psycopg2.IntegrityError as error:
            if error.pgcode != EXCLUSION_VIOLATION:
                raise
            return False
        return True

    @api.model
    def _lock(self, resources):
        for resource_id in sorted(resources.ids):
            self.env.cr.execute(
                SQL("SELECT pg_advisory_xact_lock(%s, %s)", LOCK, resource_id)
            )

    @api.model
    def _keep(self, booking):
        """What the booking holds is booked."""
        self._execute(
            SQL(
                "UPDATE usu_booking_slot SET state = 'booked', hold_until = NULL"
                " WHERE booking_id = %s",
                booking.id,
            )
        )
        self.invalidate_model()

    @api.model
    def _execute(self, query):
        """Somebody else may change the same rows at the same moment: then this request
        is repeated, and that is no error to note."""
        self.env.cr.execute(query, log_exceptions=False)

    @api.model
    def _free_expired(self, resources, span):
        """Holds that ran out make room without waiting for the cron."""
        self._execute(
            SQL(
                "DELETE FROM usu_booking_slot WHERE resource_id IN %s"
                " AND state = 'held' AND hold_until <= %s AND start < %s AND stop > %s",
                tuple(resources.ids),
                fields.Datetime.now(),
                span[1],
                span[0],
            )
        )
        self.invalidate_model()

    @api.model
    def _give_back(self, bookings):
        """Free whatever these bookings have taken."""
        self.flush_model()
        self._execute(
            SQL(
                "DELETE FROM usu_booking_slot WHERE booking_id IN %s",
                tuple(bookings.ids) or (0,),
            )
        )
        self.invalidate_model()
        bookings.invalidate_recordset(["slot_ids"])
