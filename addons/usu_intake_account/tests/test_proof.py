from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AccountCase


@tagged("post_install", "-at_install", "usu_account")
class TestProof(AccountCase):
    """Codes by text message, links by letter."""

    def setUp(self):
        super().setUp()
        self.form.confirm_by = "phone"
        self.number = "+919811122233"

    def wait_page(self, answer):
        return answer.url.partition("?")[0]

    def type_code(self, answer, code):
        page = self.wait_page(answer)
        action = "/" + page.split("/", 3)[3] + "/code"
        return self.press(page, action, code=code)

    def test_code_confirms_the_number(self):
        registration, answer = self.register(email="")
        self.assertIn("+91 ••• 33", answer.text)
        code = self.code(self.number)
        self.assertEqual(len(code), 6)
        proof = registration.proof_ids
        self.assertNotIn(code, str(proof.sudo().read()), "only a fingerprint is kept")
        done = self.type_code(answer, f" {code[:3]} {code[3:]} ")
        self.assertIn("You are registered", done.text)
        self.env.invalidate_all()
        point = registration.partner_id.usu_contact_point_ids
        self.assertEqual((point.value, point.verified_by), (self.number, "code"))

    def test_digits_of_every_script(self):
        registration, answer = self.register(email="")
        code = self.code(self.number)
        hindi = "".join(chr(ord("०") + int(digit)) for digit in code)
        self.type_code(answer, hindi)
        self.env.invalidate_all()
        self.assertEqual(registration.state, "done")

    def test_five_tries_for_a_code(self):
        registration, answer = self.register(email="")
        code = self.code(self.number)
        wrong = str((int(code) + 1) % 10**6).zfill(6)
        for _time in range(5):
            self.assertIn("That is not the code", self.type_code(answer, wrong).text)
        refused = self.type_code(answer, code)
        self.assertIn("Too many tries", refused.text)
        self.env.invalidate_all()
        self.assertEqual(registration.state, "waiting")
        page = self.wait_page(answer)
        again = "/" + page.split("/", 3)[3] + "/again"
        self.assertIn("We have sent it once more", self.press(page, again).text)
        self.env.invalidate_all()
        self.type_code(answer, self.code(self.number))
        self.env.invalidate_all()
        self.assertEqual(registration.state, "done")

    def test_guesses_over_many_codes_are_limited(self):
        self.free("register_send")
        registration, answer = self.register(email="")
        proof = registration.proof_ids
        seen = []
        for _code in range(4):
            seen += [proof._try_code("nonsense") for _time in range(5)]
            proof._send()
        self.assertEqual(seen[:15], ["wrong"] * 15)
        self.assertEqual(seen[15:], ["limit"] * 5)
        self.assertIn("Too many attempts", self.type_code(answer, "1").text)

    def test_old_code_and_nonsense(self):
        registration, answer = self.register(email="")
        code = self.code(self.number)
        for nonsense in ("", "x" * 5000, "²³¹", "\x00", "١٢", "12345678901"):
            with self.subTest(nonsense=nonsense[:9]):
                self.assertIn(
                    registration.proof_ids._try_code(nonsense), ("wrong", "tries")
                )
        proof = registration.proof_ids
        proof.sudo().write(
            {"tries": 0, "code_until": fields.Datetime.now() - timedelta(seconds=1)}
        )
        self.assertIn("The code is too old", self.type_code(answer, code).text)

    def test_messages_to_one_number_are_limited(self):
        registration, answer = self.register(email="")
        page = self.wait_page(answer)
        again = "/" + page.split("/", 3)[3] + "/again"
        texts = [self.press(page, again).text for _time in range(5)]
        self.assertIn("Too many attempts", texts[-1])
        sent = self.env["sms.sms"].search_count([("number", "=", self.number)])
        self.assertEqual(sent, 4)
        self.assertEqual(registration.state, "waiting", "nothing is lost")

    def test_letters_wait_for_the_owner_of_the_address(self):
        """The number is proved by the code; the newsletter needs the mailbox."""
        registration, answer = self.register(
            email="nina@x.example", **{f"c_{self.news.id}": "yes"}
        )
        self.type_code(answer, self.code(self.number))
        self.env.invalidate_all()
        states = {c.purpose: c.state for c in registration.consent_ids}
        self.assertEqual(states, {"data": "given", "newsletter": "pending"})
        done = self.press(self.link("nina@x.example"))
        self.assertIn("Thank you", done.text)
        self.env.invalidate_all()
        self.assertEqual(set(registration.consent_ids.mapped("state")), {"given"})
        point = registration.partner_id.usu_contact_point_ids.filtered(
            lambda p: p.value == "nina@x.example"
        )
        self.assertTrue(point.verified_at)

    def test_visitor_chooses_how(self):
        self.form.confirm_by = "choice"
        registration, _answer = self.register(confirm_by="phone")
        self.assertEqual(registration.confirm_by, "phone")
        registration, _answer = self.register(email="b@x.example", confirm_by="x")
        self.assertEqual(registration.confirm_by, "email")
        answer = self.send(self.fill(confirm_by="phone", phone=""))
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Please fill this in.", answer.text)

    def test_forged_and_foreign_links(self):
        self.form.confirm_by = "email"
        self.register()
        link = self.link("nina@x.example")
        other = self.env["usu.guard"]._sign("other", {"proof": 1}, 60)
        for token in ("x", link.split("/")[-1][:-2] + "aa", other, "a" * 5000):
            with self.subTest(token=token[:10]), mute_logger("odoo.http"):
                page = self.url_open(f"/registration/confirm/{token}")
                self.assertIn(page.status_code, (404, 410))
                wait = self.url_open(f"/registration/wait/{token}")
                self.assertEqual(wait.status_code, 404)

    def test_link_of_a_deleted_registration(self):
        self.form.confirm_by = "email"
        registration, _answer = self.register()
        link = self.link("nina@x.example")
        registration._forget()
        page = self.url_open(link)
        self.assertEqual(page.status_code, 410)
        self.assertIn("This link is too old", page.text)
