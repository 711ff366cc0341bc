from odoo import Command
from odoo.tests import tagged
from odoo.tools import file_open

from .common import ChatCase


@tagged("post_install", "-at_install", "usu_chat")
class TestLauncher(ChatCase):
    """The light button of foreign pages."""

    def state(self, origin="https://clinic.example", **params):
        self.http_request_allow_all = True
        query = "&".join(f"{key}={value}" for key, value in params.items())
        url = f"/usu_chat/state/{self.livechat.id}?{query}"
        response = self.url_open(url, headers={"Origin": origin})
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Access-Control-Allow-Origin"], "*")
        self.assertNotIn("session_id", response.cookies)
        return response.json()

    def test_the_state_is_fresh_and_names_nobody(self):
        self.offline(self.anna, self.boris)
        self.assertFalse(self.state()["state"]["staffed"])
        self.online(self.anna)
        before = self.rows()
        answer = self.state()
        self.assertTrue(answer["state"]["staffed"])
        self.assertEqual(answer["words"]["online"], "Online now")
        self.assertEqual(answer["words"]["day"], "on {day} at {hour}")
        self.assertNotIn("Anna", str(answer))
        picture = self.url_open(answer["picture"])
        self.assertEqual(picture.status_code, 200)
        self.assertEqual(self.rows(), before)

    def test_the_button_is_hidden_where_it_must_be(self):
        self.assertTrue(self.state()["available"])
        self.livechat.rule_ids = [
            Command.create({"action": "hide_button", "regex_url": "/private"})
        ]
        page = "https%3A//clinic.example/private/x"
        self.assertFalse(self.state(page=page)["available"])
        self.assertTrue(self.state(page="https%3A//clinic.example/")["available"])
        self.livechat.usu_sites = "other.example"
        self.assertEqual(self.state(), {"available": False})
        self.livechat.usu_desk_id = False
        self.assertEqual(self.state("https://other.example"), {"available": False})

    def test_the_words_come_in_the_language_of_the_page(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.assertTrue(self.state(lang="fr-BE")["words"]["online"])
        self.assertTrue(self.state(lang="xx")["words"]["online"])

    def test_the_page_needs_no_inline_code(self):
        with file_open("usu_chat/static/src/launcher/launcher.js") as file:
            source = file.read()
        for word in ("innerHTML", "eval(", "new Function", ".style.", "<style"):
            self.assertNotIn(word, source)
        line = self.livechat.usu_launcher_code
        self.assertIn(f'data-channel="{self.livechat.id}"', line)
