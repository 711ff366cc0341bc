from odoo.tests import TransactionCase, new_test_user

from odoo.addons.usu_routing.tools.values import Contact


class PrivacyCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = new_test_user(
            cls.env,
            "usu_officer",
            "usu_privacy.usu_privacy_group_officer,base.group_partner_manager",
        )
        cls.employee = new_test_user(
            cls.env, "usu_employee", "usu_routing.usu_routing_group_head"
        )
        cls.desk = cls.env["helpdesk.ticket.team"].create({"name": "Privacy desk"})
        Partner = cls.env["res.partner"]
        cls.mother = Partner.create(
            {
                "name": "Marta Mother",
                "email": "marta@home.test",
                "phone": "+37477000111",
                "usu_note": "afraid of needles",
            }
        )
        cls.child = Partner.create({"name": "Carl Child", "phone": "+37477000111"})
        cls.request = cls.receive(cls.mother, "A question about the bill")
        cls.privacy = cls.env["usu.privacy"].with_user(cls.officer)

    @classmethod
    def receive(cls, partner, title):
        receipt = cls.env["usu.routing"]._receive(
            Contact(partner_id=partner.id),
            desk=cls.desk,
            channel="form",
            title=title,
            body="My telephone number is +37477000111",
            external_id=f"form:privacy:{partner.id}:{title}",
        )
        return cls.env["helpdesk.ticket"].browse(receipt.request_id)
