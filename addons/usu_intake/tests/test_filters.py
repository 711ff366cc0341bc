from odoo.tests import BaseCase, tagged

from ..tools.letter_filters import Facts, automatic_reason, decide

V, U, F = "verified", "unverified", "forged"


@tagged("post_install", "-at_install", "usu_intake")
class TestFilters(BaseCase):
    def test_decisions(self):
        for facts, action, heap in (
            (Facts(known=True, verdict=V), "request", ""),
            (Facts(known=True, verdict=U), "request", ""),
            (Facts(known=True, verdict=U, unverified="triage"), "triage", "unverified"),
            (Facts(known=True, verdict=F), "triage", "forged"),
            (Facts(verdict=F), "triage", "unknown"),
            (Facts(verdict=U), "triage", "unknown"),
            (Facts(verdict=V), "triage", "unknown"),
            (Facts(known=True, problem="several_headers"), "triage", "forged"),
            (Facts(problem="none"), "triage", "unknown"),
            (Facts(staff=True, known=True, verdict=U), "triage", "forged"),
            (Facts(staff=True, verdict=V), "triage", "unknown"),
            (
                Facts(staff=True, verdict=V, thread_id=1, thread_sure=True),
                "answer",
                "",
            ),
            (Facts(blocked=True, known=True, verdict=V), "reject", ""),
            (Facts(own_loop=True), "reject", ""),
            (Facts(known=True, verdict=V, too_many=True), "triage", "unknown"),
            (Facts(verdict=U, thread_id=1, thread_sure=True), "answer", ""),
            (Facts(verdict=F, thread_id=1, thread_sure=True), "triage", "unknown"),
            (Facts(verdict=V, known=True, thread_id=1, thread_mine=True), "answer", ""),
            (Facts(verdict=V, thread_id=1), "triage", "unknown"),
            (Facts(verdict=U, known=True, forged_header=True), "triage", "forged"),
            (Facts(kept={"x-spam-flag": "YES"}), "triage", "spam"),
            (Facts(kept={"x-spam-flag": "YES"}, known=True, verdict=V), "request", ""),
            (Facts(kept={"auto-submitted": "auto-replied"}), "triage", "automatic"),
            (
                Facts(
                    kept={"auto-submitted": "auto-replied"},
                    known=True,
                    thread_id=1,
                    thread_sure=True,
                ),
                "note",
                "",
            ),
        ):
            with self.subTest(facts):
                decision = decide(facts)
                self.assertEqual((decision.action, decision.heap), (action, heap))
                self.assertTrue(decision.reason)

    def test_automatic_letters(self):
        for sender, kept, report, expected in (
            ("a@b.test", {}, "", ""),
            ("a@b.test", {"auto-submitted": "no"}, "", ""),
            (
                "a@b.test",
                {"auto-submitted": "auto-replied (vacation)"},
                "",
                "auto_submitted",
            ),
            (
                "a@b.test",
                {"auto-submitted": "auto-generated; x=y"},
                "",
                "auto_submitted",
            ),
            ("a@b.test", {"precedence": "Bulk"}, "", "bulk"),
            ("a@b.test", {"precedence": "list"}, "", "bulk"),
            ("a@b.test", {"precedence": "first-class"}, "", ""),
            ("a@b.test", {"x-autoreply": "yes"}, "", "auto_reply"),
            ("a@b.test", {"x-autorespond": ""}, "", "auto_reply"),
            ("a@b.test", {"list-id": "<x>"}, "", "list"),
            ("a@b.test", {"list-unsubscribe": "<x>"}, "", "list"),
            ("a@b.test", {"return-path": "<>"}, "", "null_return_path"),
            ("a@b.test", {"return-path": "<a@b.test>"}, "", ""),
            ("a@b.test", {"x-failed-recipients": "c@d"}, "", "report"),
            ("a@b.test", {"x-auto-response-suppress": "All"}, "", "auto_suppress"),
            (
                "a@b.test",
                {"x-auto-response-suppress": "DR, AutoReply"},
                "",
                "auto_suppress",
            ),
            ("a@b.test", {"x-auto-response-suppress": "DR, RN"}, "", ""),
            ("MAILER-DAEMON@b.test".lower(), {}, "", "auto_sender"),
            ("noreply@b.test", {}, "", "auto_sender"),
            ("no-reply-123@b.test", {}, "", "auto_sender"),
            ("a@b.test", {}, "delivery-status", "report"),
            ("a@b.test", {}, "disposition-notification", "report"),
        ):
            with self.subTest((sender, kept, report)):
                self.assertEqual(automatic_reason(sender, kept, report), expected)
