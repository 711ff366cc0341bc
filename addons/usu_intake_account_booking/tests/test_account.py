from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.usu_intake_booking.tests.common import BookingCommon


@tagged("post_install", "-at_install", "usu_intake_booking")
class TestAccountAppointments(BookingCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nina, cls.olga = (
            new_test_user(cls.env, login, "base.group_portal", name=login.title())
            for login in ("nina_client", "olga_client")
        )

    def test_own_appointments_only(self):
        mine = self.book(partner_id=self.nina.partner_id.id, name="Nina")
        account = self.env["usu.account"]
        rows = {
            user: next(
                section["data"]
                for section in account._usu_account_sections(user.partner_id)
                if section["key"] == "appointments"
            )
            for user in (self.nina, self.olga)
        }
        self.assertEqual([r["url"] for r in rows[self.nina]], [mine._link()])
        self.assertEqual(rows[self.olga], [])

    def test_downloaded_with_the_rest(self):
        self.book(partner_id=self.nina.partner_id.id, name="Nina", note="left knee")
        account = self.env["usu.account"]
        (row,) = account._usu_account_export(self.nina.partner_id)["appointments"]
        self.assertEqual(
            (row["start"], row["state"]), ("2026-03-03T09:00:00Z", "booked")
        )
        self.assertEqual(row["note"], "left knee")
        theirs = account._usu_account_export(self.olga.partner_id)["appointments"]
        self.assertEqual(theirs, [])

    def test_page(self):
        booking = self.book(partner_id=self.nina.partner_id.id, name="Nina")
        self.authenticate("nina_client", "nina_client")
        page = self.url_open("/my/front-desk").text
        self.assertIn(booking._link(), page)
        self.authenticate("olga_client", "olga_client")
        self.assertNotIn(booking._link(), self.url_open("/my/front-desk").text)
