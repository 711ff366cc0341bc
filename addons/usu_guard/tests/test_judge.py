from odoo.tests import BaseCase, tagged

from odoo.addons.usu_guard.tools.judge import front_counters, judge, site_counters
from odoo.addons.usu_guard.tools.values import Admission, Counter, Hits, Rule

NOW = 1_000_000.0


@tagged("post_install", "-at_install", "usu_guard")
class TestJudge(BaseCase):
    def judge(self, count, soft=0, hard=0, until=NOW + 60):
        return judge([(Counter("address", 600, soft, hard), Hits(count, until))], NOW)

    def test_limit_lets_exactly_that_many_through(self):
        cases = [
            (1, 3, False),
            (3, 3, False),
            (4, 3, True),
            (99, 3, True),
            (9, 0, False),
        ]
        for count, hard, refused in cases:
            with self.subTest(count=count, hard=hard):
                self.assertEqual(self.judge(count, hard=hard).refused, refused)

    def test_soft_limit(self):
        self.assertFalse(self.judge(3, soft=3, hard=9).soft)
        self.assertTrue(self.judge(4, soft=3, hard=9).soft)

    def test_wait_is_the_longest_of_those_that_refuse(self):
        counted = [
            (Counter("address", 600, 0, 1), Hits(2, NOW + 30.2)),
            (Counter("day", 86400, 0, 1), Hits(2, NOW + 900)),
            (Counter("subject", 600, 0, 9), Hits(2, NOW + 5000)),
        ]
        self.assertEqual(judge(counted, NOW).retry_after, 900)
        self.assertEqual(self.judge(2, hard=1, until=NOW + 0.1).retry_after, 1)
        self.assertEqual(self.judge(1, hard=1).retry_after, 0)

    def test_nothing_counted_is_allowed(self):
        self.assertFalse(judge([], NOW).refused)

    def test_only_counters_with_a_limit_are_kept(self):
        rule = Rule("x", address_soft=0, address_hard=0, address_day=5, subject_hard=2)
        scopes = [counter.scope for counter in front_counters(rule, True, True)]
        self.assertEqual(scopes, ["day", "subject"])
        self.assertEqual(front_counters(rule, False, False), [])
        self.assertEqual(site_counters(rule), [])

    def test_refusal_is_what_a_controller_answers(self):
        refusal = Admission(False, "code", "code_needed", 7)
        self.assertFalse(refusal)
        self.assertEqual(
            refusal.refusal(),
            {"usu_error": "code_needed", "need": "code", "retry_after": 7},
        )
