import json

from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.usu_routing.tools.values import Contact

from .common import AccountCase

HOME = "/my/front-desk"


@tagged("post_install", "-at_install", "usu_account")
class TestAccount(AccountCase):
    """Two clients, each with an account; neither learns anything of the other."""

    def setUp(self):
        super().setUp()
        self.lea = self.portal_user("lea", email="lea@x.example")
        self.max = self.portal_user("max", email="max@x.example")
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        (self.lea + self.max).partner_id.parent_id = firm
        for user in (self.lea, self.max):
            partner = user.partner_id
            partner._usu_add_point("email", partner.email, verified_by="link")
        self.own = self.ask(self.lea, "Lea asks")
        self.other = self.ask(self.max, "Max asks")

    def ask(self, user, title):
        contact = Contact(partner_id=user.partner_id.id)
        return self.ticket(self.receive(contact, channel="form", title=title))

    def be(self, user):
        self.authenticate(user.login, user.login)

    def act(self, action, form=None, **fields):
        """Press a button of the account page."""
        page = self.url_open(HOME).text
        token = self.hidden(page)["csrf_token"]
        with mute_logger("odoo.http"):
            return self.url_open(action, data={"csrf_token": token, **fields})

    def given(self, user, text, confirmed=True):
        consent = self.Consent._give(
            text,
            source="account",
            email=user.partner_id.email,
            partner=user.partner_id,
        )
        if confirmed:
            consent._confirm()
        return consent

    def test_page_shows_own_things_only(self):
        self.given(self.max, self.news)
        self.be(self.lea)
        page = self.url_open(HOME).text
        self.assertIn("Lea asks", page)
        self.assertIn(self.own.number, page)
        self.assertIn("lea@x.example", page)
        self.assertNotIn("Max asks", page)
        self.assertNotIn("max@x.example", page)
        self.assertIn("I agree", page)
        self.assertNotIn("Withdraw", page)

    def test_colleague_of_the_same_firm_does_not_read_the_request(self):
        tickets = self.env["helpdesk.ticket"]
        self.assertEqual(tickets.with_user(self.lea).search([]), self.own)
        self.be(self.lea)
        with mute_logger("odoo.http"):
            page = self.url_open(f"/my/ticket/{self.other.id}")
        self.assertNotIn("Max asks", page.text)
        self.assertIn("Lea asks", self.url_open(f"/my/ticket/{self.own.id}").text)

    def test_nobody_reaches_the_records_by_themselves(self):
        models = (
            "usu.intake.form",
            "usu.intake.question",
            "usu.intake.question.choice",
            "usu.intake.registration",
            "usu.intake.answer",
            "usu.intake.proof",
            "usu.consent",
            "usu.consent.text",
            "usu.consent.version",
        )
        for user in (self.lea, self.env.ref("base.public_user")):
            for model in models:
                for operation in ("read", "write", "create", "unlink"):
                    self.assertFalse(
                        self.env[model].with_user(user).has_access(operation),
                        f"{user.login} {operation} {model}",
                    )
        for operation in ("write", "create", "unlink"):
            for user in (self.anna, self.head, self.env.ref("base.user_admin")):
                consents = self.env["usu.consent"].with_user(user)
                self.assertFalse(consents.has_access(operation))

    def test_visitor_is_sent_to_the_login(self):
        for path in ("", "/code/1"):
            self.assertIn("/web/login", self.url_open(HOME + path).url)

    def test_get_changes_nothing(self):
        self.be(self.lea)
        with mute_logger("odoo.http"):
            for path in (
                "/contact",
                "/contact/remove",
                "/consent/withdraw",
                "/consent/give",
                "/export",
                "/erasure",
            ):
                self.assertIn(self.url_open(HOME + path).status_code, (404, 405), path)

    def test_add_an_address_that_counts_after_its_link(self):
        self.be(self.lea)
        page = self.act(f"{HOME}/contact", kind="email", value="Lea2@X.example")
        self.assertIn("We have sent a letter there", page.text)
        points = self.lea.partner_id.usu_contact_point_ids
        self.assertNotIn("lea2@x.example", points.mapped("value"))
        self.press(self.link("lea2@x.example"))
        self.env.invalidate_all()
        points = self.lea.partner_id.usu_contact_point_ids
        point = points.filtered(lambda p: p.value == "lea2@x.example")
        self.assertEqual((point.level, point.verified_by), ("known", "link"))
        self.assertFalse(point.main)

    def test_add_a_number_that_counts_after_its_code(self):
        self.be(self.lea)
        page = self.act(f"{HOME}/contact", kind="phone", value="+91 98222 33344")
        path = "/" + page.url.split("/", 3)[3]
        self.assertIn(f"{HOME}/code/", path)
        wrong = self.press(path, path, code="x")
        self.assertIn("That is not the code", wrong.text)
        self.act(path, code=self.code("+919822233344"))
        self.env.invalidate_all()
        points = self.lea.partner_id.usu_contact_point_ids
        self.assertTrue(
            points.filtered(lambda p: p.value == "+919822233344").verified_at
        )
        self.be(self.max)
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(path).status_code, 404)

    def test_nonsense_as_number(self):
        self.be(self.lea)
        for kind, value in (("phone", "12"), ("email", "x"), ("telegram", "5")):
            page = self.act(f"{HOME}/contact", kind=kind, value=value)
            self.assertIn("no whole number or address", page.text)

    def test_many_numbers_are_limited(self):
        self.be(self.lea)
        pages = [
            self.act(f"{HOME}/contact", kind="email", value=f"a{n}@x.example").text
            for n in range(12)
        ]
        self.assertEqual(sum("Too many attempts" in page for page in pages), 2)

    def test_remove_own_number_only(self):
        partner = self.lea.partner_id
        extra = partner._usu_add_point("email", "old@x.example")
        foreign = self.max.partner_id._usu_add_point("email", "keep@x.example")
        main = partner.usu_contact_point_ids.filtered("main")[:1]
        self.be(self.lea)
        for point in (foreign, main):
            refused = self.act(f"{HOME}/contact/remove", point_id=str(point.id))
            self.assertEqual(refused.status_code, 404)
        self.act(f"{HOME}/contact/remove", point_id=str(extra.id))
        self.env.invalidate_all()
        self.assertFalse(extra.exists())
        self.assertTrue(foreign.exists() and main.exists())

    def test_withdraw_own_consent_only(self):
        mine = self.given(self.lea, self.news) + self.given(self.lea, self.news)
        theirs = self.given(self.max, self.news)
        self.be(self.lea)
        self.act(f"{HOME}/consent/withdraw", consent_id=str(theirs.id))
        self.env.invalidate_all()
        self.assertEqual(theirs.state, "given")
        page = self.act(f"{HOME}/consent/withdraw", consent_id=str(mine[0].id))
        self.assertIn("You have withdrawn it", page.text)
        self.env.invalidate_all()
        self.assertEqual(mine.mapped("state"), ["withdrawn"] * 2)
        self.assertEqual(set(mine.mapped("withdrawn_by")), {"account"})

    def test_agree_to_letters_in_the_account(self):
        self.be(self.lea)
        fields = {"text_id": str(self.news.id), "seal": self.news._seal()}
        changed = self.act(f"{HOME}/consent/give", **{**fields, "seal": "x"})
        self.assertIn("The text has changed", changed.text)
        for _time in range(2):
            self.act(f"{HOME}/consent/give", **fields)
        self.env.invalidate_all()
        consent = self.Consent._live(self.lea.partner_id)
        self.assertEqual(len(consent), 1)
        self.assertEqual((consent.state, consent.email), ("given", "lea@x.example"))
        self.assertEqual(consent.source, "account")
        required = self.data_text
        self.act(f"{HOME}/consent/give", text_id=str(required.id), seal="x")
        self.assertEqual(self.Consent._live(self.lea.partner_id), consent)

    def test_export_holds_own_data_only(self):
        self.given(self.lea, self.news)
        self.given(self.max, self.news)
        self.own.message_post(
            body="Answer for Lea",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.anna.partner_id.id,
        )
        self.own.message_post(body="Secret note", subtype_xmlid="mail.mt_note")
        self.lea.partner_id.usu_note = "Difficult"
        self.be(self.lea)
        answer = self.act(f"{HOME}/export")
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        data = json.loads(answer.text)
        self.assertEqual(data["client"]["email"], "lea@x.example")
        self.assertEqual([r["title"] for r in data["requests"]], ["Lea asks"])
        self.assertIn("Answer for Lea", answer.text)
        self.assertEqual(data["consents"][0]["text"], "Send me news.")
        for secret in ("Max", "max@x.example", "Secret note", "Difficult"):
            self.assertNotIn(secret, answer.text)

    def test_wish_to_be_erased_reaches_who_answers_for_data(self):
        self.env.company.usu_privacy_user_id = self.boris
        self.be(self.lea)
        self.act(f"{HOME}/erasure")
        self.assertFalse(self.lea.partner_id.usu_erasure_id, "asked without being sure")
        for _time in range(2):
            page = self.act(f"{HOME}/erasure", sure="yes")
        self.assertIn("You asked us to erase your data", page.text)
        self.env.invalidate_all()
        request = self.lea.partner_id.usu_erasure_id
        self.assertNotEqual(request, self.own)
        self.assertEqual(request.user_id, self.boris)
        self.assertEqual(request._usu_tasks().user_id, self.boris)
        self.assertIn("Erase the data of lea", request.name)
        found = self.env["helpdesk.ticket"].search(
            [("partner_id", "=", self.lea.partner_id.id), ("name", "like", "Erase")]
        )
        self.assertEqual(found, request)

    def test_another_addon_adds_a_section(self):
        self.env["ir.ui.view"].create(
            {
                "type": "qweb",
                "key": "usu_intake_account.test_section",
                "arch": '<t t-name="x"><p>For <t t-out="partner.name"/>:'
                ' <t t-out="data"/></p></t>',
            }
        )
        model = self.registry["usu.account"]
        sections = model._usu_account_sections

        def more(account, partner):
            extra = {
                "key": "visits",
                "title": "My visits",
                "sequence": 5,
                "template": "usu_intake_account.test_section",
                "data": "tomorrow",
            }
            return [*sections(account, partner), extra]

        self.patch(model, "_usu_account_sections", more)
        self.be(self.lea)
        page = self.url_open(HOME).text
        self.assertIn('id="visits"', page)
        self.assertIn("For lea: tomorrow", page)
        self.assertLess(page.index('id="visits"'), page.index('id="requests"'))


