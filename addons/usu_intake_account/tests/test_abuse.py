from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AccountCase


@tagged("post_install", "-at_install", "usu_account")
class TestAbuse(AccountCase):
    """Programs, floods, nonsense, markup."""

    def count(self):
        return self.Registration.search_count([("form_id", "=", self.form.id)])

    def test_form_needs_a_proof_and_keeps_what_was_typed(self):
        answer = self.send(self.fill(usu_guard_proof="", name="Kept Name"))
        self.assertEqual(answer.status_code, 429)
        self.assertIn("JavaScript must be switched on", answer.text)
        self.assertIn('value="Kept Name"', answer.text)
        self.assertEqual(self.count(), 0)

    def test_program_fills_the_hidden_field(self):
        answer = self.send(self.fill(usu_homepage="http://spam.example"))
        self.assertIn("This request was refused", answer.text)
        self.assertEqual(self.count(), 0)

    def test_one_proof_is_good_for_one_registration(self):
        first = self.fill()
        second = self.fill(
            email="b@x.example", usu_guard_proof=first["usu_guard_proof"]
        )
        self.send(first)
        self.assertEqual(self.send(second).status_code, 429)
        self.assertEqual(self.count(), 1)

    def test_flood_of_one_address(self):
        rule = self.env.ref("usu_intake_account.usu_guard_rule_register")
        rule.write({"address_soft": 0, "address_hard": 3, "site_soft": 0})
        codes = [
            self.send(self.fill(email=f"n{number}@x.example")).status_code
            for number in range(6)
        ]
        self.assertEqual(codes, [200] * 3 + [429] * 3)
        self.assertEqual(self.count(), 3)

    def test_flood_against_one_mailbox(self):
        self.free("register")
        codes = [self.send(self.fill()).status_code for _time in range(7)]
        self.assertEqual(codes, [200] * 5 + [429] * 2)
        letters = self.env["mail.mail"].search_count(
            [("email_to", "=", "nina@x.example")]
        )
        self.assertEqual(letters, 4, "links have a limit of their own")

    def test_hundreds_of_posts_without_a_proof_store_nothing(self):
        fields = self.fill(usu_guard_proof="")
        for _time in range(40):
            self.send(fields)
        self.assertEqual(self.count(), 0)

    def test_form_with_three_hundred_fields(self):
        fields = self.fill()
        fields |= {f"q_{number}": "x" for number in range(10**6, 10**6 + 300)}
        answer = self.send(fields)
        self.assertEqual(answer.status_code, 413)
        self.assertEqual(self.count(), 0)

    def test_unknown_fields_are_dropped(self):
        registration, _answer = self.register(
            state="done", partner_id="1", request_id="1", q_999999="x", c_999999="yes"
        )
        self.assertEqual(registration.state, "waiting")
        self.assertFalse(registration.partner_id)
        self.assertEqual(registration.consent_ids.text_id, self.data_text)

    def test_markup_stays_text_everywhere(self):
        evil = "<img src=x onerror=alert(1)>\"'{{7*7}}<b>"
        question = self.form.question_ids
        registration, _answer = self.register(
            name=f"Nina {evil}", **{f"q_{question.id}": evil}
        )
        self.assertEqual(registration.name, f"Nina {evil}")
        link = self.link("nina@x.example")
        page = self.press(link).text
        self.assertNotIn("<img src=x", page)
        self.env.invalidate_all()
        description = registration.request_id.description
        self.assertNotIn("<img", description)
        self.assertIn("&lt;img", description)
        self.assertNotIn("49", description)
        again = self.send(self.fill(name=evil, email="no"))
        self.assertNotIn("<img src=x", again.text)
        self.assertIn("&lt;img src=x", again.text)

    def test_invisible_characters_go(self):
        registration, _answer = self.register(
            name="\u202eNi\u200bna\x00\r\n\tBcc: x\ud83d".encode(
                "utf-8", "ignore"
            ).decode()
        )
        self.assertEqual(registration.name, "Nina Bcc: x")
        registration, _answer = self.register(name="क्\u200dषिति", email="k@x.example")
        self.assertEqual(registration.name, "क्\u200dषिति", "joiners are letters' parts")

    def test_nonsense_in_every_field(self):
        question = self.form.question_ids
        cases = {
            "name": ["", " ", "x" * 121, "http://x.example", "123"],
            "email": ["", "a@", "@b", "a b@c.d", "a@b", "x" * 300 + "@x.example"],
            "phone": ["12", "abc", "9" * 60],
            f"q_{question.id}": ["x" * 2001],
            f"c_{self.data_text.id}": ["", "no", "1"],
        }
        for name, values in cases.items():
            for value in values:
                with self.subTest(name=name, value=value[:20]):
                    answer = self.send(self.fill(**{name: value}))
                    self.assertEqual(answer.status_code, 422)
                    self.assertIn(f'id="{name}_error"', answer.text)
                    self.assertIn('role="alert"', answer.text)
        self.assertEqual(self.count(), 0)

    def test_file_instead_of_text(self):
        fields = self.fill()
        del fields["name"]
        with mute_logger("odoo.http"):
            answer = self.url_open(
                f"/registration/{self.form.code}",
                data=fields,
                files={"name": ("x.txt", b"x")},
            )
        self.assertEqual(answer.status_code, 422)

    def test_forged_and_foreign_tokens_of_the_page(self):
        other = self.form.copy({"code": "other"})
        foreign = self.fill(other)["token"]
        for token in ("", "x", "a.b", foreign, "x" * 9000):
            with self.subTest(token=token[:9]):
                answer = self.send(self.fill(token=token))
                self.assertEqual(answer.status_code, 422)
                self.assertIn("open for a long time", answer.text)
        self.assertEqual(self.count(), 0)

    def test_page_without_its_csrf_token_is_refused(self):
        fields = self.fill()
        del fields["csrf_token"]
        self.assertEqual(self.send(fields).status_code, 400)
        self.assertEqual(self.count(), 0)

    def test_back_button_after_sending(self):
        """The old page comes back from the browser's memory and is sent again,
        changed: it leads to the registration there is."""
        fields = self.fill()
        first = self.send(fields)
        again = self.send({**fields, "name": "Another", "usu_guard_proof": ""})
        self.assertEqual(first.url, again.url)
        self.assertEqual(self.count(), 1)

    def test_both_clicks_at_once(self):
        """The second transaction does not see the first one's row."""
        fields = self.fill()
        first = self.send(fields)
        found = type(self.Registration)._find
        answers = [self.Registration.browse()] * 2

        def blind(records, key):
            return answers.pop() if answers else found(records, key)

        fields["usu_guard_proof"] = self.proof()
        with patch.object(type(self.Registration), "_find", blind):
            again = self.send(fields)
        self.assertEqual(first.url, again.url)
        self.assertEqual(self.count(), 1)

    def test_text_that_changed_while_the_page_was_open(self):
        fields = self.fill()
        self.data_text.body = "Keep and sell data."
        answer = self.send(fields)
        self.assertIn("This text has changed", answer.text)
        self.assertEqual(self.count(), 0)

    def test_unknown_form_and_foreign_company(self):
        other = self.env["res.company"].create({"name": "Other clinic"})
        self.form.copy({"code": "theirs", "company_id": other.id, "desk_id": False})
        with mute_logger("odoo.http"):
            for code in ("nothing", "theirs", "%27"):
                status = self.url_open(f"/registration/{code}").status_code
                self.assertEqual(status, 404, code)
        self.assertEqual(self.url_open("/registration").status_code, 200)
