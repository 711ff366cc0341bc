from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import AccountCase


@tagged("post_install", "-at_install", "usu_account")
class TestConsent(AccountCase):
    def test_changed_words_are_a_new_version_and_the_old_ones_stay(self):
        consent = self.Consent._give(self.news, source="form")
        self.assertEqual((self.news.version, consent.version), (1, 1))
        self.news.body = "Send me news every day."
        self.assertEqual(self.news.version, 2)
        self.news.name = "Another title"
        self.assertEqual(self.news.version, 2)
        self.assertEqual(consent.words, "Send me news.")
        later = self.Consent._give(self.news, source="form")
        self.assertEqual(later.words, "Send me news every day.")

    def test_translation_keeps_the_words_of_each_language(self):
        self.env["res.lang"]._activate_lang("hi_IN")
        self.news.with_context(lang="hi_IN").body = "मुझे समाचार भेजें।"
        text = self.news.with_context(lang="hi_IN")
        consent = text.env["usu.consent"]._give(text, source="form")
        self.assertEqual(consent.lang, "hi_IN")
        self.assertEqual(consent.with_context(lang="en_US").words, "मुझे समाचार भेजें।")
        self.assertNotEqual(self.news._seal(), text._seal())

    def test_words_changed_behind_the_form_are_noticed(self):
        self.env["res.lang"]._activate_lang("hi_IN")
        self.news._update_field_translations("body", {"hi_IN": "समाचार"})
        consent = self.Consent._give(self.news, source="form")
        self.assertEqual(consent.version_id.bodies["hi_IN"], "समाचार")

    def test_newsletter_is_voluntary(self):
        with self.assertRaises(ValidationError):
            self.news.required = True

    def test_nobody_is_subscribed_by_mere_contact(self):
        registration, _answer = self.register()
        self.press(self.link("nina@x.example"))
        self.env.invalidate_all()
        self.assertEqual(registration.consent_ids.mapped("purpose"), ["data"])

    def test_employee_withdraws_what_the_client_says(self):
        consent = self.Consent._give(self.news, source="form", partner=self.client)
        consent._confirm()
        consent.with_user(self.anna).action_withdraw()
        self.assertEqual((consent.state, consent.withdrawn_by), ("withdrawn", "staff"))
        when = consent.withdrawn_at
        consent._withdraw("account")
        self.assertEqual(consent.withdrawn_by, "staff", "the first end counts")
        self.assertEqual(consent.withdrawn_at, when)

    def test_retention_forgets_the_unconfirmed_and_the_addresses(self):
        old, _answer = self.register()
        kept, _answer = self.register(email="kept@x.example")
        self.press(self.link("kept@x.example"))
        self.env.invalidate_all()
        long_ago = fields.Datetime.now() - timedelta(days=91)
        for record in (old, kept):
            record.flush_recordset()
            self.env.cr.execute(
                SQL(
                    "UPDATE usu_intake_registration SET create_date = %s WHERE id = %s",
                    long_ago,
                    record.id,
                )
            )
        kept.consent_ids.given_at = long_ago
        self.env.invalidate_all()
        self.Registration._cron_forget()
        self.assertFalse(old.exists())
        self.assertTrue(kept.exists())
        self.assertFalse(kept.address)
        self.assertFalse(kept.consent_ids.address)
        self.assertTrue(kept.consent_ids.address_digest, "the proof stays")
