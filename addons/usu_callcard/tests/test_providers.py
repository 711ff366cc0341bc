"""One contract for every provider: the same calls give the same records."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from urllib.parse import urlencode

from odoo.tests import HttpCase, tagged

from odoo.addons.usu_callcard.controllers import usu_callcard as controller
from odoo.addons.usu_callcard.tools.limiter import TokenBucket
from odoo.addons.usu_callcard.tools.providers import (
    ZADARMA_SIGNED,
    Hook,
    twilio_signed,
)

from .common import NUMBER, CallCommon

CLIENT, OWN = "79161234567", "74951234567"
KEY = "key-of-the-provider"


def zammad(call, kind, direction="in", extension="", cause=""):
    names = {"ring": "newCall", "answer": "answer", "hangup": "hangup"}
    there, here = (CLIENT, OWN) if direction == "in" else (OWN, CLIENT)
    payload = {"event": names[kind], "from": there, "to": here, "callId": call}
    payload["direction"] = direction
    if kind == "ring":
        payload["user[]"] = ["101", "102"] if direction == "in" else ["101"]
    if kind == "answer":
        payload["answeringNumber"] = extension
    if kind == "hangup":
        payload["cause"] = cause or "normalClearing"
    return [payload]


def zadarma(call, kind, direction="in", extension="", cause=""):
    common = {"call_start": "2026-11-20 10:00:00", "pbx_call_id": call}
    if direction == "out":
        event = {"ring": "NOTIFY_OUT_START", "hangup": "NOTIFY_OUT_END"}.get(kind)
        payload = {"event": event, "internal": "101", "destination": CLIENT}
        payload["caller_id"] = OWN
        if kind == "hangup":
            payload["disposition"] = cause or "answered"
        return [payload | common] if event else []
    common |= {"caller_id": CLIENT, "called_did": OWN}
    if kind == "ring":
        started = {"event": "NOTIFY_START", **common}
        rings = {"event": "NOTIFY_INTERNAL", **common}
        return [started] + [rings | {"internal": text} for text in ("101", "102")]
    if kind == "answer":
        answer = {"event": "NOTIFY_ANSWER", "internal": extension, **common}
        answer.pop("called_did")
        return [answer | {"destination": extension}]
    ended = {"event": "NOTIFY_END", "disposition": cause or "answered", **common}
    return [ended | {"internal": extension}]


def twilio(call, kind, direction="in", extension="", cause=""):
    """The client's leg, and one for each telephone dialled from it."""
    own, client = f"+{OWN}", f"+{CLIENT}"
    first = {"CallSid": call, "From": client, "To": own, "Direction": "inbound"}
    legs = {"101": "client:101", "102": "sip:102@clinic.example"}
    if direction == "out":
        first |= {"From": "client:101", "To": ""}
        legs = {"101": client}
    states = {"ring": "ringing", "answer": "in-progress", "hangup": "completed"}
    if kind == "answer":
        legs = {extension: legs[extension]}

    def leg(to, state):
        there = client if direction == "in" else own
        found = {"CallSid": f"{call}.{to}", "ParentCallSid": call, "From": there}
        return found | {"To": to, "Direction": "outbound-dial", "CallStatus": state}

    told = [leg(to, states[kind]) for to in legs.values()]
    if kind == "ring":
        return [first | {"CallStatus": "in-progress"}] + told
    if kind == "hangup":
        told = [leg(to, cause or "completed") for to in legs.values()]
        told.append(first | {"CallStatus": cause or "completed"})
    if direction == "out":
        told = [payload | {"extension": "101"} for payload in told]
    return told


WORDS = {
    "zammad": {"missed": "cancel", "busy": "busy"},
    "zadarma": {"missed": "no answer", "busy": "busy"},
    "twilio": {"missed": "no-answer", "busy": "busy"},
}
MAKERS = {"zammad": zammad, "zadarma": zadarma, "twilio": twilio}


