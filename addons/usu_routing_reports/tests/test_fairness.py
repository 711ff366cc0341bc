from odoo.tests import tagged

from .common import ReportsCommon, at


@tagged("post_install", "-at_install", "usu_routing_reports")
class TestFairness(ReportsCommon):
    """Two days of a desk of two.

    ======  ========  =======  ==========  =======  =================  =========
    day     employee  present  by policy   by hand  fair share         more/less
    ======  ========  =======  ==========  =======  =================  =========
    Wed 11  Anna      6 h      9           1        12 * 6 / 8 = 9     0
    Wed 11  Boris     2 h      3           0        12 * 2 / 8 = 3     0
    Thu 12  Anna      4 h      7           0        10 * 4 / 8 = 5     +2
    Thu 12  Boris     4 h      3           0        10 * 4 / 8 = 5     -2
    ======  ========  =======  ==========  =======  =================  =========

    Per hour present: Wednesday 1.5 and 1.5; Thursday 1.75 and 0.75; Anna over both days
    16 / 10 = 1.6, Boris 6 / 6 = 1. Spread: 0 and 4, mean 2. Jain's index on Thursday:
    2.5 ^ 2 / (2 * (1.75 ^ 2 + 0.75 ^ 2)) = 6.25 / 7.25. Not counted: a decision taken
    back, one left with its responsible, one at another desk, one of Friday.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Fairness = cls.env["usu.routing.fairness"]
        for user, day, hours, count in (
            (cls.anna, 0, 6, 9),
            (cls.boris, 0, 2, 3),
            (cls.anna, 1, 4, 7),
            (cls.boris, 1, 4, 3),
        ):
            cls.was_there(user, hours, day=day)
            for number in range(count):
                kind = ("assign", "escalate", "hand_over")[number % 3]
                cls.decide(user, at(9, number, day=day), kind)
        cls.decide(cls.anna, at(15), "manual")
        back = cls.decide(cls.boris, at(15))
        cls.decide(cls.boris, at(15), "void", previous_token=back.token)
        cls.decide(cls.boris, at(16), "keep", gives=False)
        other = cls.desk.copy({"name": "Other desk"})
        cls.decide(cls.boris, at(16), desk=other)
        cls.decide(cls.anna, at(0, day=2))

    def fairness(self, aggregates, groupby=(), domain=(), user=None):
        return self.figures(aggregates, groupby, domain, user, model=self.Fairness)

    def test_each_day(self):
        rows = self.Fairness.search(
            [("desk_id", "=", self.desk.id)], order="day, user_id"
        )
        self.assertEqual(
            [
                (r.user_id, r.present_hours, r.assigned, r.by_hand, r.fair_share)
                for r in rows
            ],
            [
                (self.anna, 6, 9, 1, 9),
                (self.boris, 2, 3, 0, 3),
                (self.anna, 4, 7, 0, 5),
                (self.boris, 4, 3, 0, 5),
            ],
        )
        self.assertEqual(rows.mapped("deviation"), [0, 0, 2, -2])
        self.assertEqual(rows.mapped("weekday"), ["3", "3", "4", "4"])

    def test_over_both_days(self):
        names = ("assigned:sum", "fair_share:sum", "deviation:sum", "per_hour:avg")
        found = self.fairness(names, ["user_id"])
        self.assertEqual([found[self.anna][n] for n in names], [16, 14, 2, 1.6])
        self.assertEqual([found[self.boris][n] for n in names], [6, 8, -2, 1])

    def test_spread_and_evenness(self):
        found = self.fairness(["spread:avg", "evenness:avg"], ["day:day"])
        wednesday, thursday = sorted(found.items())
        self.assertEqual(wednesday[1], {"spread:avg": 0, "evenness:avg": 1})
        self.assertEqual(thursday[1]["spread:avg"], 4)
        self.assertAlmostEqual(thursday[1]["evenness:avg"], 6.25 / 7.25)
        self.assertEqual(self.fairness(["spread:avg"]), {"spread:avg": 2})
        alone = self.fairness(["evenness:avg"], domain=[("user_id", "=", self.anna.id)])
        self.assertAlmostEqual(alone["evenness:avg"], (1 + 6.25 / 7.25) / 2)

    def test_share_is_of_the_whole_desk_for_who_sees_one_row_only(self):
        found = self.fairness(["fair_share:sum"], ["user_id"], user=self.boris)
        self.assertEqual(found, {self.boris: {"fair_share:sum": 8}})

    def test_day_on_which_nobody_was_there(self):
        self.was_there(self.anna, 0, day=5)
        self.decide(self.anna, at(9, day=5))
        row = self.Fairness.search(
            [("desk_id", "=", self.desk.id), ("day", "=", at(0, day=5))]
        )
        self.assertEqual((row.assigned, row.fair_share, row.per_hour), (1, 0, 0))
