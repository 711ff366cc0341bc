from freezegun import freeze_time

from odoo.tests import tagged

from .common import ReportsCommon, at

COUNTS = ("__count", "asked:sum", "answered:sum", "judged:sum", "in_time:sum")
LOST = ("missed:sum", "overdue:sum", "service_level:avg")


@tagged("post_install", "-at_install", "usu_routing_reports")
@freeze_time("2026-03-11 12:00:00")
class TestReport(ReportsCommon):
    """Ten requests of Wednesday, 11 March 2026, seen at 12:00. Chats are promised an
    answer within 5 minutes, everything else within 60.

    ==  =======  =====  ========  ======  ========  =======  ===========  ==========
    nr  channel  came   answered  closed  employee  minutes  result       client
    ==  =======  =====  ========  ======  ========  =======  ===========  ==========
    1   chat     09:00  09:02     -       Anna      2        in time      Mira
    2   chat     09:10  09:14     10:10   Anna      4        in time      -
    3   chat     09:20  09:30     -       Boris     10       late         Mira again
    4   e-mail   10:00  10:40     -       Boris     40       in time      -
    5   e-mail   10:05  11:35     -       Boris     90       late         Nora
    6   chat     10:30  never     10:50   Anna      -        missed       -
    7   chat     11:00  not yet   -       Anna      -        overdue      -
    8   chat     11:58  not yet   -       nobody    -        pending      -
    9   e-mail   11:30  not yet   -       nobody    -        pending      Mira again
    10  by hand  08:00  -         -       Anna      -        none due     -
    ==  =======  =====  ========  ======  ========  =======  ===========  ==========

    An older request of Mira, of 3 March (eight days before), does not make number 1 a
    repeat; numbers 3 and 9 are repeats. One of Nora, of 5 March (six days before),
    makes number 5 a repeat. Both older ones are outside the domain of the tests.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nora = cls.env["res.partner"].create({"name": "Nora"})
        boris, nobody = {"user_id": cls.boris.id}, {"user_id": False}
        mira, mail = {"partner_id": cls.client.id}, {"usu_channel": "email"}
        cls.request(at(9, day=-8), at(9, 1, day=-8), **mira)
        cls.request(at(9, day=-6), at(9, 1, day=-6), partner_id=cls.nora.id)
        cls.rows = [
            cls.request(at(9), at(9, 2), **mira),
            cls.request(at(9, 10), at(9, 14), closed=at(10, 10)),
            cls.request(at(9, 20), at(9, 30), **boris, **mira),
            cls.request(at(10), at(10, 40), **boris, **mail),
            cls.request(at(10, 5), at(11, 35), partner_id=cls.nora.id, **boris, **mail),
            cls.request(at(10, 30), closed=at(10, 50)),
            cls.request(at(11)),
            cls.request(at(11, 58), **nobody),
            cls.request(at(11, 30), **nobody, **mira, **mail),
            cls.request(at(8), asked=False, usu_channel="manual"),
        ]

    def today(self, aggregates, groupby=(), domain=(), user=None):
        domain = [("date", ">=", at(0)), *domain]
        return self.figures(aggregates, groupby, domain, user)

    def test_result_of_each_request(self):
        results = self.Report.search_read(
            [("ticket_id", "in", [row.id for row in self.rows])],
            ["ticket_id", "result"],
        )
        found = {line["ticket_id"][0]: line["result"] for line in results}
        self.assertEqual(
            [found[row.id] for row in self.rows],
            ["in_time", "in_time", "late", "in_time", "late"]
            + ["missed", "overdue", "pending", "pending", "none"],
        )

    def test_service_level_of_the_desk(self):
        """Due by now: 1 to 7. In time: 1, 2, 4. 3 of 7 are 42.857 %."""
        found = self.today(COUNTS + LOST)
        self.assertEqual([found[name] for name in COUNTS], [10, 9, 5, 7, 3])
        self.assertEqual((found["missed:sum"], found["overdue:sum"]), (1, 1))
        self.assertAlmostEqual(found["service_level:avg"], 300 / 7)

    def test_service_level_by_channel_and_employee(self):
        """Chat: 2 of 5 (1, 2, 3, 6, 7). E-mail: 1 of 2. Anna: 2 of 4. Boris: 1 of 3."""
        level = "service_level:avg"
        by_channel = self.today([level], ["channel"])
        self.assertAlmostEqual(by_channel["chat"][level], 40.0)
        self.assertAlmostEqual(by_channel["email"][level], 50.0)
        self.assertIsNone(by_channel["manual"][level] or None)
        by_user = self.today([level], ["user_id"])
        self.assertAlmostEqual(by_user[self.anna][level], 50.0)
        self.assertAlmostEqual(by_user[self.boris][level], 100 / 3)

    def test_first_answer_percentiles(self):
        """Minutes 2, 4, 10, 40, 90: the median is 10, the mean 146 / 5 = 29.2; p95 lies
        at position 0.95 * 4 = 3.8: 40 + 0.8 * 50 = 80. Chats alone, 2, 4, 10: median 4,
        p95 at 1.9: 4 + 0.9 * 6 = 9.4."""
        names = ("answer_p50:avg", "answer_p95:avg", "answer_minutes:avg")
        found = self.today(names)
        for name, value in zip(names, (10, 80, 29.2), strict=True):
            self.assertAlmostEqual(found[name], value)
        chats = self.today(names, ["channel"])["chat"]
        for name, value in zip(names, (4, 9.4, 16 / 3), strict=True):
            self.assertAlmostEqual(chats[name], value)

    def test_percentiles_in_the_totals_of_a_pivot(self):
        """The pivot's total is the percentile of all rows, not of the groups'."""
        sets = self.Report._read_grouping_sets(
            [("desk_id", "=", self.desk.id), ("date", ">=", at(0))],
            [[], ["channel"]],
            ["answer_p50:avg"],
        )
        self.assertAlmostEqual(sets[0][0][0], 10)
        self.assertAlmostEqual(dict(sets[1])["email"], 65)

    def test_hour_and_weekday(self):
        """08 one, 09 three, 10 three, 11 three; all on a Wednesday."""
        counts = ["__count"]
        hours = self.today(counts, ["hour"])
        self.assertEqual(
            {hour: line["__count"] for hour, line in hours.items()},
            {"08:00": 1, "09:00": 3, "10:00": 3, "11:00": 3},
        )
        self.assertEqual(self.today(counts, ["weekday"]), {"3": {"__count": 10}})

    def test_hour_is_the_desks_own(self):
        """11:58 in London is 17:28 in Kolkata; the desk's hours say where it is, and
        without any the reader's zone counts."""
        row = self.Report.browse(self.rows[7].id)
        self.assertEqual(row.with_context(tz="Asia/Kolkata").hour, "17:00")
        self.desk.usu_calendar_id = self.env["resource.calendar"].create(
            {"name": "Yerevan", "tz": "Asia/Yerevan"}
        )
        row.invalidate_recordset()
        self.assertEqual(row.with_context(tz="Asia/Kolkata").hour, "15:00")

    def test_who_waits_and_how_long(self):
        """Number 7 since 11:00: 60 minutes, 9: 30, 8: 2; the longest is 60."""
        waiting = [("waiting_since", "!=", False)]
        rows = self.Report.search(
            [("desk_id", "=", self.desk.id), *waiting], order="waiting_since"
        )
        self.assertEqual(rows.ticket_id.ids, [self.rows[n].id for n in (6, 8, 7)])
        self.assertEqual(rows.mapped("waiting_minutes"), [60, 30, 2])
        longest = self.today(["waiting_minutes:max"], domain=waiting)
        self.assertEqual(longest, {"waiting_minutes:max": 60})

    def test_repeat_contacts_within_seven_days(self):
        """Known clients: 1, 3, 5, 9. Repeats: 3, 5, 9, which is 75 %."""
        found = self.today(["repeats:sum", "repeat_rate:avg"])
        self.assertEqual(found, {"repeats:sum": 3, "repeat_rate:avg": 75.0})

    def test_time_until_closed(self):
        """Number 2: 09:10 to 10:10, 1 hour; number 6: 20 minutes. Mean 40 minutes."""
        found = self.today(["close_hours:avg"])
        self.assertAlmostEqual(found["close_hours:avg"], 2 / 3)

    def test_row_opens_its_request(self):
        action = self.Report.browse(self.rows[0].id).action_open()
        self.assertEqual(action["res_id"], self.rows[0].id)

    def test_nothing_promised(self):
        """No promise: answered is answered, and no service level is made of it."""
        self.desk.usu_answer_chat_minutes = 0
        ticket = self.request(at(11), at(11, 50))
        row = self.Report.browse(ticket.id)
        self.assertEqual((row.result, row.judged), ("answered", 0))

    def test_archived_requests_are_not_counted(self):
        self.rows[0].active = False
        self.assertEqual(self.today(["__count"]), {"__count": 9})
