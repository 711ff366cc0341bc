import base64
import io
import json
import zipfile

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import PrivacyCase


@tagged("post_install", "-at_install", "usu_privacy")
class TestExport(PrivacyCase):
    def unpack(self, made):
        packed = zipfile.ZipFile(io.BytesIO(made))
        return json.loads(packed.read("data.json")), packed

    def test_only_an_officer_exports(self):
        with self.assertRaises(AccessError):
            self.env["usu.privacy"].with_user(self.employee)._export(self.mother)

    def test_all_is_there_and_nothing_of_others(self):
        self.receive(self.child, "A question of the child")
        self.request.message_post(
            body="Your bill", attachments=[("bill.txt", b"20 euro")]
        )
        data, packed = self.unpack(self.privacy._export(self.mother))
        self.assertEqual(data["client"]["email"], "marta@home.test")
        self.assertEqual(data["client"]["usu_note"], "afraid of needles")
        points = {p["value"] for p in data["usu.contact.point"]}
        self.assertEqual(points, {"marta@home.test", "+37477000111"})
        (request,) = data["helpdesk.ticket"]
        self.assertEqual(request["number"], self.request.number)
        self.assertIn("Your bill", [m["text"] for m in request["messages"]])
        (bill,) = [n for n in packed.namelist() if n.endswith("bill.txt")]
        self.assertEqual(packed.read(bill), b"20 euro")
        self.assertNotIn("Carl", json.dumps(data))

    def test_the_dialog_hands_out_the_file(self):
        dialog = (
            self.env["usu.privacy.request"]
            .with_user(self.officer)
            .create({"partner_id": self.mother.id})
        )
        dialog.action_export()
        data, _packed = self.unpack(base64.b64decode(dialog.file))
        self.assertEqual(data["client"]["name"], "Marta Mother")

    def test_lookup_of_odoo_finds_what_came_from_the_address(self):
        if "usu.intake.sender" not in self.env:
            self.assertNotIn("usu.intake.sender", self.env["usu.privacy"]._models())
            return
        sender = self.env["usu.intake.sender"].create(
            {"kind": "address", "value": "marta@home.test", "rule": "block"}
        )
        wizard = self.env["privacy.lookup.wizard"].create(
            {"name": "Marta Mother", "email": "marta@home.test"}
        )
        wizard.action_lookup()
        found = {(line.res_model, line.res_id) for line in wizard.line_ids}
        self.assertIn(("usu.intake.sender", sender.id), found)
        self.assertIn(("helpdesk.ticket", self.request.id), found)
