from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import ReportsCommon, at

REPORTS = ("usu.routing.report", "usu.routing.fairness", "usu.routing.presence")


@tagged("post_install", "-at_install", "usu_routing_reports")
@freeze_time("2026-03-11 12:00:00")
class TestAccess(ReportsCommon):
    """Two desks: Anna and Boris at one, Carla at the other; each desk has a head."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carla = cls.new_employee("carla")
        cls.other_head = cls.new_employee("other_head", head=True)
        cls.admin = new_test_user(
            cls.env, "usu_admin", "usu_routing.usu_routing_group_admin"
        )
        cls.other = cls.env["helpdesk.ticket.team"].create(
            {
                "name": "Other",
                "user_ids": [(6, 0, cls.carla.ids)],
                "user_id": cls.other_head.id,
            }
        )
        for user, desk in (
            (cls.anna, cls.desk),
            (cls.boris, cls.desk),
            (cls.carla, cls.other),
        ):
            cls.request(at(9), at(9, 1), user_id=user.id, team_id=desk.id)
            cls.was_there(user, 4, desk=desk)
            cls.decide(user, at(9), desk=desk)
        cls.ours = cls.desk + cls.other

    def people(self, user, model):
        rows = self.env[model].with_user(user).search(
            [("desk_id", "in", self.ours.ids)]
        )  # fmt: skip
        # sudo: names only, to compare
        return rows.sudo().user_id

    def test_employee_sees_the_own_row_head_the_desk_admin_all(self):
        everybody = self.anna + self.boris + self.carla
        for model in REPORTS:
            for user, seen in (
                (self.anna, self.anna),
                (self.boris, self.boris),
                (self.head, self.anna + self.boris),
                (self.other_head, self.carla),
                (self.admin, everybody),
            ):
                self.assertEqual(
                    self.people(user, model), seen, f"{user.login} {model}"
                )

    def test_groups_show_no_more_than_rows(self):
        for model in REPORTS:
            rows = self.env[model].with_user(self.anna)._read_group(
                [("desk_id", "in", self.ours.ids)], ["user_id"], ["__count"]
            )  # fmt: skip
            self.assertEqual([row[0] for row in rows], [self.anna], model)

    def test_nobody_else_reads_and_nobody_writes(self):
        stranger = new_test_user(self.env, "usu_rep_stranger", "base.group_user")
        portal = new_test_user(self.env, "usu_rep_portal", "base.group_portal")
        screen = new_test_user(
            self.env,
            "usu_rep_screen",
            "usu_routing_reports.usu_routing_reports_group_board",
        )
        for model in REPORTS:
            for user in (stranger, portal, screen, self.env.ref("base.public_user")):
                self.assertFalse(
                    self.env[model].with_user(user).has_access("read"),
                    f"{user.login} {model}",
                )
            for user in (self.anna, self.head, self.admin):
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(
                        self.env[model].with_user(user).has_access(operation)
                    )

    def test_companies_are_apart(self):
        theirs = self.env["res.company"].create({"name": "Other clinic"})
        ticket = self.request(at(9), at(9, 1))
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET company_id = %s WHERE id = %s",
            [theirs.id, ticket.id],
        )
        ticket.invalidate_recordset()
        seen = self.Report.with_user(self.head).search([("id", "=", ticket.id)])
        self.assertFalse(seen)

    def test_no_cost_in_any_report(self):
        """What an employee costs is no column, no measure and no part of the board."""
        self.agent(self.anna).cost = 1234.5
        for model in REPORTS:
            names = self.env[model].with_user(self.head).fields_get()
            self.assertFalse([name for name in names if "cost" in name], model)
            rows = self.env[model].with_user(self.head).search_read([])
            self.assertNotIn("1234.5", str(rows))
        self.present(self.anna)
        board = self.env["usu.routing.wallboard"].with_user(self.head).get_board()
        self.assertIn("Anna", str(board))
        self.assertNotIn("1234.5", str(board))
        self.assertNotIn("cost", str(board))

    def test_wallboard_is_for_heads_and_screens(self):
        Board = self.env["usu.routing.wallboard"]
        for user in (self.anna, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                Board.with_user(user).get_board()
        for user, desks in ((self.head, self.desk), (self.other_head, self.other)):
            shown = {d["id"] for d in Board.with_user(user).get_board()["desks"]}
            self.assertEqual(shown & set(self.ours.ids), set(desks.ids))

    def test_figure_of_another_desk_does_not_open(self):
        Board = self.env["usu.routing.wallboard"].with_user(self.head)
        action = Board.action_open_desk(self.other.id, "waiting")
        rows = self.Report.with_user(self.head).search(action["domain"])
        self.assertFalse(rows)
