"""A clinic with a form, and a visitor with a browser that speaks HTTP alone."""

import re
from html import unescape

from odoo.tests import HttpCase, new_test_user
from odoo.tools import mute_logger

from odoo.addons.usu_guard.tests.common import set_up_guard, solve
from odoo.addons.usu_routing.tests.common import RoutingCommon

INPUT = re.compile(r"<input\b[^>]*>", re.DOTALL)
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
PATIENCE = 60
GUARD = ("register", "register_contact", "register_send", "register_code")


class AccountCase(RoutingCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data_text = cls.env["usu.consent.text"].create(
            {"name": "Data", "purpose": "data", "required": True, "body": "Keep data."}
        )
        cls.news = cls.env["usu.consent.text"].create(
            {"name": "News", "purpose": "newsletter", "body": "Send me news."}
        )
        cls.form = cls.env["usu.intake.form"].create(
            {
                "name": "Test form",
                "code": "test-form",
                "desk_id": cls.desk.id,
                "confirm_by": "email",
                "consent_text_ids": [(6, 0, (cls.data_text + cls.news).ids)],
                "question_ids": [(0, 0, {"name": "Which matter?", "kind": "longtext"})],
            }
        )
        cls.Registration = cls.env["usu.intake.registration"]
        cls.Consent = cls.env["usu.consent"]

    def setUp(self):
        super().setUp()
        set_up_guard(self)
        self.present(self.anna)

    def url_open(self, *args, timeout=PATIENCE, **kwargs):
        """A busy machine answers late; that is no fault of the page."""
        return super().url_open(*args, timeout=timeout, **kwargs)

    # --------------------------------------------------------------- as a visitor

    def hidden(self, page, form_action=""):
        """The hidden inputs of a page, or of one form of it."""
        if form_action:
            page = page[page.index(f'action="{form_action}"') :].split("</form>")[0]
        found = {}
        for tag in INPUT.findall(page):
            attributes = dict(ATTRIBUTE.findall(tag))
            if attributes.get("type") == "hidden" and "name" in attributes:
                found[attributes["name"]] = unescape(attributes.get("value", ""))
        return found

    def fill(self, form=None, **fields):
        """What a visitor's browser would send: the page is opened and filled in."""
        form = form or self.form
        page = self.url_open(f"/registration/{form.code}").text
        return {
            **self.hidden(page, f"/registration/{form.code}"),
            "name": "Nina Test",
            "email": "nina@x.example",
            "phone": "+91 98111 22233",
            "usu_homepage": "",
            f"c_{self.data_text.id}": "yes",
            "usu_guard_proof": self.proof(),
            **fields,
        }

    def proof(self):
        challenge = self.make_jsonrpc_request(
            "/usu_guard/challenge", {"action": "register"}, timeout=PATIENCE
        )
        return solve(challenge)

    def send(self, fields, form=None, redirect=True):
        form = form or self.form
        with mute_logger("odoo.http"):
            return self.url_open(
                f"/registration/{form.code}", data=fields, allow_redirects=redirect
            )

    def register(self, form=None, **fields):
        """A whole visit up to the proof: the registration it made, and the answer."""
        before = self.Registration.search([], limit=1).id or 0
        answer = self.send(self.fill(form, **fields), form)
        return self.Registration.search([("id", ">", before)]), answer

    def letter(self, email):
        """The last letter to this address, as text."""
        mail = self.env["mail.mail"].search([("email_to", "=", email)], limit=1)
        return mail.body_html or ""

    def link(self, email):
        found = re.search(r"/registration/confirm/[\w.=-]+", self.letter(email))
        return found and found[0]

    def code(self, number):
        sms = self.env["sms.sms"].search([("number", "=", number)], limit=1)
        return (re.search(r"\d{6}", sms.body or "") or [""])[0]

    def press(self, url, action=None, **fields):
        """Open a page and press the button of its (or of this) form."""
        page = self.url_open(url).text
        action = action or url
        with mute_logger("odoo.http"):
            return self.url_open(action, data={**self.hidden(page, action), **fields})

    def portal_user(self, name, **vals):
        user = new_test_user(
            self.env, f"usu_portal_{name}", groups="base.group_portal", name=name
        )
        user.partner_id.write(vals)
        return user

    def free(self, *actions):
        """Without limits, for tests of something else."""
        rules = self.env["usu.guard.rule"].search([("action", "in", actions or GUARD)])
        none = ("address_soft", "address_hard", "address_day", "subject_hard")
        rules.write(dict.fromkeys(none, 0))