@tagged("post_install", "-at_install", "usu_account")
class TestUnproved(AccountCase):
    """What people write about themselves elsewhere recognises nobody."""

    def test_account_without_an_invitation(self):
        users = type(self.env["res.users"])
        self.patch(users, "_get_signup_invitation_scope", lambda users: "b2c")
        users = self.env["res.users"].with_user(self.env.ref("base.public_user")).sudo()
        users.signup({"name": "Thief", "login": "mira@x.example", "password": "x" * 12})
        thief = self.env["res.users"].search([("login", "=", "mira@x.example")])
        point = thief.partner_id.usu_contact_point_ids
        self.assertEqual((point.value, point.level), ("mira@x.example", "maybe"))
        found = self.Routing._identify(Contact(email="mira@x.example"))
        self.assertEqual(
            [(c.partner_id, c.level) for c in found],
            [(self.client.id, "known"), (thief.partner_id.id, "maybe")],
        )

    def test_number_typed_into_the_portals_own_form(self):
        partner = self.portal_user("lea", email="lea@x.example").partner_id
        partner._usu_add_point("email", "lea@x.example", verified_by="link")
        partner.with_context(usu_unproved=True).write(
            {"phone": "+91 98765 43210", "email": "mira@x.example"}
        )
        levels = {p.value: p.level for p in partner.usu_contact_point_ids}
        self.assertEqual(
            levels,
            {
                "+919876543210": "maybe",
                "mira@x.example": "maybe",
                "lea@x.example": "known",
            },
        )
        partner.with_context(usu_unproved=True).email = "lea@x.example"
        point = partner.usu_contact_point_ids.filtered(
            lambda p: p.value == "lea@x.example"
        )
        self.assertEqual((point.main, point.level), (True, "known"))

    def test_portals_own_form_says_so(self):
        user = self.portal_user("lea", email="lea@x.example")
        self.authenticate(user.login, user.login)
        fields = {
            "csrf_token": self.hidden(self.url_open("/my/front-desk").text)[
                "csrf_token"
            ],
            "partner_id": str(user.partner_id.id),
            "address_type": "billing",
            "name": "Lea",
            "email": "lea@x.example",
            "phone": "+91 98765 43210",
            "street": "Main street 1",
            "city": "Delhi",
            "zip": "110001",
            "country_id": str(self.env.ref("base.in").id),
            "state_id": str(self.env.ref("base.state_in_dl").id),
        }
        answer = self.url_open("/my/address/submit", data=fields)
        self.assertNotIn("invalid_fields", answer.text)
        self.env.invalidate_all()
        point = user.partner_id.usu_contact_point_ids.filtered(
            lambda p: p.kind == "phone"
        )
        self.assertEqual((point.value, point.level), ("+919876543210", "maybe"))


