from unittest.mock import patch

from captcha.audio import AudioCaptcha

from odoo.tests import tagged

from odoo.addons.usu_guard.models.usu_guard_code import POOL, TRIES, UsuGuardCode

from .common import GuardCase, make_rule


@tagged("post_install", "-at_install", "usu_guard")
class TestCode(GuardCase):
    def setUp(self):
        super().setUp()
        make_rule(self.env, "knock", check="code")
        self.code = self.visitor_env["usu.guard.code"]
        self.env.cr.execute("DELETE FROM usu_guard_code_issue")

    def take(self, action="knock", binding=""):
        """Take a code whose digits the test knows."""
        with patch("secrets.choice", side_effect=lambda seq: seq[-1]):
            return self.code._take(action, binding)["token"]

    def error(self, proof, **kw):
        return self.guard._admit("knock", proof=proof, **kw).error

    def test_right_code_opens_the_door_once(self):
        self.assertEqual(self.guard._admit("knock").need, "code")
        proof = self.code._answer(self.take(), "99999")["proof"]
        self.assertEqual(self.error(proof), "")
        self.assertEqual(self.error(proof), "proof_used")

    def test_computation_is_not_enough_where_a_code_is_asked(self):
        challenge = self.guard._issue("knock")
        self.assertTrue(challenge["code"])
        self.assertEqual(self.error(self.solve("knock")), "code_needed")

    def test_code_helps_over_the_soft_limit(self):
        rule = make_rule(self.env, "ring", subject_soft=1, subject_hard=9)
        self.assertTrue(
            self.guard._admit("ring", subject="s", proof=self.solve("ring"))
        )
        refused = self.guard._admit("ring", subject="s", proof=self.solve("ring"))
        self.assertEqual(refused.need, "code")
        proof = self.code._answer(self.take("ring"), "99999")["proof"]
        self.assertTrue(self.guard._admit("ring", subject="s", proof=proof))
        rule.subject_hard = 3
        proof = self.code._answer(self.take("ring"), "99999")["proof"]
        refused = self.guard._admit("ring", subject="s", proof=proof)
        self.assertEqual(refused.error, "limit")

    def test_fourth_guess_is_refused_even_if_right(self):
        token = self.take()
        tries = [self.code._answer(token, "11111") for _ in range(TRIES)]
        self.assertEqual([t["tries"] for t in tries], [2, 1, 0])
        self.assertEqual(tries[-1]["usu_error"], "code_expired")
        self.assertEqual(self.code._answer(token, "99999")["usu_error"], "code_expired")

    def test_code_is_never_valid_twice(self):
        token = self.take()
        self.assertIn("proof", self.code._answer(token, "99999"))
        self.assertEqual(self.code._answer(token, "99999")["usu_error"], "code_expired")
        self.assertIsNone(self.code._media(token, "image"))

    def test_code_ends_after_five_minutes(self):
        token = self.take()
        later = self.ledger._now() + 301
        with patch.object(type(self.ledger), "_now", return_value=later):
            self.assertIsNone(self.code._media(token, "image"))
            answer = self.code._answer(token, "99999")
        self.assertEqual(answer["usu_error"], "code_expired")

    def test_code_serves_its_action_and_binding_only(self):
        proof = self.code._answer(self.take("knock", "room 1"), "99999")["proof"]
        self.assertEqual(self.error(proof, binding="room 2"), "proof_invalid")
        self.assertEqual(self.error(proof, binding="room 1"), "")
        proof = self.code._answer(self.take("ring"), "99999")["proof"]
        self.assertEqual(self.error(proof), "proof_invalid")

    def test_digits_of_any_alphabet_and_spaces_count(self):
        for typed in ("9 9 9 9 9", "९९९९९", "৯৯৯৯৯", "੯੯੯੯੯", " 99999\n"):
            with self.subTest(typed=typed):
                self.assertIn("proof", self.code._answer(self.take(), typed))

    def test_nonsense_is_a_wrong_answer(self):
        token = self.take()
        for typed in (None, ["99999"] * 9, "9" * 2_000_000):
            with self.subTest(typed=str(typed)[:20]):
                self.assertNotIn("proof", self.code._answer(token, typed))
        self.assertIn("usu_error", self.code._answer("no such token", "99999"))

    def test_answer_stays_on_the_server(self):
        code = self.code._take("knock", "")
        self.assertEqual(set(code), {"token", "audio"})
        self.assertEqual(self.code._media(code["token"], "image")[1:4], b"PNG")
        self.env.cr.execute("SELECT answer FROM usu_guard_code_issue")
        self.assertEqual(len(self.env.cr.fetchone()[0]), 32)

    def test_pool_is_filled_with_pictures_and_recordings(self):
        made = []

        def make(code, cr, sound=None):
            made.append(bool(sound))
            cr.execute(
                "INSERT INTO usu_guard_code_issue (answer, image, audio)"
                " VALUES ('x', 'png', 'wav')"
            )

        cron = self.env.ref("usu_guard.ir_cron_fill_codes")
        with patch.object(UsuGuardCode, "_make", make):
            cron.method_direct_trigger()
        self.assertEqual(made, [True] * POOL)
        self.assertTrue(self.code._take("knock", "")["audio"])

    def test_recording_is_a_sound(self):
        self.env["usu.guard.code"]._make(self.env.cr, AudioCaptcha())
        code = self.code._take("knock", "")
        self.assertTrue(code["audio"])
        self.assertEqual(self.code._media(code["token"], "audio")[:4], b"RIFF")
