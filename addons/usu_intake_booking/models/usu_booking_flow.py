"""The life of a visit: held, booked, moved, cancelled."""

from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, html_escape

HOLD_MINUTES = 5
DETAILS = ("name", "phone", "email", "note", "lang", "tz", "partner_id", "ticket_id")


class Taken(Exception):
    """Somebody was faster."""


class UsuBooking(models.Model):
    _inherit = "usu.booking"  # pylint: disable=consider-merging-classes-inherited

    # ---------------------------------------------------------------------- hold

    @api.model
    def _hold(self, service, start, *, doctor=None, minutes=HOLD_MINUTES, **details):
        """Keep a free time for somebody who begins to type.

        :param service: usu.booking.service (sudo)
        :param datetime start: naive UTC
        :param doctor: resource.resource the visitor asked for; default: any
        :return: the booking, or empty: the time is not free
        """
        free = self._free_doctors(service, start, doctor)
        if not free:
            return self.browse()
        until = fields.Datetime.now() + timedelta(minutes=minutes)
        return self._try_booking(
            {
                "service_id": service.id,
                "start": start,
                "stop": start + service._shape().duration,
                "wanted_id": doctor.id if doctor else False,
                "hold_until": until,
                "source": "site",
                **details,
            },
            free,
        )

    @api.model
    def _free_doctors(self, service, start, doctor=None, skip=None):
        """Who is free then, in the order of the service's strategy."""
        Calendar = self.env["usu.booking.calendar"]
        begin, latest = service._window(fields.Datetime.now())
        if not begin <= start < latest:
            return service.doctor_ids[:0]
        times = Calendar._times(
            service,
            start,
            start + timedelta(seconds=1),
            doctors=doctor or None,
            skip=skip,
        )
        free = service.doctor_ids.browse(times.get(start, []))
        return Calendar._in_order(service, free, start)

    @api.model
    def _try_booking(self, vals, doctors):
        """Create a booking that has its time, or nothing at all."""
        # sudo: usu.booking - the visitor's own, made by this very request
        bookings = self.sudo()
        if not doctors:
            return bookings
        quiet = {"tracking_disable": True, "mail_create_nosubscribe": True}
        try:
            with self.env.cr.savepoint():
                booking = bookings.with_context(**quiet).create(vals)
                booking._occupy(doctors, booking.state, booking.hold_until)
        except Taken:
            self.env.invalidate_all()
            return bookings
        return bookings.browse(booking.id)

    def _occupy(self, doctors, state, hold_until=False):
        needed, rooms = self.service_id._rooms()
        if needed and not rooms:
            raise Taken
        # sudo: usu.booking.slot - written by the engine alone
        slots = self.env["usu.booking.slot"].sudo()
        taken = slots._take(self, doctors, rooms, state, hold_until)
        if taken is None:
            raise Taken
        self.write({"resource_id": taken[0].id, "room_id": taken[1].id})

    def _drop_hold(self):
        """The visitor chose something else: the time is free again."""
        held = self.filtered(lambda b: b.state == "held")
        # sudo: usu.booking.slot - written by the engine alone
        self.env["usu.booking.slot"].sudo()._give_back(held)
        held.unlink()

    # ---------------------------------------------------------------------- book

    def _book(self, **details):
        """The visitor has said who they are: the hold becomes an appointment.

        :param details: columns of the booking; ``answers``: pairs of texts
        :return: whether it is booked; not: the hold ran out and somebody was faster
        """
        self.ensure_one()
        self._lock_row()
        if self.state != "held":
            return self.state == "booked"
        answers = details.pop("answers", [])
        if not self._keep_time():
            return False
        self.write(
            {
                **details,
                "state": "booked",
                "hold_until": False,
                "answer_ids": [
                    (0, 0, {"question": asked, "answer": said})
                    for asked, said in answers
                ],
            }
        )
        self._make_request()
        self._plan_reminder()
        self._tell_client("booked")
        return True

    def _lock_row(self):
        """Two tabs, two clicks: the second waits here, fails to serialize, is repeated
        by Odoo and finds the visit booked."""
        self.flush_recordset()
        self.env["usu.booking.slot"]._execute(
            SQL("UPDATE usu_booking SET sequence = sequence WHERE id = %s", self.id)
        )
        self.invalidate_recordset()

    def _keep_time(self):
        """Turn the hold into a booked time; take it again if it ran out meanwhile."""
        # sudo: usu.booking.slot - written by the engine alone
        slots = self.env["usu.booking.slot"].sudo()
        doctor, room = self.resource_id, self.room_id
        needed = 2 if room else 1
        fit = doctor.active and (not room or room.active)
        if len(self.slot_ids) == needed and fit:
            slots._keep(self)
            return True
        # before any row is touched, or two who are late would wait for one another
        slots._lock(self.service_id.doctor_ids | self.service_id._rooms()[1])
        slots._give_back(self)
        free = self._free_doctors(
            self.service_id, self.start, self.wanted_id, skip=self
        )
        try:
            with self.env.cr.savepoint():
                if not free:
                    raise Taken
                self._occupy(free, "booked")
        except Taken:
            self.env.invalidate_all()
            return False
        return True

    @api.model
    def _book_for(self, service, start, *, doctors=None, **details):
        """An employee books: hours and notice do not bind them, taken times do.

        :return: the booking, or empty: the time is taken
        """
        doctors = doctors if doctors is not None else service.doctor_ids
        Calendar = self.env["usu.booking.calendar"]
        order = Calendar._in_order(service, doctors.filtered("active"), start)
        answers = details.pop("answers", [])
        stop = start + service._shape().duration
        booking = self._try_booking(
            {"service_id": service.id, "start": start, "stop": stop, "source": "staff"}
            | {"hold_until": fields.Datetime.now() + timedelta(minutes=HOLD_MINUTES)}
            | {k: v for k, v in details.items() if k in DETAILS},
            order,
        )
        if booking:
            booking._book(answers=answers)
        return booking

    # ------------------------------------------------------------------ register

    def _make_request(self):
        """Request, client and the doctor's calendar."""
        if not self.ticket_id:
            staff = self._for_staff()
            receipt = self.env["usu.routing"]._receive(
                self._contact(),
                desk=self.service_id.desk_id,
                channel="appointment",
                title=staff._title(),
                body=staff._as_words(),
                # sudo: usu.booking - the repeat is recognised by it
                external_id=f"booking:{self.sudo().uid}",
                create_client=True,
                preferred_user_id=self._acting_employee(),
            )
            self.write(
                {
                    "ticket_id": receipt.request_id,
                    "partner_id": receipt.partner_id or self.partner_id.id,
                }
            )
        else:
            self._tell_staff("booked")
        self._write_event()

    def _acting_employee(self):
        """Who books for the client needs no pop-up about it."""
        user = self.env.user
        return user.id if self.source == "staff" and not user.share else None

    def _title(self):
        where = f", {self.resource_id.name}" if self.resource_id else ""
        return f"{self.service_id.name}{where}: {self._when()}"

    def _as_words(self):
        lines = [self._title()]
        lines += [self.name, self.phone, self.email, self.room_id.name, self.note]
        lines += [f"{a.question} {a.answer or '-'}" for a in self.answer_ids]
        return Markup("<br/>").join(html_escape(line) for line in lines if line)

    def _event_vals(self):
        user = self.resource_id.user_id
        return {
            "name": self.display_name,
            "start": self.start,
            "stop": self.stop,
            "user_id": user.id,
            "partner_ids": [(6, 0, user.partner_id.ids)],
            "location": self.room_id.name or False,
            "privacy": "private",
            "show_as": "busy",
            "usu_booking_id": self.id,
        }

    def _write_event(self):
        """The entry in the doctor's calendar. Clients are no attendees: they would get
        Odoo's own invitations beside ours."""
        quiet = {
            "usu_booking": True,
            "no_mail_to_attendees": True,
            "dont_notify": True,
            "mail_create_nosubscribe": True,
            "mail_notify_author": False,
            "tracking_disable": True,
        }
        # sudo: calendar.event - visitors have no calendar
        events = self.env["calendar.event"].sudo().with_context(**quiet)
        if self.event_id:
            events.browse(self.event_id.id).write(self._event_vals())
        else:
            self.event_id = events.create(self._event_vals()).id

    # ------------------------------------------------------------- move, cancel

    def _move(self, start, *, doctors=None, stop=None, by="client"):
        """Another time, perhaps another doctor; all or nothing.

        :param doctors: who may get it, in this order; default: the same
        :return: whether it was moved; not: the time is taken
        """
        self.ensure_one()
        self = self._as_engine()
        doctors = self.resource_id if doctors is None else doctors
        if self.state != "booked" or not doctors:
            return False
        stop = stop or start + (self.stop - self.start)
        # sudo: usu.booking.slot - written by the engine alone
        slots = self.env["usu.booking.slot"].sudo()
        self.flush_recordset()
        slots._lock(doctors | self.resource_id | self.service_id._rooms()[1])
        self._lock_row()
        try:
            with self.env.cr.savepoint():
                slots._give_back(self)
                self.write({"start": start, "stop": stop})
                self._occupy(doctors, "booked")
        except Taken:
            self.env.invalidate_all()
            return False
        self.write({"sequence": self.sequence + 1, "confirmed_at": False})
        self._write_event()
        self._plan_reminder()
        self._tell_client("moved")
        self._tell_staff("moved", by)
        self.env["usu.booking.waiting"]._wake()
        return True

    def _cancel(self, by="client"):
        """:return: whether something was cancelled"""
        self = self._as_engine()
        for booking in self:
            booking._lock_row()
        open_ones = self.filtered(lambda b: b.state == "booked")
        # sudo: usu.booking.slot - written by the engine alone
        self.env["usu.booking.slot"].sudo()._give_back(open_ones)
        for booking in open_ones:
            booking.write({"state": "cancelled", "sequence": booking.sequence + 1})
            # sudo: calendar.event - visitors have no calendar
            event = booking.event_id.sudo().with_context(
                usu_booking=True, dont_notify=True, no_mail_to_attendees=True
            )
            event.write({"active": False})
            booking._tell_client("cancelled")
            booking._tell_staff("cancelled", by)
        if open_ones:
            self.env["usu.booking.waiting"]._wake()
        return bool(open_ones)

    def _for_staff(self):
        """The same visit in the clinic's language, whatever the visitor reads."""
        return self.with_context(lang=self.company_id.partner_id.lang or "en_US")

    def _tell_staff(self, kind, by="staff"):
        """A note on the request; what the client did makes a task of it again."""
        if not self.ticket_id:
            return
        staff = self._for_staff()
        words = {
            "booked": staff.env._("Appointment booked"),
            "moved": staff.env._("Appointment moved"),
            "cancelled": staff.env._("Appointment cancelled"),
            "confirmed": staff.env._("The client will come"),
        }[kind]
        words = f"{words}: {staff._title()}"
        # sudo: helpdesk.ticket - the visitor cannot read it
        ticket = self.ticket_id.sudo().with_context(usu_routed=True)
        ticket.message_post(body=words, subtype_xmlid="mail.mt_note")
        if by == "client":
            self.env["usu.routing"]._client_wrote(ticket)

    def _check_staff(self):
        if not self.env.user.has_group("usu_routing.usu_routing_group_user"):
            raise UserError(self.env._("Employees of the front desk do that."))
