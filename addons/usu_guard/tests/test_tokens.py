import base64
import json

from odoo.tests import BaseCase, tagged

from odoo.addons.usu_guard.tools import proof, tokens

from .common import solve

NOW = 1_000_000.0
KEY = b"k" * 32
FUTURE = 4_000_000_000
DATA = {"act": "chat", "bind": "", "net": "ab"}


@tagged("post_install", "-at_install", "usu_guard")
class TestTokens(BaseCase):
    def seal(self, **kw):
        values = {"action": "link", "payload": {"id": 7}, "expires": NOW + 60} | kw
        return tokens.seal(KEY, nonce="n1", **values)

    def test_token_carries_its_payload(self):
        found = tokens.unseal(KEY, "link", self.seal(), NOW)
        self.assertEqual(
            (found.error, found.payload, found.nonce), ("", {"id": 7}, "n1")
        )

    def test_token_is_refused(self):
        token = self.seal()
        body, _dot, mac = token.partition(".")
        other_body = self.seal(payload={"id": 8}).partition(".")[0]
        cases = {
            "other key": (b"x" * 32, "link", token),
            "other action": (KEY, "ban", token),
            "other body": (KEY, "link", f"{other_body}.{mac}"),
            "no mac": (KEY, "link", body),
            "cut mac": (KEY, "link", token[:-1]),
            "text": (KEY, "link", "ж" * 20),
            "empty": (KEY, "link", ""),
            "none": (KEY, "link", None),
            "list": (KEY, "link", [token]),
            "2 MB": (KEY, "link", "a" * 2_000_000),
        }
        for name, (key, action, value) in cases.items():
            with self.subTest(name):
                self.assertEqual(
                    tokens.unseal(key, action, value, NOW).error, "invalid"
                )

    def test_token_ends(self):
        token = self.seal()
        self.assertEqual(tokens.unseal(KEY, "link", token, NOW + 60).error, "")
        self.assertEqual(tokens.unseal(KEY, "link", token, NOW + 61).error, "expired")

    def test_digest_keeps_parts_apart(self):
        self.assertNotEqual(
            tokens.digest(KEY, "ab", "c"), tokens.digest(KEY, "a", "bc")
        )
        self.assertEqual(tokens.digest(KEY, "ab"), tokens.digest(KEY, "ab"))
        self.assertNotEqual(tokens.digest(KEY, "ab"), tokens.digest(b"other", "ab"))


@tagged("post_install", "-at_install", "usu_guard")
class TestProof(BaseCase):
    def check(self, payload, data=DATA, key=KEY):
        return proof.check(key, payload, data, NOW)

    def change(self, payload, **changes):
        """The payload with some of its signed parameters changed."""
        content = json.loads(base64.b64decode(payload))
        content["challenge"]["parameters"].update(changes)
        return base64.b64encode(json.dumps(content).encode()).decode()

    def test_solved_challenge_is_accepted(self):
        found = self.check(solve(proof.make(KEY, DATA, FUTURE, 2)))
        self.assertEqual((found.kind, found.error, found.until), ("proof", "", FUTURE))

    def test_challenge_does_not_tell_the_counter(self):
        challenge = proof.make(KEY, DATA, FUTURE, 2)
        self.assertNotIn("counter", json.dumps(challenge))
        nonces = {proof.make(KEY, DATA, FUTURE, 1)["parameters"]["nonce"] for _ in "ab"}
        self.assertEqual(len(nonces), 2)

    def test_proof_is_refused(self):
        good = solve(proof.make(KEY, DATA, FUTURE, 1))
        unsolved = proof.make(KEY, DATA, FUTURE, 1)
        idle = {"challenge": unsolved, "solution": {"counter": 0, "derivedKey": ""}}
        prefix = unsolved["parameters"]["keyPrefix"]
        guess = {
            "challenge": unsolved,
            "solution": {"counter": 0, "derivedKey": prefix + "00" * 16},
        }
        unsigned = json.loads(base64.b64decode(good))
        del unsigned["challenge"]["signature"]
        lacking = json.loads(base64.b64decode(good))
        del lacking["challenge"]["parameters"]["keyLength"]
        cases = {
            "lacking": (self.encode(lacking), DATA, KEY),
            "other key": (good, DATA, b"x" * 32),
            "other binding": (good, {**DATA, "bind": "z"}, KEY),
            "other action": (good, {**DATA, "act": "ban"}, KEY),
            "other network": (good, {**DATA, "net": "cd"}, KEY),
            "no work": (self.encode(idle), DATA, KEY),
            "guessed key": (self.encode(guess), DATA, KEY),
            "unsigned": (self.encode(unsigned), DATA, KEY),
            "later end": (self.change(good, expiresAt=FUTURE + 1), DATA, KEY),
            "cheaper": (self.change(good, cost=1, keyPrefix=""), DATA, KEY),
            "empty": ("", DATA, KEY),
            "none": (None, DATA, KEY),
            "number": (7, DATA, KEY),
            "text": ("ж", DATA, KEY),
            "list": (self.encode([1]), DATA, KEY),
            "nested": ("W1tb" * 900, DATA, KEY),
            "2 MB": ("A" * 2_000_000, DATA, KEY),
        }
        for name, (payload, data, key) in cases.items():
            with self.subTest(name):
                self.assertEqual(self.check(payload, data, key).error, "proof_invalid")

    def test_proof_ends(self):
        late = solve(proof.make(KEY, DATA, 1, 1))
        self.assertEqual(self.check(late).error, "proof_expired")

    def encode(self, content):
        return base64.b64encode(json.dumps(content).encode()).decode()
