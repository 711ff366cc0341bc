from odoo.tests import BaseCase, tagged

from ..tools import auth_results, thread_token, trust

ME = "mx.clinic.test"
GOOD = f"{ME}; dmarc=pass header.from=home.test"


@tagged("post_install", "-at_install", "usu_intake")
class TestTrust(BaseCase):
    def test_organisations(self):
        for domain, expected in (
            ("mail.known-clinic.com", "known-clinic.com"),
            ("clinic.co.uk", "clinic.co.uk"),
            ("co.uk", ""),
            ("a.b.known.test", "known.test"),
        ):
            with self.subTest(domain):
                self.assertEqual(trust.organisation(domain), expected)

    def test_alignment(self):
        self.assertTrue(trust.aligned("home.test", "mail.home.test"))
        self.assertFalse(trust.aligned("known-clinic.com", "known.com"))
        self.assertFalse(trust.aligned("a.co.uk", "b.co.uk"))
        self.assertFalse(trust.aligned("known.test", "evil.test"))
        self.assertFalse(trust.aligned("home.test", ""))

    def test_only_the_border_servers_header_counts(self):
        mine = ("received", "from out by mx.clinic.test with ESMTP")
        other = ("received", "from a by relay.evil.test")
        header = ("authentication-results", GOOD)
        for trace, found, forged in (
            ([header, mine, other], True, False),
            ([mine, header, other], True, False),
            ([other, header], False, True),
            ([mine, other, header], False, True),
            ([header, mine, other, header], True, True),
            ([], False, False),
            ([("authentication-results", "mx.evil.test; dmarc=pass")], False, False),
            ([("authentication-results", f"(x) {ME}.evil.test; a=b")], False, False),
        ):
            with self.subTest(trace):
                value, trick = auth_results.find(trace, ME)
                self.assertEqual((value is not None, trick), (found, forged))
        self.assertEqual(auth_results.find([header], ""), (None, False))

    def test_results(self):
        for text, result in (
            ("dmarc=pass header.from=home.test", "pass"),
            (
                "dmarc=fail header.from=home.test; spf=pass smtp.mailfrom=home.test",
                "fail",
            ),
            ("dmarc=pass header.from=evil.test", "none"),
            ("dmarc=none header.from=home.test; dkim=pass header.d=home.test", "pass"),
            ("dkim=pass header.d=mail.home.test", "pass"),
            ("dkim=pass header.d=evil.test", "none"),
            ("dkim=pass header.i=@home.test", "pass"),
            ("spf=pass smtp.mailfrom=x@home.test", "pass"),
            ("spf=fail smtp.mailfrom=x@home.test", "fail"),
            ("spf=softfail smtp.mailfrom=x@home.test", "none"),
            ("spf=pass smtp.mailfrom=x@evil.test", "none"),
            ("dkim=fail header.d=home.test; spf=pass smtp.mailfrom=home.test", "pass"),
            ("none", "none"),
            ("(dmarc=pass header.from=home.test) spf=none", "none"),
            ('dkim=pass (d="home.test") header.d=evil.test', "none"),
            ("===", "none"),
        ):
            with self.subTest(text):
                results = auth_results.read(f"{ME}; {text}")
                proof = trust.from_results(results, "home.test")
                self.assertEqual(proof.result, result)

    def test_verdicts(self):
        good, bad, none = (trust.Proof(r, "x") for r in ("pass", "fail", "none"))
        for proof, problem, token, expected in (
            (good, "", False, "verified"),
            (none, "", True, "verified"),
            (none, "", False, "unverified"),
            (bad, "", False, "forged"),
            (bad, "", True, "unverified"),
            (good, "several_headers", False, "unverified"),
            (good, "several_addresses", True, "unverified"),
        ):
            with self.subTest((proof.result, problem, token)):
                self.assertEqual(
                    trust.verdict(proof, problem=problem, token=token), expected
                )

    def test_thread_token(self):
        mine = thread_token.make("secret", 42, "clinic.test")
        self.assertEqual(thread_token.read("secret", ["<a@b>", mine]), 42)
        self.assertIsNone(thread_token.read("other", [mine]))
        self.assertIsNone(thread_token.read("secret", [mine.replace(".42.", ".43.")]))
        self.assertIsNone(thread_token.read("secret", ["<usu.42.x@y>", ""]))
