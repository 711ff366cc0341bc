from unittest.mock import ANY

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PrivacyCase


@tagged("post_install", "-at_install", "usu_privacy")
class TestErase(PrivacyCase):
    def test_only_an_officer_erases(self):
        with self.assertRaises(AccessError):
            self.env["usu.privacy"].with_user(self.employee)._erase(self.mother)
        self.assertTrue(self.mother.exists())

    def test_client_and_content_are_gone_the_request_stays_as_a_number(self):
        self.request.message_post(
            body="Marta Mother has a debt", attachments=[("bill.txt", b"Marta")]
        )
        files = self.request.message_ids.attachment_ids
        number = self.request.number
        self.assertTrue(self.privacy._erase(self.mother))
        self.assertFalse(self.mother.exists())
        self.assertFalse(files.exists())
        self.assertRecordValues(
            self.request,
            [{"number": number, "partner_id": False, "partner_email": False}],
        )
        self.assertFalse(self.request.message_ids)
        self.assertNotIn("telephone", self.request.description or "")
        self.assertNotIn("Marta", self.request.display_name)

    def test_the_person_with_the_same_number_is_untouched(self):
        request = self.receive(self.child, "A question of the child")
        self.privacy._erase(self.mother)
        self.assertRecordValues(request, [{"partner_id": self.child.id}])
        point = self.env["usu.contact.point"].search(
            [("partner_id", "=", self.child.id)]
        )
        self.assertEqual(point.value, "+37477000111")

    def test_decisions_name_the_client_no_more(self):
        self.env.flush_all()
        Decision = self.env["usu.routing.decision"].sudo()
        rows = Decision.search([("request_ref", "=", self.request.id)])
        self.privacy._erase(self.mother)
        rows.invalidate_recordset()
        self.assertFalse(any(rows.mapped("partner_ref")))

    def test_who_has_to_stay_loses_all_but_name_and_address(self):
        self.mother.street = "1 Main Street"
        # another record that may not lose its contact
        self.env["res.partner.bank"].create(
            {"acc_number": "42", "partner_id": self.mother.id}
        )
        company = self.env["res.company"].create({"name": "Practice"})
        company.partner_id = self.mother
        self.assertFalse(self.privacy._erase(self.mother))
        self.assertRecordValues(
            self.mother,
            [
                {
                    "name": "Marta Mother",
                    "street": "1 Main Street",
                    "email": False,
                    "phone": False,
                    "usu_note": False,
                    "active": False,
                }
            ],
        )
        self.assertFalse(self.mother.usu_contact_point_ids)

    def test_employees_are_not_erased(self):
        with self.assertRaises(UserError):
            self.privacy._erase(self.employee.partner_id)

    def test_the_proof_is_kept_without_the_name(self):
        self.privacy._erase(self.mother)
        log = self.env["privacy.log"].search([], order="id desc", limit=1)
        self.assertRecordValues(
            log, [{"anonymized_name": "M**** M*****", "user_id": self.officer.id}]
        )
        self.assertNotIn("marta", str(log.read()[0]).lower())

    def test_the_dialog_asks_for_the_name(self):
        dialog = (
            self.env["usu.privacy.request"]
            .with_user(self.officer)
            .create({"partner_id": self.mother.id})
        )
        self.assertIn("Ticket", dialog.found)
        with self.assertRaises(UserError):
            dialog.action_erase()
        dialog.confirmed = "Marta Mother"
        action = dialog.action_erase()
        self.assertEqual(
            action, {"type": ANY, "tag": "display_notification", "params": ANY}
        )
        self.assertFalse(self.mother.exists())

    def test_every_addon_that_is_there_is_searched(self):
        """Each stored reference of a model of ours to a client is known."""
        missing = []
        known = set(self.env["usu.privacy"]._models())
        for name in self.env.registry:
            Model = self.env[name]
            if not name.startswith("usu.") or not Model._auto or Model._transient:
                continue
            if any(f.comodel_name == "res.partner" for f in Model._fields.values()):
                missing += [name] if name not in known else []
        self.assertEqual(missing, [])