@tagged("post_install", "-at_install", "usu_callcard")
class TestProviders(CallCommon, HttpCase):
    def setUp(self):
        super().setUp()
        controller._buckets.clear()
        self.patch(controller, "STRANGERS", TokenBucket(rate=2, burst=50))

    def each(self):
        for kind in MAKERS:
            self.pbx.write({"kind": kind, "provider_key": KEY})
            yield kind

    def send(self, payload, *, as_json=False, signature=None, token=None):
        headers = {}
        fields = ZADARMA_SIGNED.get(payload.get("event"))
        if fields:
            text = "".join(payload.get(name, "") for name in fields).encode()
            digest = hmac.new(KEY.encode(), text, hashlib.sha1).hexdigest()
            headers["Signature"] = base64.b64encode(digest.encode()).decode()
        path = f"/usu_callcard/hook/test/{token or self.pbx._usu_hook_token()}"
        if "CallSid" in payload:
            text = self.pbx.hook_url + "".join(k + payload[k] for k in sorted(payload))
            digest = hmac.new(KEY.encode(), text.encode(), hashlib.sha1).digest()
            headers["X-Twilio-Signature"] = base64.b64encode(digest).decode()
        if signature is not None:
            headers["Signature"] = headers["X-Twilio-Signature"] = signature
        if as_json:
            headers["Content-Type"] = "application/json"
            body = json.dumps({k.removesuffix("[]"): v for k, v in payload.items()})
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(payload, doseq=True)
        return self.url_open(path, data=body.encode(), headers=headers)

    def play(self, kind, call, *steps, **options):
        for step, values in steps:
            for payload in MAKERS[kind](call, step, **values):
                response = self.send(payload, **options)
                self.assertEqual(response.status_code, 200, response.text)
        return self.call(call)

    def test_answered(self):
        for kind in self.each():
            for as_json in (False, True) if kind == "zammad" else (False,):
                name = f"answered.{kind}.{as_json}"
                call = self.play(
                    kind, name, ("ring", {}), ("answer", {"extension": "102"}),
                    ("hangup", {"extension": "102"}), as_json=as_json,
                )  # fmt: skip
                self.assertEqual((call.direction, call.number), ("incoming", NUMBER))
                self.assertEqual(call.partner_id, self.client)
                self.assertEqual(call.did, OWN)
                self.assertEqual((call.outcome, call.user_id), ("answered", self.boris))
                states = {leg.extension: leg.state for leg in call.leg_ids}
                self.assertEqual(states, {"101": "missed", "102": "spoke"})

    def test_missed_and_busy(self):
        for kind in self.each():
            for outcome, word in WORDS[kind].items():
                call = self.play(
                    kind, f"{outcome}.{kind}", ("ring", {}), ("hangup", {"cause": word})
                )
                self.assertEqual(call.outcome, outcome)
                self.assertEqual(set(call.leg_ids.mapped("state")), {"missed"})

    def test_outgoing(self):
        for kind in self.each():
            out = {"direction": "out"}
            call = self.play(
                kind, f"out.{kind}", ("ring", out),
                ("answer", {**out, "extension": "101"}), ("hangup", out),
            )  # fmt: skip
            self.assertEqual((call.direction, call.number), ("outgoing", NUMBER))
            self.assertEqual((call.outcome, call.user_id), ("answered", self.anna))

    def test_ring_reaches_the_employees(self):
        for kind in self.each():
            with self.bus() as sent:
                self.play(kind, f"ring.{kind}", ("ring", {}))
            told = {(user, name) for user, name, _payload in sent}
            ring = "usu_callcard/ring"
            self.assertLessEqual({(self.anna, ring), (self.boris, ring)}, told)

    def test_repeated_and_late_steps_change_nothing(self):
        steps = [("ring", {}), ("answer", {"extension": "102"}),
                 ("hangup", {"extension": "102"})]  # fmt: skip
        for kind in self.each():
            call = self.play(kind, f"twice.{kind}", *steps)
            before = call.read(["outcome", "seq", "user_id", "ended_at"])
            again = self.play(kind, f"twice.{kind}", *steps, *reversed(steps))
            self.assertEqual(again, call)
            self.assertEqual(
                again.read(["outcome", "seq", "user_id", "ended_at"]), before
            )

    def test_answer_that_was_never_told(self):
        self.pbx.write({"kind": "zadarma", "provider_key": KEY})
        call = self.play(
            "zadarma", "lost", ("ring", {}), ("hangup", {"extension": "101"})
        )
        self.assertEqual((call.outcome, call.user_id), ("answered", self.anna))

    def test_wrong_proof_writes_nothing(self):
        for kind in self.each():
            payload = MAKERS[kind]("forged", "ring")[0]
            self.assertEqual(self.send(payload, token="0" * 40).status_code, 403)
            if kind != "zammad":
                self.assertEqual(self.send(payload, signature="x").status_code, 403)
                self.assertEqual(self.send(payload, signature="").status_code, 403)
                self.pbx.provider_key = False
                self.assertEqual(
                    self.send(payload).status_code, 403, "no key, no entry"
                )
            self.assertFalse(self.call("forged"))

    def test_signature_of_twilio(self):
        """The example of Twilio's own libraries, with the address it is made for."""
        fields = {
            "CallSid": "CA1234567890ABCDE",
            "Caller": "+14158675309",
            "Digits": "1234",
            "From": "+14158675309",
            "To": "+18005551212",
        }
        url = "https://mycompany.com/myapp.php?foo=1&bar=2"
        hook = Hook(fields, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", url)
        self.assertTrue(twilio_signed(hook, "12345"))
        self.assertFalse(twilio_signed(hook, "12346"))
        self.assertFalse(twilio_signed(replace(hook, url=url + "1"), "12345"))

    def test_mobile_and_ordered_call_of_twilio(self):
        """A dialled mobile is the employee's in a call that comes in, the client's in
        one that goes out; an ordered call says so itself."""
        self.pbx.write({"kind": "twilio", "provider_key": KEY})
        mobile = {"CallSid": "m.1", "ParentCallSid": "m", "From": f"+{CLIENT}"}
        mobile |= {"To": "+79990001122", "Direction": "outbound-dial"}
        for payload in twilio("m", "ring"):
            self.send(payload)
        for state in ("ringing", "in-progress", "completed"):
            self.send(mobile | {"CallStatus": state})
        call = self.call("m")
        self.assertEqual((call.direction, call.number), ("incoming", NUMBER))
        self.assertEqual((call.state, call.extension), ("talking", "+79990001122"))
        ordered = {"CallSid": "o", "From": f"+{OWN}", "To": f"+{CLIENT}"}
        ordered |= {"Direction": "outbound-api", "CallStatus": "ringing"}
        self.send(ordered)
        call = self.call("o")
        self.assertEqual((call.direction, call.number), ("outgoing", NUMBER))
        self.assertEqual(call.did, OWN)

    def test_connector_has_no_address_for_providers(self):
        self.pbx.kind = "connector"
        self.assertEqual(self.send(zammad("x", "ring")[0]).status_code, 403)

    def test_what_says_nothing_is_ignored(self):
        self.pbx.kind = "zammad"
        for payload in ({"event": "party"}, {"event": "newCall"}, {"x": "y"}):
            response = self.send(payload)
            self.assertEqual(response.json(), {"status": "ignored"})

    def test_too_many(self):
        self.pbx.kind = "zammad"
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("usu_callcard.requests_per_second", "1")
        codes = {self.send({"event": "x"}).status_code for _i in range(30)}
        self.assertEqual(codes, {200, 429})

    def test_echo_of_zadarma(self):
        self.pbx.write({"kind": "zadarma", "provider_key": KEY})
        path = f"/usu_callcard/hook/test/{self.pbx._usu_hook_token()}"
        response = self.url_open(f"{path}?zd_echo=abc123%3Cscript%3E")
        self.assertEqual(response.text, "abc123script")
        self.assertIn("text/plain", response.headers["Content-Type"])

    def test_address_does_not_give_the_secret_away(self):
        self.pbx.kind = "zammad"
        self.assertNotIn(self.pbx.secret, self.pbx.hook_url)
        before = self.pbx.hook_url
        self.pbx.action_new_secret()
        self.assertNotEqual(self.pbx.hook_url, before)