@tagged("post_install", "-at_install", "usu_account")
class TestStaff(AccountCase):
    def test_companies_are_apart(self):
        other = self.env["res.company"].create({"name": "Other clinic"})
        form = self.form.copy({"company_id": other.id, "desk_id": False, "code": "o"})
        text = self.news.copy({"company_id": other.id})
        registration = self.Registration.create(
            {"form_id": form.id, "key": "k", "name": "X"}
        )
        consent = self.Consent._give(text, source="form")
        for record in (form, text, registration, consent, form.question_ids):
            self.assertFalse(record.with_user(self.head)._filtered_access("read"))

    def test_employees_do_not_see_addresses(self):
        registration, _answer = self.register()
        consent = registration.consent_ids
        self.assertTrue(consent.sudo().address_digest)
        for record in (registration, consent):
            user = new_test_user(
                self.env,
                f"usu_seer_{record._table}",
                groups="usu_routing.usu_routing_group_user,"
                "usu_intake_account.usu_intake_account_group_address",
            )
            self.assertTrue(record.with_user(user).read(["address"]))
            self.assertNotIn("address", record.with_user(self.anna).read()[0])

    def test_head_and_admin_open_every_screen(self):
        for action in (
            "usu_intake_registration_action",
            "usu_consent_action",
            "usu_intake_form_action",
            "usu_consent_text_action",
        ):
            action = self.env.ref(f"usu_intake_account.{action}")
            model = self.env[action.res_model].with_user(self.head)
            for view in ("list", "form", "search"):
                self.assertTrue(model.get_view(view_type=view)["arch"])
