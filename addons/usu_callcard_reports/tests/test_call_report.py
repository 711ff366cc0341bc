from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.usu_callcard_reports.hooks import post_init_hook

from .common import OTHER_LINE, CallReportCommon, at


@tagged("post_install", "-at_install", "usu_callcard_reports")
@freeze_time("2026-03-11 12:00:00")
class TestCallReport(CallReportCommon):
    """Wednesday's calls to a desk that promises an answer within 20 seconds.

    ==  =====  =======  ======  =====  ========  =================================
    nr  began  number   waited  talk   employee
    ==  =====  =======  ======  =====  ========  =================================
    1   09:00  A        10 s    120 s  Anna      in time
    2   09:10  B        20 s    60 s   Boris     in time (the last moment)
    3   09:20  C        40 s    180 s  Anna      late
    4   09:30  D        30 s    -      -         abandoned; called back at 10:00:30
    5   09:40  E        2 s     -      -         hung up at once
    6   09:50  F        0 s     -      -         busy
    7   10:00  D (out)  -       300 s  Boris     called by us, reached (10:00:30)
    8   11:00  A        4 s     60 s   Anna      in time; A had been spoken with
    9   11:10  G        60 s    -      -         abandoned, not called back
    10  11:20  A (out)  -       -      Anna      called by us, not reached
    11  11:30  H        6 s     60 s   -         to another desk's line
    12  11:59  K        rings
    ==  =====  =======  ======  =====  ========  =================================

    B had been spoken with on 5 March (6 days before: number 2 is a repeat), C on
    3 March (8 days before: no repeat).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        out = {"direction": "outgoing"}
        anna, boris = {"user": cls.anna}, {"user": cls.boris}
        a, b, c, d, e, f, g, h, k = (
            {"number": f"+7916000000{n}"} for n in range(1, 10)
        )
        cls.call(at(9, day=-6), 5, 60, **b, **boris)
        cls.call(at(9, day=-8), 5, 60, **c, **boris)
        cls.rows = [
            cls.call(at(9), 10, 120, **a, **anna),
            cls.call(at(9, 10), 20, 60, **b, **boris),
            cls.call(at(9, 20), 40, 180, **c, **anna),
            cls.call(at(9, 30), 30, **d),
            cls.call(at(9, 40), 2, **e),
            cls.call(at(9, 50), 0, outcome="busy", **f),
            cls.call(at(10), 30, 300, **d, **boris, **out),
            cls.call(at(11), 4, 60, **a, **anna),
            cls.call(at(11, 10), 60, **g),
            cls.call(at(11, 20), 15, **a, **anna, **out),
            cls.call(at(11, 30), 6, 60, did=OTHER_LINE, **h),
            cls.call(at(11, 59), 0, state="ringing", outcome=False, **k),
        ]
        cls.env.flush_all()

    def calls(self, aggregates, groupby=(), domain=()):
        domain = [("date", ">=", at(0)), *domain]
        return self.figures(aggregates, groupby, domain, model=self.CallReport)

    def test_result_of_each_call(self):
        found = {
            row.call_id: row.result
            for row in self.CallReport.search([("date", ">=", at(0))])
            if row.call_id.pbx_id == self.pbx
        }
        self.assertEqual(
            [found.get(call) for call in self.rows[:10]],
            ["in_time", "in_time", "late", "abandoned", "short", "busy", "out"]
            + ["in_time", "abandoned", "out_missed"],
        )
        self.assertEqual(found[self.rows[10]], "in_time")
        self.assertNotIn(self.rows[11], found, "it still rings")

    def test_call_belongs_to_the_desk_of_its_line(self):
        self.assertEqual(self.rows[0].usu_desk_id, self.desk)
        self.assertEqual(self.rows[10].usu_desk_id, self.other_desk)

    def test_earlier_calls_get_their_desk_at_installation(self):
        self.env.cr.execute("UPDATE usu_call SET usu_desk_id = NULL")
        self.env.invalidate_all()
        post_init_hook(self.env)
        self.test_call_belongs_to_the_desk_of_its_line()

    def test_counts(self):
        """Incoming at this desk 1 to 6, 8, 9: eight. Answered 1, 2, 3, 8; missed 4, 5,
        6, 9; abandoned 4 and 9; called back 4."""
        names = ("__count", "incoming:sum", "answered:sum", "missed:sum")
        found = self.calls((*names, "abandoned:sum", "called_back:sum"))
        self.assertEqual(list(found.values()), [10, 8, 4, 4, 2, 1])

    def test_service_level(self):
        """In time 1, 2, 8 of 1, 2, 3, 4, 6, 8, 9; number 5 hung up at once: 3 of 7."""
        found = self.calls(["service_level:avg", "judged:sum", "in_time:sum"])
        self.assertAlmostEqual(found["service_level:avg"], 300 / 7)
        self.assertEqual((found["judged:sum"], found["in_time:sum"]), (7, 3))
        self.desk.usu_answer_call_seconds = 0
        self.assertFalse(self.calls(["service_level:avg"])["service_level:avg"])

    def test_waiting_time(self):
        """Incoming waits 0, 2, 4, 10, 20, 30, 40, 60: the median is 15; p95 at position
        0.95 * 7 = 6.65: 40 + 0.65 * 20 = 53."""
        found = self.calls(["wait_p50:avg", "wait_p95:avg"])
        self.assertAlmostEqual(found["wait_p50:avg"], 15)
        self.assertAlmostEqual(found["wait_p95:avg"], 53)

    def test_time_to_the_call_back(self):
        """Number 4 ended at 09:30:30 and was rung at 10:00:00: 29.5 minutes."""
        self.assertAlmostEqual(self.calls(["back_p50:avg"])["back_p50:avg"], 29.5)

    def test_repeat_calls(self):
        """Incoming with a number: eight; 2 and 8 had been spoken with in the 7 days
        before: 25 %."""
        found = self.calls(["repeats:sum", "repeat_rate:avg"])
        self.assertEqual(found, {"repeats:sum": 2, "repeat_rate:avg": 25.0})

    def test_talk_by_employee(self):
        """Anna 120, 180 and 60 s: mean 2 minutes; Boris 60 and 300 s: 3 minutes."""
        found = self.calls(["talk_minutes:avg"], ["user_id"])
        self.assertEqual(found[self.anna], {"talk_minutes:avg": 2.0})
        self.assertEqual(found[self.boris], {"talk_minutes:avg": 3.0})

    def test_hours(self):
        hours = self.calls(["__count"], ["hour"], [("direction", "=", "incoming")])
        self.assertEqual(
            {hour: line["__count"] for hour, line in hours.items()},
            {"09:00": 6, "11:00": 2},
        )

    def test_digest(self):
        """The week to Wednesday noon: of 3 in time (1, 2, 8) and the call of 5 March
        4 of 8 are 50 %; missed 4."""
        digest = self.env.ref("usu_routing_reports.usu_routing_reports_digest")
        mine = digest.with_user(self.head).with_context(
            start_datetime=at(0, day=-7), end_datetime=at(12)
        )
        self.assertEqual(mine.kpi_usu_calls_missed_value, 4)
        self.assertAlmostEqual(mine.kpi_usu_calls_level_value, 50.0)
