from odoo.tests import new_test_user, tagged

from .common import OTHER_LINE, CallReportCommon, at


@tagged("post_install", "-at_install", "usu_callcard_reports")
class TestAccess(CallReportCommon):
    """Anna and Boris answer at the head's desk; a call of the other desk is nobody's
    business there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.call(at(9), 5, 60, user=cls.anna)
        cls.call(at(9), 5, 60, user=cls.boris)
        cls.call(at(9), 5, 60, user=cls.anna, did=OTHER_LINE)
        cls.call(at(9), 30)
        cls.env.flush_all()

    def seen(self, user):
        rows = self.CallReport.with_user(user).search(
            [("desk_id", "in", (self.desk + self.other_desk).ids)]
        )
        return sorted((row.desk_id.id, row.user_id.id) for row in rows.sudo())

    def test_employee_own_head_desk_admin_all(self):
        ours, other = self.desk.id, self.other_desk.id
        anna, boris = self.anna.id, self.boris.id
        admin = new_test_user(
            self.env, "usu_calls_admin", "usu_routing.usu_routing_group_admin"
        )
        at_desk = [(ours, False), (ours, anna), (ours, boris)]
        for user, rows in (
            (self.anna, [(ours, anna), (other, anna)]),
            (self.boris, [(ours, boris)]),
            (self.head, at_desk),
            (admin, sorted([*at_desk, (other, anna)])),
        ):
            self.assertEqual(self.seen(user), sorted(rows), user.login)

    def test_others_read_nothing_and_nobody_writes(self):
        for group in ("base.group_user", "base.group_portal", "base.group_public"):
            user = new_test_user(self.env, f"usu_calls_{group[-6:]}", group)
            self.assertFalse(self.CallReport.with_user(user).has_access("read"), group)
        for operation in ("write", "create", "unlink"):
            self.assertFalse(self.CallReport.with_user(self.head).has_access(operation))
