from odoo.tests import BaseCase, tagged

from ..tools.erlang import allen_cunneen, erlang_a, erlang_arrivals, erlang_c

HOUR = 3600.0
# requests per hour, seconds of service, employees -> share that waits, mean wait
TABLE = (
    (36, 480, 6, 0.5178, 207.1),
    (30, 480, 5, 0.5541, 266.0),
    (60, 300, 6, 0.5875, 176.3),
    (90, 420, 12, 0.5639, 157.9),
    (12, 600, 3, 0.4444, 266.7),
    (300, 480, 45, 0.3407, 32.7),
    (720, 240, 55, 0.2387, 8.18),
)


@tagged("post_install", "-at_install", "usu_routing")
class TestErlang(BaseCase):
    def test_erlang_c(self):
        for rate, service, n, p_wait, wait in TABLE:
            answer = erlang_c(rate / HOUR, service, n)
            self.assertAlmostEqual(answer.p_wait, p_wait, 4)
            self.assertAlmostEqual(answer.wait_mean, wait, 1)

    def test_one_employee_is_the_simple_queue(self):
        answer = erlang_c(0.5, 1.0, 1)
        self.assertAlmostEqual(answer.p_wait, 0.5)
        self.assertAlmostEqual(answer.wait_mean, 1.0)

    def test_service_level_and_percentile(self):
        answer = erlang_c(36 / HOUR, 480, 6)
        self.assertAlmostEqual(answer.percentile(0.95), 935, 0)
        self.assertAlmostEqual(answer.within(answer.percentile(0.95)), 0.95)
        self.assertEqual(answer.percentile(0.4), 0.0)
        self.assertAlmostEqual(erlang_c(0.2, 240, 55).within(15), 0.846, 3)

    def test_many_employees_do_not_overflow(self):
        self.assertGreater(erlang_c(9.9, 100, 1000).p_wait, 0.5)

    def test_too_much_work_is_refused(self):
        for rate in (0.0, 6 / 480, 1.0):
            with self.assertRaises(ValueError):
                erlang_c(rate, 480, 6)
        with self.assertRaises(ValueError):
            erlang_arrivals(1.0, 1.0, 2)

    def test_erlang_a(self):
        answer = erlang_a(36 / HOUR, 480, 6, 180)
        self.assertAlmostEqual(answer.p_wait, 0.2897, 4)
        self.assertAlmostEqual(answer.p_abandon, 0.1182, 4)
        self.assertAlmostEqual(answer.wait_mean, 21.28, 2)

    def test_erlang_a_bears_any_load(self):
        answer = erlang_a(10 * 36 / HOUR, 480, 6, 180)
        self.assertAlmostEqual(answer.p_abandon, 1 - 6 / 48, 3)

    def test_endless_patience_is_erlang_c(self):
        patient = erlang_a(36 / HOUR, 480, 6, 1e9)
        self.assertAlmostEqual(patient.p_wait, 0.5178, 3)

    def test_in_turn(self):
        p_wait, wait = erlang_arrivals(6 / HOUR, 480, 6)
        self.assertAlmostEqual(p_wait, 0.6749, 4)
        self.assertAlmostEqual(wait, 996.3, 1)
        p_wait, wait = erlang_arrivals(6 / HOUR, 480, 1)
        self.assertAlmostEqual(p_wait, 0.8)
        self.assertAlmostEqual(wait, 1920.0)

    def test_variable_service(self):
        self.assertAlmostEqual(allen_cunneen(36 / HOUR, 480, 6, 0.5), 129.4, 1)
        self.assertAlmostEqual(allen_cunneen(36 / HOUR, 480, 6, 1.5), 336.6, 1)
