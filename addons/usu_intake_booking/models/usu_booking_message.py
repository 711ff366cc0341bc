"""What the client is told: confirmation, changes, reminders, the calendar file."""

from datetime import timedelta

from odoo import api, fields, models

from ..tools import ics, zones

BATCH = 100
TEMPLATE = "usu_intake_booking.mail_template_%s"


class UsuBooking(models.Model):
    _inherit = "usu.booking"  # pylint: disable=consider-merging-classes-inherited

    def _ics(self):
        """The visit as a file for any calendar; the same UID for good.

        :return: bytes
        """
        booking = self._for_client()
        company = booking.company_id
        place = company.partner_id._display_address(without_company=True)
        visit = ics.Visit(
            # sudo: usu.booking - random, tells nothing
            uid=f"{booking.sudo().uid}@usu-front-desk",
            sequence=booking.sequence,
            start=booking.start,
            stop=booking.stop,
            stamp=fields.Datetime.now(),
            summary=f"{booking.service_id.name}, {company.name}",
            description=booking.service_id.after_text or "",
            location=", ".join(
                filter(None, [booking.room_id.name, *place.split("\n")])
            ),
            url=booking._url(),
            organizer=(company.name, company.email or ""),
            attendee=(booking.name or "", booking.email_key or ""),
        )
        return ics.write(visit, cancelled=booking.state == "cancelled")

    def _for_client(self):
        """The same visit in the client's language."""
        known = dict(self.env["res.lang"].get_installed())
        lang = self.lang if self.lang in known else self.company_id.partner_id.lang
        # sudo: res.company - name and address of the clinic
        return self.sudo().with_context(lang=lang or "en_US")

    def _client_zone(self):
        """The client's zone; the clinic's where both clocks show the same."""
        own, clinic = self.tz, self.service_id.tz
        if not own or zones.same_clock(own, clinic, self.start):
            return clinic
        return own

    def _client_when(self):
        """In the client's zone, and in the clinic's if that is another."""
        own, clinic = self._client_zone(), self.service_id.tz
        if own == clinic:
            return self._when(clinic)
        return f"{self._when(own)} = {self._when(clinic)}"

    def _tell_client(self, kind):
        """A letter, to the address that was typed and nobody else's."""
        if not self.email_key:
            return
        booking = self._for_client()
        attachment = {
            "name": "visit.ics",
            "raw": booking._ics(),
            "mimetype": "text/calendar",
            # goes with the letter
            "res_model": "mail.message",
            "res_id": 0,
        }
        # sudo: mail.template, ir.attachment - the visitor asked for this letter
        template = booking.env.ref(TEMPLATE % kind).sudo()
        file = booking.env["ir.attachment"].sudo().create(attachment)
        template.send_mail(
            self.id,
            email_values={
                "email_to": self.email_key,
                "recipient_ids": [],
                "attachment_ids": [(4, file.id)],
            },
        )
        # sudo: ir.cron - the letter leaves as soon as this is committed
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _text_client(self):
        if not (self.phone_key and self.service_id.remind_sms):
            return
        booking = self._for_client()
        body = booking.env._(
            "%(clinic)s: %(service)s on %(when)s. Come or cancel: %(url)s",
            clinic=booking.company_id.name,
            service=booking.service_id.name,
            when=booking._when(booking._client_zone()),
            url=booking._url(),
        )
        # sudo: sms.sms - the visitor gave this number for it
        self.env["sms.sms"].sudo().create({"number": self.phone_key, "body": body})

    # ----------------------------------------------------------------- reminders

    def _plan_reminder(self):
        """None if it would come right after the booking itself."""
        hours = self.service_id.remind_hours
        at = self.start - timedelta(hours=hours)
        late = at < fields.Datetime.now() + timedelta(hours=1)
        self.write(
            {"remind_at": False if not hours or late else at, "reminded_at": False}
        )

    @api.model
    def _cron_remind(self):
        """Remind of what comes; one transaction each, so that nobody gets two."""
        now = fields.Datetime.now()
        domain = [
            ("state", "=", "booked"),
            ("remind_at", "<=", now),
            ("start", ">", now),
        ]
        cron = self.env["ir.cron"]
        due = self.search(domain, limit=BATCH, order="remind_at")
        cron._commit_progress(remaining=self.search_count(domain))
        for booking in due:
            booking = booking.try_lock_for_update().filtered_domain(domain)
            if booking:
                booking.write({"remind_at": False, "reminded_at": now})
                booking._tell_client("reminder")
                booking._text_client()
            if not cron._commit_progress(1):
                break

    @api.model
    def _cron_holds(self):
        """Forget holds that ran out; their times are free without it already."""
        old = fields.Datetime.now() - timedelta(hours=1)
        stale = self.search(
            [("state", "=", "held"), ("hold_until", "<", old)], limit=500
        )
        stale.try_lock_for_update()._drop_hold()

    def _confirm_coming(self):
        """The client will come."""
        if self.state == "booked" and not self.confirmed_at:
            self.write({"confirmed_at": fields.Datetime.now()})
            self._tell_staff("confirmed")
        return self.state == "booked"
