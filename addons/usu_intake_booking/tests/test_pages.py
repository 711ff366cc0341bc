import re
from datetime import datetime, timedelta

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.usu_guard.tests.common import set_up_guard, solve

from ..tools import zones
from .common import NINE, BookingCommon

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
START = re.compile(r'name="start"[^>]*value="([^"]+)"')
GOOD = {"name": "Nina New", "phone": "+91 98300 11111", "consent": "1"}


class PagesCommon(HttpCase, BookingCommon):
    def setUp(self):
        super().setUp()
        set_up_guard(self)
        self.page = f"/book/{self.service.id}"

    def get(self, path, status=200):
        response = self.url_open(path)
        self.assertEqual(response.status_code, status, path)
        found = TOKEN.findall(response.text)
        self.token = found[0] if found else getattr(self, "token", "")
        return response

    def post(self, path, redirects=True, status=200, **data):
        if not getattr(self, "token", None):
            self.get(self.page)
        response = self.url_open(
            path, data={"csrf_token": self.token, **data}, allow_redirects=redirects
        )
        self.assertEqual(response.status_code, status, path)
        return response

    def proof(self):
        return solve(self.make_jsonrpc_request(
            "/usu_guard/challenge", {"action": "booking_confirm"}))  # fmt: skip

    def hold_it(self, start=NINE, doctor=None, **data):
        """Press the button of a time; the visitor's held booking."""
        data["doctor"] = doctor.id if doctor else ""
        self.post(f"{self.page}/hold", start=zones.write_moment(start), **data)
        return self.Booking.search([("state", "=", "held")], order="id desc", limit=1)

    def fill_in(self, booking, **data):
        data = {**GOOD, "usu_guard_proof": self.proof(), **data}
        return self.post(booking._link("details"), **data)


