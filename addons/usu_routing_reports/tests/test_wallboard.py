from freezegun import freeze_time

from odoo.tests import new_test_user, tagged

from .common import ReportsCommon, at


@tagged("post_install", "-at_install", "usu_routing_reports")
@freeze_time("2026-03-11 12:00:00")
class TestWallboard(ReportsCommon):
    """The desk at 12:00. Chats are promised 5 minutes, the rest 60.

    ==  =======  =====  ========  ======  ========  ==================================
    nr  channel  came   answered  closed  employee
    ==  =======  =====  ========  ======  ========  ==================================
    1   chat     09:00  09:01     -       Anna      in time
    2   chat     09:10  09:40     -       Anna      late
    3   e-mail   10:00  10:20     -       Boris     in time
    4   chat     10:30  never     10:40   Anna      missed
    5   chat     11:00  not yet   -       Anna      waits 60 minutes: too long
    6   e-mail   11:45  not yet   -       nobody    waits 15 minutes: still in time
    7   chat     yesterday, missed: not of today
    ==  =======  =====  ========  ======  ========  ==================================

    Waiting 2, of these too long 1, without an employee 1, the oldest since 11:00. Due
    today 5 (1 to 5), in time 2: 40 %. Never answered today: 1. Anna is there, with two
    chats: number 5 waits, and number 2 (last activity 11:50) goes on; Boris is away.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        boris, nobody = {"user_id": cls.boris.id}, {"user_id": False}
        mail = {"usu_channel": "email"}
        cls.request(at(9), at(9, 1))
        cls.goes_on = cls.request(at(9, 10), at(9, 40))
        cls.goes_on.write({"usu_active_at": at(11, 50)})
        cls.request(at(10), at(10, 20), **boris, **mail)
        cls.lost = cls.request(at(10, 30), closed=at(10, 40))
        cls.waits = cls.request(at(11))
        cls.queued = cls.request(at(11, 45), **nobody, **mail)
        cls.request(at(10, day=-1), closed=at(11, day=-1))
        cls.present(cls.anna)
        cls.Board = cls.env["usu.routing.wallboard"].with_user(cls.head)

    def board(self):
        shown = self.Board.get_board()["desks"]
        return next(desk for desk in shown if desk["id"] == self.desk.id)

    def test_every_figure(self):
        desk = self.board()
        expected = {
            "name": "Test reception",
            "waiting": 2,
            "late": 1,
            "unassigned": 1,
            "oldest_since": "2026-03-11T11:00:00Z",
            "received": 6,
            "judged": 5,
            "service_level": 40.0,
            "missed": 1,
            "absent": 1,
        }
        self.assertEqual({name: desk[name] for name in expected}, expected)
        self.assertEqual(len(desk["people"]), 1)
        anna = desk["people"][0]
        self.assertEqual(anna["name"], "Anna")
        self.assertEqual(anna["busy"], {"chat": 2, "call": 0, "written": 0})
        self.assertEqual(anna["capacity"], {"chat": 3, "call": 1, "written": 20})
        self.assertEqual(anna["open"], 3)

    def test_figures_lead_to_their_records(self):
        for what, expected in (
            ("waiting", self.waits + self.queued),
            ("missed", self.lost),
            (f"person:{self.anna.id}", None),
        ):
            action = self.Board.action_open_desk(self.desk.id, what)
            Model = self.env[action["res_model"]].with_user(self.head)
            rows = Model.search(action["domain"])
            if expected is None:
                self.assertEqual(set(rows.mapped("user_id")), {self.anna})
                self.assertEqual(len(rows), 3)
            else:
                self.assertEqual(set(rows.mapped("ticket_id")), set(expected))

    def test_what_if_plays_the_desks_own_weeks(self):
        """What the button *What if ...* opens, and that it runs on these requests."""
        action = self.env.ref("usu_routing.usu_routing_simulation_action")
        context = {"default_desk_id": self.desk.id, "default_source": "history"}
        Wizard = self.env[action.res_model].with_user(self.head)
        wizard = Wizard.with_context(**context).create({"kind": "chat"})
        self.assertEqual((wizard.desk_id, wizard.source), (self.desk, "history"))
        wizard.write(
            {"requests": 100, "policy_ids": [(6, 0, self.desk.usu_policy_id.ids)]}
        )
        wizard.action_run()
        self.assertIn("5 requests on 2 days", wizard.history_note)
        self.assertEqual(len(wizard.result_ids), 2, "the policy, and as it was")

    def test_empty_desk(self):
        empty = self.desk.copy({"name": "Empty", "user_ids": [(6, 0, self.boris.ids)]})
        shown = self.Board.get_board()["desks"]
        desk = next(line for line in shown if line["id"] == empty.id)
        self.assertIsNone(desk["service_level"])
        self.assertEqual((desk["waiting"], desk["oldest_since"]), (0, False))
        self.assertEqual((desk["people"], desk["absent"]), ([], 1))

    def test_client_is_never_on_the_wall(self):
        self.waits.write({"partner_id": self.client.id, "partner_name": "Mira Client"})
        self.assertNotIn("Mira", str(self.Board.get_board()))

    def test_screen_on_the_wall_sees_all_desks_and_opens_none(self):
        screen = new_test_user(
            self.env,
            "usu_screen",
            "usu_routing_reports.usu_routing_reports_group_board",
        )
        board = self.env["usu.routing.wallboard"].with_user(screen).get_board()
        self.assertFalse(board["may_open"])
        self.assertIn(self.desk.id, [desk["id"] for desk in board["desks"]])

    def test_number_of_queries_does_not_grow_with_the_requests(self):
        def queries():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.Board.get_board()
            return self.env.cr.sql_log_count - before

        queries()
        few = queries()
        for minute in range(10):
            self.request(at(11, minute), user_id=self.anna.id)
        self.env.flush_all()
        self.assertEqual(queries(), few)
