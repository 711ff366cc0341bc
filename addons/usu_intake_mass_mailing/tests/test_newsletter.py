from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install", "usu_account")
class TestNewsletter(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.list, cls.other_list = cls.env["mailing.list"].create(
            [{"name": "News"}, {"name": "Offers"}]
        )
        cls.text = cls.env["usu.consent.text"].create(
            {
                "name": "News",
                "purpose": "newsletter",
                "body": "Send me news.",
                "mailing_list_ids": [(6, 0, cls.list.ids)],
            }
        )
        cls.client = cls.env["res.partner"].create(
            {"name": "Lea", "email": "lea@x.example"}
        )

    def give(self, text=None, confirmed=True, email="lea@x.example"):
        consent = self.env["usu.consent"]._give(
            text or self.text,
            source="form",
            email=email,
            name="Lea",
            partner=self.client,
        )
        if confirmed:
            consent._confirm()
        return consent

    def subscribed(self, mailing_list=None, email="lea@x.example"):
        found = self.env["mailing.subscription"].search(
            [
                ("list_id", "=", (mailing_list or self.list).id),
                ("contact_id.email_normalized", "=", email),
            ]
        )
        self.assertLessEqual(len(found), 1)
        return bool(found) and not found.opt_out

    def test_only_a_confirmed_consent_subscribes(self):
        consent = self.give(confirmed=False)
        self.assertFalse(self.env["mailing.contact"].search([("name", "=", "Lea")]))
        consent._confirm()
        self.assertTrue(self.subscribed())
        self.give()
        self.assertTrue(self.subscribed(), "twice is once")

    def test_other_consents_subscribe_to_nothing(self):
        self.text.purpose = "other"
        self.give()
        self.assertFalse(self.subscribed())

    def test_withdrawn_consent_unsubscribes(self):
        consent = self.give()
        consent._withdraw("account")
        self.assertFalse(self.subscribed())
        again = self.give()
        self.assertTrue(self.subscribed())
        self.assertEqual(again.state, "given")

    def test_unsubscribing_ends_the_consent(self):
        consent = self.give()
        theirs = self.give(email="max@x.example")
        self.list._update_subscription_from_email("lea@x.example", opt_out=True)
        self.assertEqual(
            (consent.state, consent.withdrawn_by), ("withdrawn", "unsubscribe")
        )
        self.assertEqual(theirs.state, "given")

    def test_leaving_one_of_two_lists_keeps_the_consent(self):
        self.text.mailing_list_ids = self.list + self.other_list
        consent = self.give()
        self.list._update_subscription_from_email("lea@x.example", opt_out=True)
        self.assertEqual(consent.state, "given")
        self.other_list._update_subscription_from_email("lea@x.example", opt_out=True)
        self.assertEqual(consent.state, "withdrawn")

    def test_list_of_two_texts_stays_while_one_holds(self):
        other = self.text.copy({"name": "Other news"})
        first, second = self.give(), self.give(other)
        first._withdraw("account")
        self.assertTrue(self.subscribed())
        second._withdraw("account")
        self.assertFalse(self.subscribed())

    def test_never_again_ends_all_and_a_new_consent_lifts_it(self):
        consent = self.give()
        blacklist = self.env["mail.blacklist"]
        blacklist._add("lea@x.example")
        self.assertEqual(consent.state, "withdrawn")
        self.assertFalse(self.subscribed())
        self.give()
        self.assertFalse(blacklist.search([("email", "=", "lea@x.example")]))
        self.assertTrue(self.subscribed())
        again = self.give()
        blacklist._add("lea@x.example")
        self.assertEqual(again.state, "withdrawn", "an entry that was taken back")

    def test_contact_that_was_there_is_used(self):
        contact = self.env["mailing.contact"].create(
            {
                "name": "L.",
                "email": "Lea@X.example",
                "subscription_ids": [
                    (0, 0, {"list_id": self.list.id, "opt_out": True})
                ],
            }
        )
        self.give()
        self.assertFalse(contact.subscription_ids.opt_out)
        self.assertEqual(contact.name, "L.")
