from ast import literal_eval

from odoo.tests import tagged
from odoo.tools import file_open

from ..tools import thread_token
from ..tools.letter_filters import automatic_reason
from .common import KNOWN, STAFF, IntakeCase, letter, vouched

FOREIGN = [("Received", "from x by relay.evil.test")]


def fixture(name):
    with file_open(f"usu_intake/tests/fixtures/{name}.eml", "rb") as file:
        return file.read()


@tagged("post_install", "-at_install", "usu_intake")
class TestProcess(IntakeCase):
    def test_verified_client_gets_a_request_with_the_letter(self):
        raw = letter(headers=[vouched()], files=[("results.pdf", b"%PDF")])
        item = self.receive(raw)
        self.assertEqual((item.state, item.verdict), ("done", "verified"))
        request = item.ticket_id
        self.assertEqual(request.partner_id, self.client_anna)
        self.assertEqual(request.team_id, self.desk)
        self.assertEqual(request.usu_channel, "email")
        self.assertIn("free hour", request.description)
        message = request.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(message.author_id, self.client_anna)
        self.assertIn("free hour", message.body)
        self.assertEqual(message.attachment_ids.mapped("name"), ["results.pdf"])
        self.assertEqual(message.attachment_ids.raw, b"%PDF")
        self.assertEqual(message.message_id, "<one@home.test>")

    def test_unproved_client_gets_a_request_but_no_authorship(self):
        item = self.receive(letter())
        self.assertEqual((item.state, item.verdict), ("done", "unverified"))
        message = item.ticket_id.message_ids.filtered(
            lambda m: m.message_type == "email"
        )
        self.assertFalse(message.author_id)
        self.assertEqual(message.create_uid, self.env.ref("base.user_root"))
        self.assertIn("not verified", message.body)
        self.assertIn(KNOWN, message.email_from)

    def test_mailbox_may_hold_back_unproved_clients(self):
        self.mailbox.usu_unverified = "triage"
        item = self.receive(letter())
        self.assertEqual((item.state, item.heap), ("triage", "unverified"))

    def test_stranger_waits_and_leaves_nothing_else_behind(self):
        before = self.counts()
        item = self.receive(
            letter("Stranger <s@stranger.test>", files=[("a.pdf", b"x")], body="Hello")
        )
        self.assertEqual((item.state, item.heap), ("triage", "unknown"))
        self.assertEqual(self.counts(), before)
        self.assertEqual((item.sender, item.preview), ("s@stranger.test", "Hello"))
        self.assertEqual(item.file_names, "a.pdf")

    def test_forged_client_waits(self):
        before = self.counts()
        item = self.receive(letter(headers=[vouched(result="fail")]))
        self.assertEqual((item.state, item.heap), ("triage", "forged"))
        self.assertEqual(item.verdict, "forged")
        self.assertIn("denies", item.reasons)
        self.assertEqual(self.counts(), before)

    def test_second_letter_joins_the_open_request(self):
        first = self.receive(letter(headers=[vouched()]))
        second = self.receive(letter(headers=[vouched()], message_id="<two@home.test>"))
        self.assertEqual(first.ticket_id, second.ticket_id)
        letters = second.ticket_id.message_ids.filtered(
            lambda m: m.message_type == "email"
        )
        self.assertEqual(len(letters), 2)

    def test_answer_to_our_letter_from_a_new_address_joins_the_request(self):
        request = self.receive(letter(headers=[vouched()])).ticket_id
        ours = request._usu_message_id()
        item = self.receive(
            letter(
                "Anna at work <a.petrova@work.test>",
                headers=[("In-Reply-To", ours)],
                message_id="<w@work.test>",
            )
        )
        self.assertEqual((item.state, item.ticket_id), ("done", request))
        message = request.message_ids.filtered(
            lambda m: m.message_id == "<w@work.test>"
        )
        self.assertFalse(message.author_id)

    def test_our_letters_carry_the_token(self):
        request = self.receive(letter(headers=[vouched()])).ticket_id
        message = request.message_post(body="Yes", subtype_xmlid="mail.mt_comment")
        secret = request._usu_intake_secret()
        self.assertEqual(thread_token.read(secret, [message.message_id]), request.id)
        self.assertEqual(message.reply_to, "desk@clinic.test")

    def test_number_in_the_subject_counts_for_the_verified_client_only(self):
        request = self.receive(letter(headers=[vouched()])).ticket_id
        request.stage_id = self._closed_stage()
        subject = f"Re: [{request.number}] thanks"
        stranger = self.receive(
            letter("x@stranger.test", subject=subject, message_id="<s@s.test>")
        )
        self.assertEqual((stranger.state, stranger.thread_id), ("triage", request))
        own = self.receive(
            letter(headers=[vouched()], subject=subject, message_id="<o@home.test>")
        )
        self.assertEqual((own.state, own.ticket_id), ("done", request))

    def _closed_stage(self):
        return self.env["helpdesk.ticket.stage"].create(
            {"name": "Closed", "closed": True, "sequence": 90}
        )

    def test_answer_reopens_but_an_automatic_reply_does_not(self):
        request = self.receive(letter(headers=[vouched()])).ticket_id
        request.stage_id = self._closed_stage()
        reply = [vouched(), ("In-Reply-To", request._usu_message_id())]
        away = self.receive(
            letter(
                headers=[*reply, ("Auto-Submitted", "auto-replied")],
                message_id="<away@home.test>",
            )
        )
        self.assertEqual((away.state, away.ticket_id), ("done", request))
        self.assertTrue(request.stage_id.closed)
        self.receive(letter(headers=reply, message_id="<real@home.test>"))
        self.assertFalse(request.stage_id.closed)

    def test_employee_who_answers_by_mail_answers_the_request(self):
        request = self.receive(letter(headers=[vouched()])).ticket_id
        token = [("In-Reply-To", request._usu_message_id())]
        item = self.receive(
            letter(
                f"Head <{STAFF}>",
                headers=[vouched("clinic.test"), *token],
                message_id="<staff@clinic.test>",
            )
        )
        self.assertEqual(item.ticket_id, request)
        message = request.message_ids.filtered(
            lambda m: m.message_id == "<staff@clinic.test>"
        )
        self.assertEqual(message.author_id, self.head.partner_id)
        self.assertEqual(message.create_uid, self.env.ref("base.user_root"))
        self.assertFalse(request.usu_waiting_since)

    def test_acknowledged_once_a_day_with_the_number(self):
        self.receive(letter(headers=[vouched()]))
        mails = self.env["mail.mail"].search([("email_to", "=", KNOWN)])
        self.assertEqual(len(mails), 1)
        request = self.env["helpdesk.ticket"].search(
            [("partner_id", "=", self.client_anna.id)]
        )
        self.assertIn(request.number, mails.body_html)
        self.assertIn("auto-replied", mails.headers)
        self.assertIn("X-Auto-Response-Suppress", mails.headers)
        request.stage_id = self._closed_stage()
        self.receive(letter(headers=[vouched()], message_id="<two@home.test>"))
        mails = self.env["mail.mail"].search([("email_to", "=", KNOWN)])
        self.assertEqual(len(mails), 1)

    def test_own_acknowledgement_that_comes_back_is_rejected(self):
        self.receive(letter(headers=[vouched()]))
        mail = self.env["mail.mail"].search([("email_to", "=", KNOWN)])
        back = self.receive(letter("desk@clinic.test", message_id=mail.message_id))
        self.assertEqual(back.state, "rejected")
        mark = thread_token.loop_mark(self.env["helpdesk.ticket"]._usu_intake_secret())
        loop = self.receive(
            letter(headers=[vouched(), ("X-Usu-Loop", mark)], message_id="<l@x.test>")
        )
        self.assertEqual(loop.state, "rejected")

    def test_bounce_and_antique_date(self):
        bounce = self.receive(fixture("bounce"))
        self.assertEqual((bounce.state, bounce.heap), ("triage", "automatic"))
        old = self.receive(fixture("year_102"))
        self.assertEqual((old.state, old.heap), ("triage", "unknown"))
        self.assertEqual(old.date, old.received_at)
        self.assertEqual(old.preview, "Buyé now")

    def test_blocked_address_and_domain(self):
        self.env["usu.intake.sender"].create(
            [
                {"kind": "domain", "value": "Spam.test", "rule": "block"},
                {"kind": "address", "value": "Bad@Other.test", "rule": "block"},
            ]
        )
        for sender in ("x@spam.test", "bad@other.test"):
            item = self.receive(letter(sender, message_id=f"<{sender}>"))
            self.assertEqual(item.state, "rejected")
        good = self.receive(letter("good@other.test", message_id="<g@o.test>"))
        self.assertEqual(good.state, "triage")

    def test_remembered_domain_is_a_known_client(self):
        firm = self.env["res.partner"].create({"name": "Firm"})
        self.env["usu.intake.sender"].create(
            {"kind": "domain", "value": "firm.test", "rule": "client"}
            | {"partner_id": firm.id}
        )
        item = self.receive(letter("Any One <one@firm.test>"))
        self.assertEqual((item.state, item.partner_id), ("done", firm))

    def test_address_of_two_clients_makes_a_request_of_neither(self):
        self.env["res.partner"].create({"name": "Her child", "email": KNOWN})
        item = self.receive(letter("Somebody <anna@home.test>", headers=[vouched()]))
        self.assertEqual(item.state, "done")
        self.assertFalse(item.ticket_id.partner_id)

    def test_flood_of_one_address_waits(self):
        self.env["ir.config_parameter"].set_param("usu_intake.letters_per_hour", "2")
        states = [
            self.receive(
                letter(headers=[vouched()], message_id=f"<{i}@home.test>")
            ).state
            for i in range(3)
        ]
        self.assertEqual(states, ["done", "done", "triage"])

    def test_quotation_is_collapsed_and_kept(self):
        body = "Yes.\n\nOn Mon, 2 Mar 2026, Desk <d@clinic.test> wrote:\n> Friday?"
        item = self.receive(letter(headers=[vouched()], body=body))
        message = item.ticket_id.message_ids.filtered(
            lambda m: m.message_type == "email"
        )
        self.assertIn('data-o-mail-quote="1"', message.body)
        self.assertIn("Friday?", message.body)
        self.assertNotIn("Friday?", item.ticket_id.description)

    def test_text_of_a_letter_is_never_markup(self):
        item = self.receive(
            letter(headers=[vouched()], body="<script>alert(1)</script>")
        )
        self.assertNotIn("<script", item.ticket_id.description)
        self.assertIn("&lt;script", str(item.ticket_id.description))

    def test_two_robots_do_not_play_ping_pong(self):
        """What we send as an acknowledgement is automatic to whoever receives it."""
        self.receive(letter(headers=[vouched()]))
        mail = self.env["mail.mail"].search([("email_to", "=", KNOWN)])
        headers = {k.lower(): v for k, v in literal_eval(mail.headers).items()}
        self.assertTrue(automatic_reason("desk@clinic.test", headers, ""))
        item = self.receive(
            letter(
                headers=[vouched(), *literal_eval(mail.headers).items()][:-1],
                message_id="<robot@home.test>",
            )
        )
        self.assertEqual((item.state, item.heap), ("triage", "automatic"))
