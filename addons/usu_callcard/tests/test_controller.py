import json
import time

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.usu_callcard.controllers import usu_callcard as controller
from odoo.addons.usu_callcard.tools.limiter import TokenBucket

from .common import CallCommon, answered, as_body, hung_up, signed, snapshot


@tagged("post_install", "-at_install", "usu_callcard")
class TestController(CallCommon, HttpCase):
    def setUp(self):
        super().setUp()
        controller._buckets.clear()
        self.patch(controller, "STRANGERS", TokenBucket(rate=2, burst=20))

    def post(self, body, headers=None, url="/usu_callcard/events"):
        headers = signed(body) if headers is None else headers
        return self.url_open(url, data=body, headers=headers)

    def test_events_become_a_call(self):
        response = self.post(as_body(snapshot(), answered(), hung_up()))
        self.assertEqual(response.status_code, 200)
        statuses = [r["status"] for r in response.json()["results"]]
        self.assertEqual(statuses, ["ok"] * 3)
        call = self.call("1.1")
        self.assertEqual((call.outcome, call.partner_id), ("answered", self.client))

    def test_repeat_is_a_duplicate(self):
        body = as_body(snapshot())
        self.post(body)
        self.assertEqual(self.post(body).json()["results"][0]["status"], "duplicate")
        self.post(as_body(hung_up()))
        self.assertEqual(self.post(body).json()["results"][0]["status"], "stale")

    def test_wrong_sender_is_refused_and_nothing_is_written(self):
        body = as_body(snapshot())
        for title, headers in {
            "unsigned": {"Content-Type": "application/json"},
            "wrong secret": signed(body, secret="x" * 40),
            "unknown pbx": signed(body, pbx="nobody"),
            "other body": signed(body + b" "),
            "replayed later": signed(body, timestamp=int(time.time()) - 400),
            "from the future": signed(body, timestamp=int(time.time()) + 400),
        }.items():
            with self.subTest(title):
                self.assertEqual(self.post(body, headers).status_code, 401)
        self.assertFalse(self.call("1.1"))

    def test_archived_telephone_system_is_refused(self):
        self.pbx.active = False
        body = as_body(snapshot())
        self.assertEqual(self.post(body).status_code, 401)

    def test_bad_event_does_not_stop_the_others(self):
        body = as_body(snapshot("1.1"), {"call": "2.2", "seq": "x"}, 7, snapshot("3.3"))
        results = self.post(body).json()["results"]
        self.assertEqual([r["status"] for r in results], ["ok", "error", "error", "ok"])
        self.assertIn("seq", results[1]["error"])
        self.assertTrue(self.call("1.1") and self.call("3.3"))

    def test_an_error_inside_one_event_rolls_back_that_event_only(self):
        calls = self.env.registry["usu.call"]
        original = calls._usu_sync_legs

        def fail_once(call, event, users):
            if event.call == "2.2":
                raise ValueError("broken")
            return original(call, event, users)

        self.patch(calls, "_usu_sync_legs", fail_once)
        body = as_body(snapshot("1.1"), snapshot("2.2"), snapshot("3.3"))
        with mute_logger("odoo.addons.usu_callcard.controllers.usu_callcard"):
            results = self.post(body).json()["results"]
        self.assertEqual([r["status"] for r in results], ["ok", "error", "ok"])
        self.assertNotIn("broken", str(results), "no internals for the outside")
        self.assertFalse(self.call("2.2"))

    def test_not_json_and_not_a_list(self):
        for body in (b"{", b"[]", b'"x"', b'{"events": 1}', b"\xff\xfe", b"{}"):
            with self.subTest(body=body):
                self.assertEqual(self.post(body).status_code, 400)

    def test_too_large(self):
        body = as_body(*[snapshot(str(i)) for i in range(101)])
        self.assertEqual(self.post(body).status_code, 413)
        body = as_body(snapshot() | {"name": "x" * 300_000})
        self.assertEqual(self.post(body).status_code, 413)

    def test_too_many(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("usu_callcard.requests_per_second", "1")
        codes = {self.post(as_body()).status_code for _i in range(30)}
        self.assertEqual(codes, {200, 429})

    def test_a_stranger_is_slowed_down(self):
        body = as_body(snapshot())
        headers = signed(body, secret="x" * 40)
        codes = {self.post(body, headers).status_code for _i in range(40)}
        self.assertEqual(codes, {401, 429})

    def test_get_does_nothing(self):
        with mute_logger("odoo.http"):
            response = self.url_open("/usu_callcard/events")
        self.assertIn(response.status_code, (404, 405))

    def test_text_of_other_alphabets_comes_back_whole(self):
        body = as_body(snapshot("звонок.1"))
        result = self.post(body).json()["results"][0]
        self.assertEqual((result["call"], result["status"]), ("звонок.1", "ok"))

    def test_result_of_a_command(self):
        command = self.env["usu.call.command"].create(
            {
                "pbx_id": self.pbx.id,
                "user_id": self.anna.id,
                "extension": "101",
                "number": "112233",
                "expires_at": "2026-11-20 10:00:00",
            }
        )
        body = json.dumps(
            {"id": command.id, "status": "error", "error": "phone is off"}
        ).encode()
        url = "/usu_callcard/command_result"
        self.assertEqual(self.post(body, {}, url=url).status_code, 401)
        self.assertEqual(self.post(body, url=url).status_code, 200)
        self.assertEqual((command.state, command.error), ("failed", "phone is off"))
