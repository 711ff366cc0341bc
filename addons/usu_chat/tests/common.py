from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user

from odoo.addons.mail.tests.common import MailCommon


class ChatCase(HttpCase, MailCommon):
    """A small clinic: a desk with two employees, its chat with three questions, one
    client with an open request, one new visitor."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("usu_guard.provider", "off")
        cls.env.company.country_id = cls.env.ref("base.am")
        groups = "im_livechat.im_livechat_group_user,usu_routing.usu_routing_group_user"
        cls.anna = new_test_user(cls.env, "chat_anna", groups, name="Anna")
        cls.boris = new_test_user(cls.env, "chat_boris", groups, name="Boris")
        cls.head = new_test_user(
            cls.env,
            "chat_head",
            "im_livechat.im_livechat_group_user,usu_routing.usu_routing_group_head",
            name="Head",
        )
        cls.outsider = new_test_user(cls.env, "chat_outsider", "base.group_user")
        cls.desk = cls.env["helpdesk.ticket.team"].create(
            {
                "name": "Chat desk",
                "user_id": cls.head.id,
                "user_ids": [Command.set((cls.anna + cls.boris).ids)],
            }
        )
        cls.livechat = cls.env["im_livechat.channel"].create(
            {
                "name": "Chat of the clinic",
                "usu_desk_id": cls.desk.id,
                "user_ids": [Command.set((cls.anna + cls.boris).ids)],
                "usu_question_ids": [
                    Command.create(
                        {"name": "Your name", "role": "name", "required": True}
                    ),
                    Command.create(
                        {"name": "Telephone", "kind": "phone", "role": "phone"}
                    ),
                    Command.create({"name": "Which doctor?", "kind": "text"}),
                ],
            }
        )
        cls.client_known = cls.env["res.partner"].create(
            {"name": "Karine", "phone": "+374 91 234567"}
        )

    def online(self, *users):
        for user in users:
            self.env["mail.presence"]._update_presence(user)

    def offline(self, *users):
        presences = self.env["mail.presence"].search(
            [("user_id", "in", [user.id for user in users])]
        )
        presences.status = "offline"

    def answers(self, name="Marta", phone="+374 77 111222", doctor="Dr. House"):
        questions = self.livechat.usu_question_ids
        return {
            str(question.id): value
            for question, value in zip(
                questions[:3], (name, phone, doctor), strict=True
            )
        }

    def open(self, cors=False, persisted=True, headers=None, **params):
        """Ask for a session as the visitor's browser does."""
        route = "/im_livechat/cors/get_session" if cors else "/im_livechat/get_session"
        values = {
            "channel_id": self.livechat.id,
            "persisted": persisted,
            "usu_answers": self.answers(),
            "usu_page": "https://clinic.example/price",
            "usu_text": "How much is it?",
        }
        return self.call(route, values | params, headers)

    def call(self, route, params, headers=None):
        # Foreign pages send no cookies, also not the one by which the test's own
        # requests are known; the guard and the routing open further cursors.
        self.http_request_allow_all = True
        return self.make_jsonrpc_request(route, params, headers=headers)

    def dialogue(self, **params):
        """An open dialogue of a visitor who is not logged in, and its guest."""
        result = self.open(cors=True, **params)
        self.assertNotIn("usu_error", result)
        dialogue = self.env["discuss.channel"].browse(result["channel_id"])
        self.token = result["store_data"]["Store"]["guest_token"]
        return dialogue

    def visitor_writes(self, dialogue, body="Hello", **post_data):
        return self.call(
            "/im_livechat/cors/message/post",
            {
                "guest_token": self.token,
                "thread_model": "discuss.channel",
                "thread_id": dialogue.id,
                "post_data": {
                    "body": body,
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                    **post_data,
                },
            },
        )

    def staff_writes(self, dialogue, user, body="Good day"):
        return dialogue.with_user(user).message_post(
            body=body, message_type="comment", subtype_xmlid="mail.mt_comment"
        )

    def rows(self):
        """How much a visitor left in the database."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        counts = {}
        for table in (
            "mail_guest",
            "discuss_channel",
            "bus_bus",
            "sms_sms",
            "helpdesk_ticket",
            "res_partner",
            "usu_chat_answer",
        ):
            self.env.cr.execute(f"SELECT count(*) FROM {table}")  # pylint: disable=sql-injection
            counts[table] = self.env.cr.fetchone()[0]
        return counts

    @staticmethod
    def earlier(**delta):
        return fields.Datetime.subtract(fields.Datetime.now(), **delta)
