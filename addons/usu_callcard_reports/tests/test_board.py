from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .common import CallReportCommon, at


@tagged("post_install", "-at_install", "usu_callcard_reports")
@freeze_time("2026-03-11 12:00:00")
class TestBoard(CallReportCommon):
    """At 12:00: two ring (since 11:59:30 and 11:59:55; promised 20 s), three were
    missed today, one of them spoken with since; one was answered in time. In time 1 of
    4: 25 %."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        known, other, third = ({"number": f"+7916000000{n}"} for n in (1, 2, 3))
        cls.call(at(9), 30, **known)
        cls.call(at(9, 30), 5, 60, user=cls.anna, **known)
        cls.open = cls.call(at(10), 30, **other) + cls.call(at(11), 30, **third)
        cls.call(at(10, day=-1), 30, **other)
        rings = {"state": "ringing", "outcome": False}
        cls.ringing = cls.call(at(12) - timedelta(seconds=30), 0, **rings, **third)
        cls.ringing += cls.call(at(12) - timedelta(seconds=5), 0, **rings, **other)
        cls.env.flush_all()
        cls.Board = cls.env["usu.routing.wallboard"].with_user(cls.head)

    def lines(self):
        desks = self.Board.get_board()["desks"]
        desk = next(desk for desk in desks if desk["id"] == self.desk.id)
        return {line["key"]: line for line in desk["more"]}

    def test_figures(self):
        lines = self.lines()
        ringing, missed = lines["ringing"], lines["missed_calls"]
        self.assertEqual((ringing["value"], ringing["alert"]), (2, True))
        self.assertEqual(ringing["words"], "longest 30 s")
        self.assertEqual((missed["value"], missed["alert"]), (2, True))
        self.assertEqual(missed["words"], "3 missed, 1 called back; 25 % in time")

    def test_links(self):
        action = self.Board.action_open_desk(self.desk.id, "missed_calls")
        rows = self.CallReport.with_user(self.head).search(action["domain"])
        self.assertEqual(set(rows.call_id), set(self.open))
        action = self.Board.action_open_desk(self.desk.id, "ringing")
        calls = self.env["usu.call"].with_user(self.head).search(action["domain"])
        self.assertEqual(set(calls), set(self.ringing))

    def test_desk_without_a_telephone_shows_nothing_of_calls(self):
        quiet = self.desk.copy({"name": "Letters", "user_ids": [(6, 0, self.head.ids)]})
        desks = self.Board.get_board()["desks"]
        desk = next(desk for desk in desks if desk["id"] == quiet.id)
        self.assertEqual(desk["more"], [])

    def test_boards_hear_of_a_call(self):
        self.env.cr.precommit.run()
        self.env["bus.bus"].search([]).unlink()
        self.ringing[0].write({"state": "talking"})
        self.env.cr.precommit.run()
        sent = self.env["bus.bus"].search([("message", "like", "reports/board")])
        self.assertEqual(len(sent), 1)
        self.assertNotIn("7916", sent.message)
