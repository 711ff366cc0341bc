from odoo import Command
from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install", "usu_chat_website")
class TestReception(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        calendar = cls.env["resource.calendar"].create(
            {
                "name": "Hours",
                "tz": "Asia/Yerevan",
                "attendance_ids": [
                    Command.clear(),
                    Command.create(
                        {
                            "name": "Monday",
                            "dayofweek": "0",
                            "hour_from": 9.5,
                            "hour_to": 13,
                            "day_period": "morning",
                        }
                    ),
                ],
            }
        )
        cls.desk = cls.env["helpdesk.ticket.team"].create(
            {"name": "Reception", "usu_calendar_id": calendar.id}
        )
        cls.livechat = cls.env["im_livechat.channel"].create(
            {"name": "Chat", "usu_desk_id": cls.desk.id, "user_ids": [Command.clear()]}
        )
        cls.env["website"].search([]).channel_id = cls.livechat

    def test_the_page_shows_the_hours_of_the_desk(self):
        page = self.url_open("/reception")
        self.assertEqual(page.status_code, 200)
        for text in ("Monday", "09:30", "13:00", "Asia/Yerevan"):
            self.assertIn(text, page.text)
        self.assertNotIn("Tuesday", page.text)

    def test_there_is_no_page_without_a_desk(self):
        self.livechat.usu_desk_id = False
        self.assertEqual(self.url_open("/reception").status_code, 404)

    def test_a_cached_page_offers_the_chat_although_nobody_was_there(self):
        for _visit in range(2):
            page = self.url_open("/contactus")
            self.assertIn("can_load_livechat: true", page.text)
