from odoo.tests import tagged

from odoo.addons.usu_routing.tools.values import Contact

from .common import AccountCase


@tagged("post_install", "-at_install", "usu_account")
class TestRegistration(AccountCase):
    """From the form to client and request."""

    def test_registration_is_kept_at_once_and_registers_when_confirmed(self):
        question = self.form.question_ids
        registration, answer = self.register(
            **{f"q_{question.id}": "A tooth\naches", f"c_{self.news.id}": "yes"}
        )
        self.assertIn("n•••@x.example", answer.text)
        self.assertEqual(registration.state, "waiting")
        self.assertEqual(registration.answer_ids.value, "A tooth\naches")
        self.assertEqual(set(registration.consent_ids.mapped("state")), {"pending"})
        self.assertFalse(registration.request_id)
        self.assertFalse(self.Point.search([("value", "=", "nina@x.example")]))

        done = self.press(self.link("nina@x.example"))
        self.assertIn("Thank you, that is confirmed", done.text)
        self.env.invalidate_all()
        request = registration.request_id
        self.assertIn(request.number, done.text)
        self.assertEqual(registration.state, "done")
        self.assertEqual(request.usu_channel, "form")
        self.assertEqual(request.user_id, self.anna)
        self.assertIn("A tooth<br", request.description)
        client = request.partner_id
        self.assertEqual(client.name, "Nina Test")
        points = {p.value: p for p in client.usu_contact_point_ids}
        self.assertTrue(points["nina@x.example"].verified_at)
        self.assertEqual(points["nina@x.example"].verified_by, "link")
        self.assertEqual(points["+919811122233"].level, "maybe")
        self.assertEqual(set(registration.consent_ids.mapped("state")), {"given"})

    def test_scanner_opens_the_link_and_nothing_happens(self):
        registration, _answer = self.register()
        link = self.link("nina@x.example")
        for _time in range(3):
            self.assertIn("Is this your address?", self.url_open(link).text)
        self.url_open(link, method="HEAD")
        self.env.invalidate_all()
        self.assertEqual(registration.state, "waiting")

    def test_link_pressed_twice_registers_once(self):
        registration, _answer = self.register()
        link = self.link("nina@x.example")
        fields = self.hidden(self.url_open(link).text, link)
        for _time in range(2):
            self.assertEqual(self.url_open(link, data=fields).status_code, 200)
        self.env.invalidate_all()
        external = f"form:{registration.sudo().key}"
        found = self.env["helpdesk.ticket"].search([("usu_external_id", "=", external)])
        self.assertEqual(found, registration.request_id)

    def test_same_page_sent_twice_is_one_registration(self):
        fields = self.fill()
        first = self.send(fields)
        again = self.send(fields)
        self.assertEqual(first.url, again.url)
        self.assertEqual(
            self.Registration.search_count([("email", "=", "nina@x.example")]), 1
        )
        letters = self.env["mail.mail"].search([("email_to", "=", "nina@x.example")])
        self.assertEqual(len(letters), 1)

    def test_two_tabs_are_two_registrations_of_one_client_and_one_request(self):
        first, second = self.fill(), self.fill()
        self.send(first)
        link = self.link("nina@x.example")
        self.send(second)
        other = self.link("nina@x.example")
        self.assertNotEqual(link, other)
        self.press(link)
        self.press(other)
        self.env.invalidate_all()
        both = self.Registration.search([("email", "=", "nina@x.example")])
        self.assertEqual(len(both), 2)
        self.assertEqual(len(both.partner_id), 1)
        self.assertEqual(len(both.request_id), 1, "the open request is continued")

    def test_known_client_is_matched_without_telling(self):
        answers = {}
        for email in ("mira@x.example", "new@x.example"):
            _registration, answer = self.register(email=email, phone="")
            text = answer.text.replace(email[0] + "•••", "?•••")
            start = text.index('<div id="wrap"')
            answers[email] = self.without_tokens(text[start:])
        self.assertEqual(*answers.values())
        self.press(self.link("mira@x.example"))
        self.env.invalidate_all()
        registration = self.Registration.search([("email", "=", "mira@x.example")])
        self.assertEqual(registration.partner_id, self.client)
        self.assertEqual(self.client.name, "Mira Client", "the card is not rewritten")

    def without_tokens(self, text):
        for value in self.hidden(text).values():
            text = text.replace(value, "")
        start = text.index("/registration/wait/")
        token = text[start:].split("/")[3]
        return text.replace(token, "").split("</main>")[0]

    def test_strangers_number_does_not_reach_its_owner(self):
        """Somebody registers with their own address and Mira's number."""
        registration, _answer = self.register(
            email="thief@x.example", phone="+91 98765 43210"
        )
        self.press(self.link("thief@x.example"))
        self.env.invalidate_all()
        self.assertNotEqual(registration.partner_id, self.client)
        self.assertNotIn(
            "thief@x.example", self.client.usu_contact_point_ids.mapped("value")
        )
        found = self.Routing._identify(self.contact(phone="+919876543210"))
        self.assertEqual(found[0].partner_id, self.client.id)
        self.assertEqual(found[0].level, "known")
        others = [c.level for c in found[1:]]
        self.assertEqual(set(others) - {"maybe"}, set())

    def contact(self, **values):
        return Contact(**values)

    def test_unconfirmed_address_recognises_nobody(self):
        self.register()
        self.assertFalse(self.Routing._identify(self.contact(email="nina@x.example")))

    def test_family_with_one_address_is_left_to_the_staff(self):
        child = self.env["res.partner"].create(
            {"name": "Child", "email": "mira@x.example"}
        )
        registration, _answer = self.register(email="mira@x.example", phone="")
        done = self.press(self.link("mira@x.example"))
        self.env.invalidate_all()
        self.assertFalse(registration.partner_id)
        self.assertTrue(registration.request_id)
        self.assertNotIn("Choose a password", done.text)
        registration.request_id.partner_id = child
        self.assertEqual(registration.partner_id, child)
        self.assertEqual(registration.consent_ids.partner_id, child)

    def test_staff_accept_who_never_confirmed(self):
        registration, _answer = self.register()
        registration.with_user(self.anna).action_accept()
        self.assertEqual(registration.state, "done")
        self.assertEqual(registration.confirmed_by, "staff")
        points = registration.partner_id.usu_contact_point_ids
        self.assertFalse(points.filtered("verified_at"))
        self.assertEqual(set(registration.consent_ids.mapped("state")), {"given"})

    def test_what_staff_rejected_stays_so(self):
        registration, _answer = self.register()
        registration.with_user(self.anna).action_reject()
        self.press(self.link("nina@x.example"))
        self.env.invalidate_all()
        self.assertEqual(registration.state, "rejected")
        self.assertFalse(registration.request_id)
        registration.with_user(self.anna).action_accept()
        self.assertTrue(registration.request_id)

    def test_letter_leaves_at_once(self):
        cron = self.env.ref("mail.ir_cron_mail_scheduler_action")
        triggers = self.env["ir.cron.trigger"]
        before = triggers.search_count([("cron_id", "=", cron.id)])
        self.register()
        after = triggers.search_count([("cron_id", "=", cron.id)])
        self.assertEqual(after, before + 1)

    def test_staff_read_their_own_language(self):
        self.env["res.lang"]._activate_lang("hi_IN")
        question = self.form.question_ids
        question.with_context(lang="hi_IN").name = "कौन सा मामला?"
        registration = self.Registration.with_context(lang="hi_IN")._keep(
            self.form.with_context(lang="hi_IN"),
            "key",
            {
                "name": "Nina",
                "email": "nina@x.example",
                "phone": "",
                "confirm_by": "email",
                "answers": {question.id: "A"},
                "consents": [],
            },
        )[0]
        registration._finish("email")
        self.assertEqual(registration.answer_ids.question, "कौन सा मामला?")
        self.assertIn("Which matter?", registration.request_id.description)
        self.assertIn("Name", registration.request_id.description)
        self.assertEqual(registration.partner_id.lang, "hi_IN")

    def test_who_is_logged_in_need_not_prove(self):
        user = self.portal_user("lea", email="lea@x.example")
        self.authenticate(user.login, user.login)
        registration, answer = self.register(email="lea@x.example", phone="")
        self.assertIn("You are registered", answer.text)
        self.assertEqual(registration.partner_id, user.partner_id)
        self.assertEqual(registration.confirmed_by, "login")
        self.assertFalse(self.letter("lea@x.example"))

    def test_account_after_the_link(self):
        registration, _answer = self.register()
        link = self.link("nina@x.example")
        self.press(link)
        page = self.url_open(link).text
        self.assertIn("Choose a password", page)
        self.env.invalidate_all()
        self.assertFalse(registration.partner_id.signup_type, "opening changes nothing")
        signup = self.press(link, f"{link}/account")
        self.assertIn("/web/signup", signup.url)
        self.assertIn("nina@x.example", signup.text)

    def test_account_is_not_opened_before_the_proof(self):
        self.register()
        link = self.link("nina@x.example")
        fields = self.hidden(self.url_open(link).text, link)
        refused = self.url_open(f"{link}/account", data=fields)
        self.assertEqual(refused.status_code, 404)
