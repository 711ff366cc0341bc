import base64
import json
import time

from odoo.tests import HttpCase, tagged

from odoo.addons.usu_callcard.tests.common import signed

from ..models.usu_call_recording_upload import UploadError
from .common import NOTICE, RecordingCommon, conversation


@tagged("post_install", "-at_install", "usu_callcard_analysis")
class TestUpload(RecordingCommon):
    def setUp(self):
        super().setUp()
        self.recordings = self.env["usu.call.recording"]

    def piece(self, content, offset, end, **values):
        data = base64.b64encode(content[offset:end]).decode()
        about = self.announce(content, **values)
        return self.recordings._usu_upload(
            self.pbx, {**about, "offset": offset, "data": data}
        )

    def test_pieces_become_one_attachment(self):
        call, content = self.spoken(), conversation()
        question = self.recordings._usu_upload(self.pbx, self.announce(content))
        self.assertEqual(question, {"status": "more", "offset": 0})
        step, answer = 60000, question
        while answer["status"] == "more":
            offset = answer["offset"]
            answer = self.piece(content, offset, offset + step)
        self.assertEqual(answer, {"status": "done", "offset": len(content)})
        recording = call.usu_recording_ids
        self.assertEqual(recording.state, "ready")
        self.assertEqual(recording.notice, NOTICE)
        self.assertAlmostEqual(recording.duration_seconds, 9.0)
        self.assertEqual(recording._usu_attachment().raw, content)
        self.assertFalse(recording.piece_ids)

    def test_repeated_and_overtaking_pieces_are_harmless(self):
        call, content = self.spoken(), conversation()
        self.piece(content, 0, 1000)
        self.assertEqual(self.piece(content, 0, 1000)["offset"], 1000)
        self.assertEqual(self.piece(content, 5000, 6000)["offset"], 1000)
        self.assertEqual(len(call.usu_recording_ids.piece_ids), 1)

    def test_whole_recording_twice_is_one(self):
        call = self.spoken()
        self.upload()
        again = self.recordings._usu_upload(self.pbx, self.announce(conversation()))
        self.assertEqual(again["status"], "done")
        self.assertEqual(len(call.usu_recording_ids), 1)
        self.assertEqual(len(call.usu_analysis_ids), 1)

    def test_damaged_recording_is_asked_for_again(self):
        call, content = self.spoken(), bytes(1000)
        wrong = {"sha256": "0" * 64}
        self.assertEqual(self.piece(content, 0, 500, **wrong)["offset"], 500)
        answer = self.piece(content, 500, 1000, **wrong)
        self.assertEqual(answer, {"status": "more", "offset": 0})
        self.assertEqual(call.usu_recording_ids.state, "uploading")
        self.assertFalse(call.usu_recording_ids.piece_ids)

    def test_off_by_default_and_without_notice(self):
        self.spoken()
        self.assertFalse(self.env["usu.pbx"].new({}).usu_recording)
        self.pbx.usu_recording = False
        answer = self.recordings._usu_upload(self.pbx, self.announce(b"x"))
        self.assertEqual(answer, {"status": "off"})

    def test_unknown_call_and_call_of_another_system(self):
        self.spoken()
        other = self.env["usu.pbx"].create(
            {
                "name": "Other",
                "code": "other",
                "usu_recording": True,
                "usu_recording_notice": NOTICE,
            }
        )
        for pbx, call in ((self.pbx, "9.9"), (other, "1.1")):
            answer = self.recordings._usu_upload(pbx, self.announce(b"x", call))
            self.assertEqual(answer, {"status": "unknown"})

    def test_too_large(self):
        self.spoken()
        size = 101 * 1024 * 1024
        answer = self.recordings._usu_upload(self.pbx, self.announce(b"x", size=size))
        self.assertEqual(answer["status"], "refused")

    def test_nonsense_is_refused(self):
        self.spoken()
        for values in (
            {"sha256": "x"},
            {"sha256": None},
            {"size": 0},
            {"size": "9"},
            {"size": True},
            {"layout": "three"},
            {"name": "page.html"},
            {"name": "no ending"},
            {"offset": 0, "data": "%%%"},
            {"offset": 0, "data": 7},
            {"offset": 0, "data": base64.b64encode(b"longer").decode()},
        ):
            with self.subTest(**values), self.assertRaises(UploadError):
                self.recordings._usu_upload(self.pbx, self.announce(b"x", **values))


@tagged("post_install", "-at_install", "usu_callcard_analysis")
class TestDoor(RecordingCommon, HttpCase):
    def post(self, data, **headers):
        body = json.dumps(data).encode()
        return self.url_open(
            "/usu_callcard/recording", body, headers={**signed(body), **headers}
        )

    def test_only_signed_pieces(self):
        self.spoken()
        data = self.announce(b"x")
        self.assertEqual(self.post(data).json()["status"], "more")
        for headers in (
            {"X-Usu-Signature": "0" * 64},
            {"X-Usu-Pbx": "other"},
            {"X-Usu-Timestamp": str(int(time.time()) - 400)},
        ):
            with self.subTest(headers=headers):
                self.assertEqual(self.post(data, **headers).status_code, 401)

    def test_nonsense_is_answered_with_400(self):
        answer = self.post({"call": "1.1"})
        self.assertEqual(answer.status_code, 400)
        self.assertTrue(answer.json()["error"])

    def test_events_go_through_the_same_door_as_before(self):
        body = b'{"events": []}'
        answer = self.url_open("/usu_callcard/events", body, headers=signed(body))
        self.assertEqual(answer.json(), {"results": []})
