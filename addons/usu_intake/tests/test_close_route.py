from lxml import etree

from odoo import http
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install", "usu_intake")
class TestCloseRoute(HttpCase):
    """Only its owner closes a request, and only by a form of ours."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = new_test_user(cls.env, "close_owner", "base.group_portal")
        cls.other = new_test_user(cls.env, "close_other", "base.group_portal")
        cls.open, cls.closed, cls.forbidden = cls.env["helpdesk.ticket.stage"].create(
            [
                {"name": "Open", "sequence": 1},
                {"name": "Closed", "closed": True, "close_from_portal": True},
                {"name": "Refused", "closed": True},
            ]
        )
        cls.ticket = cls.env["helpdesk.ticket"].create(
            {
                "name": "Mine",
                "description": "x",
                "partner_id": cls.owner.partner_id.id,
                "stage_id": cls.open.id,
            }
        )

    def close(self, login, stage=None, method="POST", token=True):
        self.authenticate(login, login)
        data = {"ticket_id": self.ticket.id, "stage_id": (stage or self.closed).id}
        if token:
            data["csrf_token"] = http.Request.csrf_token(self)
        query = "&".join(f"{name}={value}" for name, value in data.items())
        if method == "GET":
            return self.url_open(f"/ticket/close?{query}", allow_redirects=False)
        return self.url_open("/ticket/close", data=data, allow_redirects=False)

    def test_owner_closes_by_form(self):
        self.assertEqual(self.close("close_owner").status_code, 303)
        self.assertEqual(self.ticket.stage_id, self.closed)

    @mute_logger("odoo.http")
    def test_a_link_changes_nothing(self):
        self.assertEqual(self.close("close_owner", method="GET").status_code, 405)
        self.assertEqual(self.ticket.stage_id, self.open)

    @mute_logger("odoo.http")
    def test_without_the_forms_token(self):
        self.assertEqual(self.close("close_owner", token=False).status_code, 400)
        self.assertEqual(self.ticket.stage_id, self.open)

    @mute_logger("odoo.http")
    def test_another_client(self):
        self.assertEqual(self.close("close_other").status_code, 404)
        self.assertEqual(self.ticket.stage_id, self.open)

    def test_stage_that_is_not_the_portals(self):
        self.close("close_owner", stage=self.forbidden)
        self.assertEqual(self.ticket.stage_id, self.open)

    def test_page_offers_the_form(self):
        view = self.env.ref("helpdesk_mgmt.portal_helpdesk_ticket_page")
        arch = etree.fromstring(view.get_combined_arch())
        [form] = arch.xpath("//form[@t-attf-action='/ticket/close']")
        self.assertEqual(form.get("method"), "POST")
        self.assertTrue(form.xpath("input[@name='csrf_token']"))
