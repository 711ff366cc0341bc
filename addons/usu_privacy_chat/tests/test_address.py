from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install", "usu_privacy")
class TestAddress(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        operator = (
            "usu_routing.usu_routing_group_user,im_livechat.im_livechat_group_user"
        )
        cls.trusted = new_test_user(
            cls.env, "usu_trusted", f"{operator},usu_chat.usu_chat_group_address"
        )
        cls.operator = new_test_user(cls.env, "usu_operator", operator)
        members = (cls.trusted | cls.operator).partner_id
        desk = cls.env["helpdesk.ticket.team"].create(
            {
                "name": "Chat desk",
                "user_ids": [(6, 0, (cls.trusted | cls.operator).ids)],
            }
        )
        livechat = cls.env["im_livechat.channel"].create(
            {"name": "Chat", "usu_desk_id": desk.id}
        )
        cls.dialogue = cls.env["discuss.channel"].create(
            {
                "name": "Visitor",
                "channel_type": "livechat",
                "livechat_channel_id": livechat.id,
                "livechat_operator_id": cls.operator.partner_id.id,
                "usu_address": "192.0.2.7",
                "channel_member_ids": [
                    (0, 0, {"partner_id": partner.id}) for partner in members
                ],
            }
        )

    def looks(self):
        return self.env["usu.privacy.access"].search([("kind", "=", "address")])

    def test_who_sees_the_address_in_the_panel_is_noted(self):
        panel = self.dialogue.with_user(self.trusted)._usu_panel()
        self.assertEqual(panel["address"], "192.0.2.7")
        self.assertRecordValues(
            self.looks(),
            [{"user_id": self.trusted.id, "res_id": self.dialogue.id}],
        )

    def test_who_does_not_see_it_is_not(self):
        panel = self.dialogue.with_user(self.operator)._usu_panel()
        self.assertFalse(panel["address"])
        self.assertFalse(self.looks())

    def test_the_form_counts_as_well(self):
        dialogue = self.dialogue.with_user(self.trusted)
        dialogue.web_read({"name": {}})
        self.assertFalse(self.looks())
        dialogue.web_read({"usu_address": {}})
        self.assertEqual(self.looks().user_id, self.trusted)
