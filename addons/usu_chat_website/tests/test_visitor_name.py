from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install", "usu_chat_website")
class TestVisitorName(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("usu_guard.provider", "off")
        groups = "im_livechat.im_livechat_group_user,usu_routing.usu_routing_group_user"
        cls.anna = new_test_user(cls.env, "site_anna", groups, name="Anna")
        desk = cls.env["helpdesk.ticket.team"].create(
            {"name": "Reception", "user_ids": [Command.set(cls.anna.ids)]}
        )
        question = {"name": "Your name", "role": "name", "required": True}
        cls.livechat = cls.env["im_livechat.channel"].create(
            {
                "name": "Chat",
                "usu_desk_id": desk.id,
                "user_ids": [Command.set(cls.anna.ids)],
                "usu_question_ids": [Command.create(question)],
            }
        )
        cls.env["website"].search([]).channel_id = cls.livechat

    def open_as(self, name):
        self.http_request_allow_all = True
        answers = {str(self.livechat.usu_question_ids.id): name}
        answer = self.make_jsonrpc_request(
            "/im_livechat/get_session",
            {"channel_id": self.livechat.id, "usu_answers": answers},
        )
        return self.env["discuss.channel"].browse(answer["channel_id"])

    def test_the_dialogue_bears_the_name_the_visitor_typed(self):
        self.authenticate(None, None)
        self.url_open("/contactus")  # the website knows the visitor by a number
        dialogue = self.open_as("Marta")
        guest = dialogue.channel_member_ids.guest_id
        self.assertEqual(guest.name, "Marta")
        self.assertEqual(dialogue.name, "Marta Anna")
        # the same browser later, another person of the family
        again = self.open_as("Karen")
        self.assertEqual(again.channel_member_ids.guest_id, guest)
        self.assertEqual(guest.name, "Karen")
        self.assertEqual(again.name, "Karen Anna")
