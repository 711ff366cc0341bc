import ssl
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.mail.models import fetchmail

from ..models.fetchmail_server_fetch import FetchmailServer
from .common import IntakeCase, letter
from .test_mailbox import ImapTalk, PopTalk

START = "2026-03-02 09:00:00"


def imap_of(*letters, size=None):
    """Answers of an INBOX with these letters, UIDs from 1."""
    uids = range(1, len(letters) + 1)
    answers = {
        ("SEARCH", None, "UID 1:*"): ("OK", [" ".join(map(str, uids)).encode()]),
        ("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE)"): (
            "OK",
            [b"%d (UID %d RFC822.SIZE %d)" % (u, u, size or len(r))
             for u, r in zip(uids, letters, strict=True)],
        ),
    }  # fmt: skip
    for uid, raw in zip(uids, letters, strict=True):
        for what, part in (("", raw), ("<0.131072>", raw[:100])):
            answers[("FETCH", str(uid), f"(UID BODY.PEEK[]{what})")] = (
                "OK",
                [(b"%d (UID %d BODY[] {%d}" % (uid, uid, len(part)), part), b")"],
            )
    return ImapTalk(answers)


@tagged("post_install", "-at_install", "usu_intake")
class TestFetch(IntakeCase):
    def collect(self, talk, server=None):
        """Run the collecting part on a recorded conversation."""
        server = server or self.mailbox
        with patch.object(FetchmailServer, "_usu_commit", lambda self: None):
            count = server._usu_collect(talk)
        self.env.flush_all()
        return count

    def items(self):
        return self.env["usu.intake.item"].search([("server_id", "=", self.mailbox.id)])

    def test_new_letters_are_stored_and_the_place_remembered(self):
        self.assertEqual(self.collect(imap_of(letter(), letter(message_id="<b@x>"))), 2)
        folder = self.mailbox.usu_folder_ids
        self.assertEqual(folder.last_uid, 2)
        self.assertEqual(
            sorted(self.items().sighting_ids.mapped("place")),
            ["INBOX/1795314258/1", "INBOX/1795314258/2"],
        )

    def test_renumbered_folder_is_read_again_without_doubles(self):
        self.collect(imap_of(letter()))
        folder = self.mailbox.usu_folder_ids
        folder.uidvalidity = 1
        self.assertEqual(self.collect(imap_of(letter())), 0)
        self.assertEqual(len(self.items()), 1)
        self.assertEqual(folder.uidvalidity, 1795314258)

    def test_letter_too_large_comes_as_its_beginning(self):
        self.collect(imap_of(letter(body="x" * 500), size=26 * 1024 * 1024))
        item = self.items()
        self.assertTrue(item.truncated)
        self.assertEqual(len(item._get_raw()), 100)

    def test_letter_the_server_does_not_hand_out_holds_up_nobody(self):
        talk = imap_of(letter(), letter(message_id="<b@x>"))
        talk.answers[("FETCH", "1", "(UID BODY.PEEK[])")] = ("OK", [None])
        talk.answers[("SEARCH", None, "UID 1")] = ("OK", [b"1"])
        self.assertEqual(self.collect(talk), 1)
        states = sorted(self.items().mapped("state"))
        self.assertEqual(states, ["error", "new"])

    def test_letter_removed_in_mid_fetch_is_no_trouble(self):
        talk = imap_of(letter(), letter(message_id="<b@x>"))
        talk.answers[("FETCH", "1", "(UID BODY.PEEK[])")] = ("OK", [None])
        talk.answers[("SEARCH", None, "UID 1")] = ("OK", [b""])
        self.assertEqual(self.collect(talk), 1)
        self.assertEqual(self.items().mapped("state"), ["new"])

    def test_letters_in_two_mailboxes_are_one_item_seen_twice(self):
        self.collect(imap_of(letter()))
        second = self.mailbox.copy({"name": "Second"})
        second._usu_default_folder()
        copy = b"Delivered-To: info@clinic.test\r\n" + letter()
        self.assertEqual(self.collect(imap_of(copy), second), 0)
        self.assertEqual(len(self.items().sighting_ids), 2)

    def test_pop_deletes_only_what_has_been_stored_long_enough(self):
        box = self.mailbox.copy({"name": "Pop", "server_type": "pop"})
        box.usu_delete_days = 3
        talk = PopTalk({"u1": letter(), "u2": letter(message_id="<b@x>")})
        talk.quit = lambda: None
        self.assertEqual(self.collect(talk, box), 2)
        self.assertFalse(talk.deleted)
        first = self.env["usu.intake.sighting"].search([("place", "=", "uidl/u1")])
        self.env.cr.execute(
            "UPDATE usu_intake_sighting SET create_date = create_date - interval '4 d'"
            " WHERE id = %s",
            [first.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.collect(talk, box), 0)
        self.assertEqual(talk.deleted, [1])

    def test_certificates_are_checked(self):
        contexts = []

        class Refused(Exception):
            pass

        def note(*_args, ssl_context=None, context=None, **_kwargs):
            contexts.append(ssl_context or context)
            raise Refused

        self.mailbox.is_ssl = True
        with patch.object(fetchmail, "OdooIMAP4_SSL", note), self.assertRaises(Refused):
            self.mailbox._connect__()
        self.mailbox.server_type = "pop"
        with patch.object(fetchmail, "OdooPOP3_SSL", note), self.assertRaises(Refused):
            self.mailbox._connect__()
        for context in contexts:
            self.assertEqual(context.verify_mode, ssl.CERT_REQUIRED)
            self.assertTrue(context.check_hostname)
        self.assertEqual(len(contexts), 2)

    def test_failure_is_shown_backed_off_and_reported_after_a_quarter_of_an_hour(self):
        self.mailbox.usu_responsible_id = self.head
        trouble = OSError("no route to host")
        with freeze_time(START) as clock:
            for minutes, failures in ((0, 1), (6, 2)):
                clock.tick(timedelta(minutes=minutes))
                self.mailbox._usu_note_health(trouble)
                self.assertEqual(self.mailbox.usu_failures, failures)
            self.assertFalse(self.mailbox.usu_alarmed)
            clock.tick(timedelta(minutes=10))
            self.mailbox._usu_note_health(trouble)
            self.assertTrue(self.mailbox.usu_alarmed)
            self.assertGreater(self.mailbox.usu_next_try.isoformat(" "), START)
            self.env.flush_all()
            health = self.env["usu.intake.mailbox"].with_user(self.head)
            health = health.browse(self.mailbox.id)
            self.assertEqual(health.state, "failing")
            self.assertIn("no route", health.error_message)
            self.mailbox._usu_note_health(None)
        self.env.flush_all()
        health.invalidate_recordset()
        self.assertEqual((health.state, health.failures), ("ok", 0))

    def test_pop_up_for_the_responsible(self):
        self.mailbox.usu_responsible_id = self.head
        sent = []
        with patch.object(
            type(self.env["res.users"]),
            "_bus_send",
            lambda user, kind, message: sent.append((user, kind, message)),
        ):
            self.mailbox.write({"usu_failing_since": "2026-03-02 09:00:00"})
            self.mailbox._usu_note_health(OSError("gone"))
            self.mailbox._usu_note_health(OSError("gone"))
        [(user, kind, message)] = sent
        self.assertEqual((user, kind), (self.head, "simple_notification"))
        self.assertIn(self.mailbox.name, message["message"])
        self.assertTrue(message["sticky"])

    def test_other_mailboxes_stay_odoos(self):
        self.mailbox.usu_intake = False
        with patch.object(fetchmail.FetchmailServer, "_fetch_mail") as theirs:
            self.mailbox._fetch_mail()
        theirs.assert_called_once()
