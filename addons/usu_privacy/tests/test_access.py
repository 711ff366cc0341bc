from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import PrivacyCase


@tagged("post_install", "-at_install", "usu_privacy")
class TestAccess(PrivacyCase):
    def looks(self, **domain):
        return self.env["usu.privacy.access"].search(
            [(name, "=", value) for name, value in domain.items()]
        )

    def test_an_export_is_noted_once_an_hour(self):
        self.privacy._export(self.mother)
        self.privacy._export(self.mother)
        look = self.looks(kind="export", res_id=self.mother.id)
        self.assertRecordValues(
            look, [{"user_id": self.officer.id, "model": "res.partner"}]
        )

    def test_nobody_can_remove_a_line_or_write_one(self):
        self.privacy._export(self.mother)
        look = self.looks(kind="export", res_id=self.mother.id)
        with self.assertRaises(AccessError):
            look.with_user(self.officer).unlink()
        with self.assertRaises(AccessError):
            look.with_user(self.officer).write({"user_id": self.employee.id})
        with self.assertRaises(AccessError):
            look.with_user(self.employee).read(["kind"])

    def test_what_is_a_year_old_goes(self):
        self.privacy._export(self.mother)
        later = fields.Datetime.add(fields.Datetime.now(), days=366)
        with freeze_time(later):
            self.env["usu.privacy.access"]._gc_access()
        self.assertFalse(self.looks(kind="export", res_id=self.mother.id))
