from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.usu_callcard.tools.event import CallEvent


@tagged("post_install", "-at_install", "usu_callcard")
class TestDebt(AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = "usu_routing.usu_routing_group_user"
        company = {
            "company_id": cls.env.company.id,
            "company_ids": [Command.set(cls.env.company.ids)],
        }
        cls.operator = new_test_user(cls.env, "usu_operator", group, **company)
        cls.client = cls.env["res.partner"].create(
            {"name": "Maria", "phone": "+79161234567"}
        )
        # the accountant of the common class may not set up telephones
        cls.system = cls.env(su=True)
        cls.pbx = cls.system["usu.pbx"].create(
            {
                "name": "Test",
                "code": "test_debt",
                "extension_ids": [
                    Command.create({"number": "101", "user_id": cls.operator.id})
                ],
            }
        )
        now = fields.Datetime.now()
        event = CallEvent(
            call="1.1",
            seq=1,
            type="ring",
            at=now,
            direction="incoming",
            number="+79161234567",
            ringing=("101",),
            rang=("101",),
            started_at=now,
        )
        calls = cls.system["usu.call"]
        calls._usu_apply_event(cls.pbx, event, now)
        cls.call = calls.search([("pbx_id", "=", cls.pbx.id)])

    def allow(self, value):
        self.system["ir.config_parameter"].set_param(
            "usu_callcard_account.debt_for_all", value
        )

    def owe(self, amount, due):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.client.id,
                "invoice_date": "2020-01-01",
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Crown", "price_unit": amount, "tax_ids": False}
                    )
                ],
            }
        )
        invoice.action_post()
        return invoice

    def debt(self):
        data = self.call.with_user(self.operator).card_data()
        return {s["key"]: s["data"] for s in data["sections"]}.get("debt")

    def test_operator_sees_the_debt_only_when_the_clinic_allows_it(self):
        self.owe(100, "2099-01-01")
        self.assertFalse(self.operator.has_group("account.group_account_invoice"))
        self.allow(False)
        self.assertIsNone(self.debt())
        self.allow(True)
        debt = self.debt()
        self.assertIn("100", debt["total"])
        self.assertFalse(debt["late"])

    def test_overdue_is_told_apart(self):
        self.allow(True)
        self.owe(100, "2099-01-01")
        self.owe(40, "2020-02-01")
        debt = self.debt()
        self.assertIn("140", debt["total"])
        self.assertIn("40", debt["late"])

    def test_no_debt_no_line(self):
        self.allow(True)
        self.assertIsNone(self.debt())
        self.owe(100, "2099-01-01").button_draft()
        self.assertIsNone(self.debt(), "a draft is no debt")

    def test_company_of_the_person_owes(self):
        self.allow(True)
        self.owe(70, "2099-01-01")
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        self.client.parent_id = firm
        self.assertIn("70", self.debt()["total"])
