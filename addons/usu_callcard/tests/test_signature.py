from odoo.tests import BaseCase, tagged

from odoo.addons.usu_callcard.tools.limiter import TokenBucket
from odoo.addons.usu_callcard.tools.signature import TOLERANCE, is_valid, sign

NOW = 1766370000


@tagged("post_install", "-at_install", "usu_callcard")
class TestSignature(BaseCase):
    def test_known_value(self):
        # computed with: printf '%s' '1766370000.{}' | openssl dgst -sha256 -hmac secret
        expected = "05aadd8c16a9595a00c0a54083a1b4c462fb28a46bdd78545a12d8a53aad43a4"
        self.assertEqual(sign("secret", str(NOW), b"{}"), expected)
        self.assertTrue(is_valid("secret", str(NOW), expected, b"{}", NOW))

    def test_refused(self):
        good = sign("secret", str(NOW), b"{}")
        for title, args in {
            "no secret": ("", str(NOW), sign("", str(NOW), b"{}"), b"{}", NOW),
            "secret is False": (False, str(NOW), good, b"{}", NOW),
            "other secret": ("other", str(NOW), good, b"{}", NOW),
            "other body": ("secret", str(NOW), good, b"{ }", NOW),
            "other time": ("secret", str(NOW + 1), good, b"{}", NOW),
            "too old": ("secret", str(NOW), good, b"{}", NOW + TOLERANCE + 1),
            "from the future": ("secret", str(NOW), good, b"{}", NOW - TOLERANCE - 1),
            "no time": ("secret", None, good, b"{}", NOW),
            "time is text": ("secret", "now", good, b"{}", NOW),
            "time in other digits": ("secret", "१७६६३७००००", good, b"{}", NOW),
            "no signature": ("secret", str(NOW), None, b"{}", NOW),
            "signature not ascii": ("secret", str(NOW), "é" * 64, b"{}", NOW),
        }.items():
            with self.subTest(title):
                self.assertFalse(is_valid(*args))

    def test_bucket(self):
        bucket = TokenBucket(rate=2, burst=3)
        self.assertEqual([bucket.take("a", 0) for _i in range(4)], [True] * 3 + [False])
        self.assertTrue(bucket.take("b", 0), "another source has its own bucket")
        self.assertTrue(bucket.take("a", 0.5), "half a second fills one token")
        self.assertFalse(bucket.take("a", 0.5))

    def test_bucket_does_not_grow_without_end(self):
        bucket = TokenBucket(rate=1, burst=1, max_keys=10)
        for key in range(100):
            bucket.take(key, 0)
        self.assertLessEqual(len(bucket._buckets), 10)