@tagged("post_install", "-at_install", "usu_intake_booking")
class TestPages(PagesCommon):
    def test_from_the_service_to_the_confirmation(self):
        self.assertIn("Consultation", self.get("/book").text)
        page = self.get(self.page).text
        first = START.findall(page)[0]
        self.assertEqual(first, "2026-03-02T09:00Z")
        booking = self.hold_it(zones.read_moment(first))
        response = self.fill_in(booking, email="nina@new.example", note="Hello")
        self.assertIn("Your appointment is booked", response.text)
        booking.invalidate_recordset()
        self.assertEqual(booking.state, "booked")
        self.assertEqual((booking.name, booking.note), ("Nina New", "Hello"))
        self.assertEqual(booking.consent_text, self.service.consent_text)
        self.assertTrue(booking.consent_at)
        self.assertEqual(booking.ticket_id.usu_channel, "appointment")

    def test_reading_changes_nothing(self):
        booking = self.book(NINE + timedelta(days=2), email="nina@new.example")
        held = self.hold(NINE.replace(hour=15))
        self.env.flush_all()
        tables = ("usu_booking", "usu_booking_slot", "helpdesk_ticket", "mail_mail")

        def state():
            rows = []
            for table in tables:
                self.env.cr.execute(f"SELECT * FROM {table} ORDER BY id")  # noqa: S608
                rows.append(self.env.cr.fetchall())
            return rows

        before = state()
        paths = ["/book", self.page, f"{self.page}?day=2026-03-04", f"{self.page}/wait"]
        paths += [booking._link(p) for p in ("", "move", "visit.ics", "details")]
        paths += [held._link(p) for p in ("", "details")]
        for path in paths:
            for _twice in range(2):
                self.get(path)
        self.assertEqual(state(), before)

    def test_what_needs_a_button_refuses_a_get(self):
        booking = self.book(NINE + timedelta(days=2))
        for path in (
            booking._link("cancel"),
            booking._link("confirm"),
            f"{self.page}/hold?start=2026-03-03T09:00Z",
        ):
            self.assertIn(self.url_open(path).status_code, (404, 405), path)
        booking.invalidate_recordset()
        self.assertEqual(booking.state, "booked")
        self.assertFalse(booking.confirmed_at)

    def test_a_post_of_a_foreign_page_is_refused(self):
        booking = self.book(NINE + timedelta(days=2))
        with mute_logger("odoo.http"):
            response = self.url_open(booking._link("cancel"), data={"csrf_token": "x"})
        self.assertEqual(response.status_code, 400)
        self.assertEqual(booking.state, "booked")

    def test_who_is_too_late_gets_the_next_free_times(self):
        self.book(doctor=self.dora)
        self.book(doctor=self.emil)
        page = self.post(f"{self.page}/hold", start=zones.write_moment(NINE)).text
        self.assertIn("has just been taken", page)
        offered = START.findall(page)
        self.assertIn("2026-03-03T09:30Z", offered)
        self.assertNotIn("2026-03-03T09:00Z", offered)

    def test_who_lost_the_hold_gets_the_next_free_times(self):
        booking = self.hold_it(doctor=self.dora)
        past = datetime(2026, 3, 2, 5)
        booking.hold_until = booking.slot_ids.hold_until = past
        self.assertTrue(self.hold(doctor=self.dora))
        page = self.fill_in(booking).text
        self.assertIn("has just been taken", page)
        self.assertIn("2026-03-03T09:30Z", START.findall(page))

    def test_one_visitor_holds_one_time(self):
        first = self.hold_it(doctor=self.dora)
        second = self.hold_it(NINE.replace(hour=15), doctor=self.dora)
        self.assertFalse(first.exists())
        self.assertTrue(second.slot_ids)

    def test_the_back_button_after_booking_shows_the_visit(self):
        booking = self.hold_it()
        self.fill_in(booking)
        response = self.fill_in(booking, name="Again")
        self.assertIn("Your appointment", response.text)
        self.assertEqual(booking.name, "Nina New")
        self.assertEqual(
            self.Booking.search_count([("phone_key", "=", "+919830011111")]), 1
        )

    def test_the_form_says_what_is_missing(self):
        question = self.env["usu.booking.question"].create(
            {"service_id": self.service.id, "name": "Allergies?", "mandatory": True}
        )
        booking = self.hold_it()
        for change, words in (
            ({"name": " "}, "type your name"),
            ({"phone": "", "email": ""}, "a number or an address"),
            ({"phone": "12"}, "check the number"),
            ({"email": "no address"}, "check the address"),
            ({"consent": ""}, "Please agree"),
            ({}, "Please answer this"),
        ):
            page = self.post(booking._link("details"), **{**GOOD, **change}).text
            self.assertIn(words, page)
        self.assertEqual(booking.state, "held")
        self.fill_in(booking, **{f"question_{question.id}": "None\x00" + "x" * 9000})
        self.assertEqual(booking.state, "booked")
        self.assertEqual(len(booking.answer_ids.answer), 1000)

    def test_a_program_is_refused(self):
        booking = self.hold_it()
        for extra in (
            {},
            {"usu_guard_proof": "forged"},
            {"usu_guard_proof": self.proof(), "usu_homepage": "http://spam.example"},
        ):
            page = self.post(booking._link("details"), **GOOD, **extra).text
            self.assertIn('role="alert"', page)
        self.assertEqual(booking.state, "held")

    def test_an_address_holds_so_many_times_and_no_more(self):
        rule = self.env.ref("usu_intake_booking.usu_guard_rule_hold")
        rule.address_hard = 2
        for hour in (9, 10):
            self.assertTrue(self.hold_it(NINE.replace(hour=hour)))
        page = self.post(f"{self.page}/hold", start="2026-03-03T15:00Z").text
        self.assertIn("Too many attempts", page)

    def test_a_number_books_so_many_visits_and_no_more(self):
        self.service.open_limit = 1
        booking = self.hold_it()
        self.fill_in(booking)
        self.assertEqual(booking.state, "booked")
        second = self.hold_it(NINE.replace(hour=15))
        page = self.fill_in(second, name="Other", email="other@new.example").text
        self.assertIn("Please call us instead", page)
        self.assertEqual(second.state, "held")

    def test_a_contact_tries_so_often_and_no_more(self):
        self.env.ref("usu_intake_booking.usu_guard_rule_contact").subject_hard = 1
        self.service.open_limit = 0
        self.fill_in(self.hold_it())
        second = self.hold_it(NINE.replace(hour=15))
        self.assertIn("Too many attempts", self.fill_in(second).text)
        self.assertEqual(second.state, "held")

    def test_a_visitor_learns_nothing_about_an_existing_client(self):
        booking = self.hold_it()
        known = self.fill_in(booking, name="X", phone="98765 43210").text
        self.assertEqual(booking.partner_id, self.client)
        stranger = self.hold_it()
        other = self.fill_in(stranger, name="X", phone="98300 22222").text
        for text in (known, other):
            self.assertNotIn("Mira", text)
            self.assertNotIn("mira@x.example", text)

        def skeleton(text):
            body = text[text.index("o-usu-Booking") : text.index("</main>")]
            return re.sub(
                r"[0-9a-f]{32}|\d+", "#", re.sub(r"Dr\. \w+|csrf.*?/>", "", body)
            )

        self.assertEqual(skeleton(known), skeleton(other))

    def test_tampered_links_open_nothing(self):
        booking = self.book(NINE + timedelta(days=2))
        link = booking._link()
        last = "0" if link[-1] != "0" else "1"
        for path in (link[:-1] + last, f"/book/visit/{booking.id}", "/book/visit/x-y"):
            self.get(path, status=404)
            self.get(f"{path}/visit.ics", status=404)
            self.post(f"{path}/cancel", status=404)
        self.assertEqual(booking.state, "booked")

    def test_odd_parameters_are_no_error(self):
        self.get(self.page)
        for query in (
            "day=2026-02-30",
            "day=9999-12-31",
            "day=0001-01-01&from=0001-01-01",
            "from=2030-01-01",
            "doctor=abc",
            "doctor=99999999999999999999",
            "doctor=-1",
            "tz=Mars/Base",
            "tz=../../etc/passwd",
            "tz=Pacific/Kiritimati&day=2026-03-03",
            "day=%00&doctor=%00&tz=%00",
        ):
            self.get(f"{self.page}?{query}")
        for start in ("", "x", "2026-03-03", "0001-01-01T00:00Z", "9999-12-31T23:59Z"):
            self.post(f"{self.page}/hold?tz=America/Los_Angeles", start=start)
        self.assertFalse(self.Booking.search([("state", "=", "held")]))

    def test_services_not_on_the_site_are_not_there(self):
        self.get(self.page)
        self.service.published = False
        self.get(self.page, status=404)
        self.post(f"{self.page}/hold", status=404, start="2026-03-03T09:00Z")
        self.get("/book/99999999", status=404)

    def test_the_visitor_s_zone_stands_beside_the_clinic_s(self):
        page = self.get(f"{self.page}?tz=Asia/Kathmandu&day=2026-03-03").text
        self.assertIn("Asia/Kathmandu", page)
        self.assertIn("2:45", page)
        self.assertIn("9:00", page)
        self.assertIn("tz=Asia%2FKathmandu&amp;day=2026-03-04", page)

    def test_a_day_late_in_the_visitor_s_zone(self):
        page = self.get(f"{self.page}?tz=Pacific/Auckland&day=2026-03-04").text
        starts = START.findall(page)
        self.assertIn("2026-03-03T11:00Z", starts)
        self.assertNotIn("2026-03-03T10:30Z", starts)

    def test_cancelling_and_moving_by_the_link(self):
        booking = self.book(NINE + timedelta(days=2), doctor=self.dora)
        other = NINE + timedelta(days=3)
        self.get(booking._link("move"))
        page = self.post(booking._link("move"), start=zones.write_moment(other)).text
        self.assertIn("was moved", page)
        booking.invalidate_recordset()
        self.assertEqual((booking.start, booking.resource_id), (other, self.dora))
        page = self.post(booking._link("cancel")).text
        self.assertIn("is cancelled", page)
        booking.invalidate_recordset()
        self.assertEqual(booking.state, "cancelled")
        self.assertIn("METHOD:CANCEL", self.get(booking._link("visit.ics")).text)

    def test_moving_to_a_taken_time_offers_others(self):
        booking = self.book(NINE + timedelta(days=2), doctor=self.dora)
        taken = NINE + timedelta(days=3)
        self.book(taken, doctor=self.dora)
        self.book(taken, doctor=self.emil)
        page = self.post(booking._link("move"), start=zones.write_moment(taken)).text
        self.assertIn("has just been taken", page)
        self.assertEqual(booking.start, NINE + timedelta(days=2))

    def test_after_the_deadline_the_link_changes_nothing(self):
        booking = self.book(datetime(2026, 3, 2, 15))
        self.assertIn("too late to change", self.get(booking._link()).text)
        self.post(booking._link("cancel"))
        self.post(booking._link("move"), start=zones.write_moment(NINE))
        booking.invalidate_recordset()
        self.assertEqual((booking.state, booking.start.day), ("booked", 2))

    def test_the_waiting_list_takes_an_entry(self):
        path = f"{self.page}/wait"
        self.get(path)
        days = {"day_from": "2026-03-03", "day_to": "2026-03-05"}
        data = {**GOOD, **days, "usu_guard_proof": self.wait_proof()}
        page = self.post(path, **data, email="wanda@wait.example").text
        self.assertIn("You are on the waiting list", page)
        entry = self.env["usu.booking.waiting"].search(
            [("service_id", "=", self.service.id)]
        )
        self.assertEqual((entry.email, entry.state), ("wanda@wait.example", "waiting"))
        again = {**data, "usu_guard_proof": self.wait_proof()}
        self.post(path, **again, email="WANDA@wait.example")
        self.assertIn(
            "choose the days", self.post(path, **GOOD, email="w@w.example").text
        )
        self.assertEqual(len(entry.search([("service_id", "=", self.service.id)])), 1)

    def wait_proof(self):
        return solve(self.make_jsonrpc_request(
            "/usu_guard/challenge", {"action": "booking_wait"}))  # fmt: skip

    def test_pages_about_a_visit_are_kept_by_nobody(self):
        response = self.get(self.book()._link())
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertEqual(response.headers["X-Robots-Tag"], "noindex")

    def test_the_slot_page_is_light(self):
        self.assertLess(len(self.get(self.page).content), 150_000)


@tagged("post_install", "-at_install", "usu_intake_booking")
class TestPortal(PagesCommon):
    def test_a_client_who_is_signed_in_sees_their_own_visits(self):
        user = self.env["res.users"].create(
            {
                "name": "Pia Portal",
                "login": "pia_portal",
                "password": "pia_portal",
                "email": "pia@new.example",
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        other = self.book()
        self.authenticate("pia_portal", "pia_portal")
        self.token = None
        booking = self.hold_it(NINE.replace(hour=15))
        page = self.get(booking._link("details")).text
        self.assertIn('value="Pia Portal"', page)
        self.post(booking._link("details"), **GOOD)
        booking.invalidate_recordset()
        self.assertEqual(booking.partner_id, user.partner_id)
        page = self.get("/my/appointments").text
        self.assertIn(booking._link(), page)
        self.assertNotIn(other._link(), page)
        self.assertIn("/my/appointments", self.get("/my/home").text)
