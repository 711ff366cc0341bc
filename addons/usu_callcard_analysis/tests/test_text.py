import json
import sys
import tempfile
from pathlib import Path
from unittest.mock import patch

import requests

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..models import usu_call_analysis_text
from ..tools import engines, wav
from .common import RecordingCommon, opened

ENGINE = "https://speech.clinic.example/recognise"
# what a good engine says about each piece, by side: the client's come at 0.5 and 5 s
CLIENT = ["I want to complain about the bill", "Yes please"]
STAFF = ["Good morning, dental clinic", "Can I help you? A crown costs ten"]


class Answers:
    """The engine's HTTP edge: recorded answers, and what it was asked."""

    def __init__(self, status=200, language="en"):
        self.asked, self.status, self.language = [], status, language
        self.content = None

    def __call__(self, session, request, **kwargs):
        length = wav.describe(opened(request.body)).seconds
        self.asked.append((length, request))
        said = {1: CLIENT[0], 2: STAFF[0], 3: CLIENT[1], 4: STAFF[1]}
        text = said[len(self.asked)]
        segments = [{"start": 0.1, "end": length - 0.1, "text": text}]
        response = requests.Response()
        response.status_code = self.status
        answer = {"language": self.language, "segments": segments}
        response._content = self.content or json.dumps(answer).encode()
        return response


@tagged("post_install", "-at_install", "usu_callcard_analysis")
class TestText(RecordingCommon):
    def setUp(self):
        super().setUp()
        self.answers = Answers()
        answers = self.answers
        self.patch(
            requests.Session,
            "send",
            lambda session, request, **kw: answers(session, request, **kw),
        )
        self.set_param("engine", "http")
        self.set_param("engine_url", ENGINE)
        self.env["usu.call.phrase"].search([]).active = False
        self.crown = self.phrase("Crown", "crown*")
        self.greeting = self.phrase("Greeting", "good morning", "script", side="staff")
        self.farewell = self.phrase("Farewell", "goodbye", "script", side="staff")
        self.complaint = self.phrase("Complaint", "complain*", "complaint")

    def set_param(self, name, value):
        params = self.env["ir.config_parameter"]
        params.set_param(f"usu_callcard_analysis.{name}", value)

    def phrase(self, name, words, kind="keyword", **values):
        return self.env["usu.call.phrase"].create(
            {"name": name, "wordings": words, "kind": kind, **values}
        )

    def run_one(self):
        self.spoken()
        analysis = self.analysis(self.upload())
        self.analyse()
        self.assertEqual(analysis.state, "done")
        return analysis

    def test_what_was_said_is_written_down_by_side_and_time(self):
        analysis = self.run_one()
        self.assertEqual((analysis.text_state, analysis.language), ("done", "en"))
        lines = analysis.recording_id.utterance_ids.sorted("start_seconds")
        self.assertEqual(
            [(line.side, line.text) for line in lines],
            [
                ("client", CLIENT[0]),
                ("staff", STAFF[0]),
                ("client", CLIENT[1]),
                ("staff", STAFF[1]),
            ],
        )
        self.assertAlmostEqual(lines[1].start_seconds, 3.0, delta=0.4)

    def test_language_of_a_long_piece_is_told_to_the_engine_from_then_on(self):
        with patch.object(usu_call_analysis_text, "LANGUAGE_SECONDS", 1.4):
            self.run_one()
        asked = [one.url.partition("?")[2] for _length, one in self.answers.asked]
        self.assertEqual(asked, ["", "language=en", "language=en", "language=en"])

    def test_phrases_are_found_with_side_and_time(self):
        analysis = self.run_one()
        self.assertEqual(
            analysis.phrase_ids, self.crown | self.greeting | self.complaint
        )
        self.assertEqual(analysis.missed_ids, self.farewell)
        self.assertEqual((analysis.script_share, analysis.complaint_count), (50.0, 1))
        hits = {hit.phrase_id: hit for hit in analysis.hit_ids}
        self.assertEqual(hits[self.complaint].side, "client")
        self.assertEqual(hits[self.crown].side, "staff")
        self.assertAlmostEqual(hits[self.crown].at_seconds, 5.5, delta=0.5)

    def test_lists_of_the_desk_and_the_language_only(self):
        other = self.env["helpdesk.ticket.team"].create({"name": "Other"})
        self.crown.desk_ids = other
        self.greeting.language = "ru"
        self.farewell.write({"language": "en", "desk_ids": [(6, 0, self.desk.ids)]})
        analysis = self.run_one()
        self.assertEqual(analysis.phrase_ids, self.complaint)
        self.assertEqual(analysis.missed_ids, self.farewell)
        self.assertEqual(analysis.script_share, 0.0)

    def test_language_of_the_settings_is_told_to_the_engine(self):
        self.set_param("language", "ru")
        self.run_one()
        for _length, request in self.answers.asked:
            self.assertTrue(request.url.endswith("?language=ru"))

    def test_engine_that_fails_leaves_the_figures(self):
        for status, content in ((500, None), (200, b"<html>"), (200, b'{"x": 1}')):
            with self.subTest(status=status, content=content):
                self.answers.asked.clear()
                self.answers.status, self.answers.content = status, content
                analysis = self.run_one() if status == 500 else self.again()
                self.assertEqual(analysis.text_state, "error")
                self.assertTrue(analysis.text_error)
                self.assertEqual(analysis.interruptions_staff, 1)
                self.assertEqual(len(self.answers.asked), 1, "not asked for ever")

    def again(self):
        analysis = self.env["usu.call.analysis"].search([], limit=1, order="id desc")
        analysis.with_user(self.head).action_analyse_again()
        self.analyse()
        return analysis

    def test_analysed_again_begins_anew(self):
        analysis = self.run_one()
        self.answers.asked.clear()
        self.assertEqual(len(self.again().recording_id.utterance_ids), 4)
        self.assertEqual(len(analysis.hit_ids), 3)

    def test_without_engine_all_else_works(self):
        self.set_param("engine", "")
        analysis = self.run_one()
        self.assertFalse(analysis.text_state or analysis.recording_id.utterance_ids)
        self.assertFalse(self.answers.asked)
        settings = self.env["res.config.settings"].create({})
        self.assertFalse(settings.usu_call_engine_ready)
        self.assertIn("No engine", settings.usu_call_engine_status)

    def test_settings_say_what_is_missing(self):
        for values, words in (
            ({"usu_call_engine": "http"}, "address"),
            ({"usu_call_engine": "http", "usu_call_engine_url": ENGINE}, "Ready"),
            ({"usu_call_engine": "http", "usu_call_engine_url": "ftp://x"}, "address"),
        ):
            with self.subTest(**values):
                values = {"usu_call_engine_url": False} | values
                settings = self.env["res.config.settings"].new(values)
                self.assertIn(words, settings.usu_call_engine_status)
        with patch.object(engines, "_installed", lambda name: False):
            settings = self.env["res.config.settings"].new(
                {"usu_call_engine": "faster_whisper"}
            )
            self.assertIn("not installed", settings.usu_call_engine_status)
        with patch.object(engines, "_installed", lambda name: True):
            settings = self.env["res.config.settings"].new(
                {"usu_call_engine": "faster_whisper", "usu_call_engine_model": "/x"}
            )
            self.assertIn("no model", settings.usu_call_engine_status)

    def test_transcript_only_for_listeners(self):
        analysis = self.run_one()
        opened_by = analysis.recording_id.with_user(self.listener).usu_open()
        self.assertEqual(opened_by["lines"][0]["text"], CLIENT[0])
        self.assertEqual(opened_by["lines"][0]["side"], "client")
        for user in (self.boris, self.head):
            lines = self.env["usu.call.utterance"].with_user(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                lines.search([])
        hits = self.env["usu.call.phrase.hit"]
        self.assertTrue(hits.with_user(self.boris).search([]))
        self.assertFalse(hits.with_user(self.anna).search([]))

    def test_player_marks_what_was_said(self):
        analysis = self.run_one()
        (data,) = analysis.call_id.with_user(self.head).usu_player_data()
        kinds = [hit["kind"] for hit in data["hits"]]
        self.assertEqual(kinds, ["complaint", "script", "keyword"])
        self.assertEqual(data["missed"], ["Farewell"])
        self.assertNotIn("complain about", json.dumps(data))

    def test_phrase_needs_a_wording(self):
        with self.assertRaises(ValidationError):
            self.phrase("Empty", " ... ")

    def test_heads_write_lists_employees_read_them(self):
        self.crown.with_user(self.head).wordings = "crown*\nbridge*"
        with self.assertRaises(AccessError):
            self.crown.with_user(self.boris).wordings = "x"


@tagged("post_install", "-at_install", "usu_callcard_analysis")
class TestFasterWhisper(RecordingCommon):
    """The process around the engine; the engine itself: ./usu bench analysis."""

    def engine(self, program):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        for name in engines.MODEL_FILES:
            (folder / name).touch()
        runner = folder / "runner.py"
        runner.write_text(program)
        self.patch(engines, "RUNNER", runner)
        self.patch(engines, "_installed", lambda name: True)
        return engines.FasterWhisper(str(folder), python=sys.executable)

    def test_sound_in_json_out(self):
        engine = self.engine(
            "import json, sys\n"
            "size = len(sys.stdin.buffer.read())\n"
            "print(json.dumps({'language': sys.argv[2], 'segments': [size]}))\n"
        )
        answer = engine.recognise(b"x" * 1000, "ru")
        self.assertEqual(answer, {"language": "ru", "segments": [1000]})

    def test_failures_are_told_in_words(self):
        for program, words in (
            ("raise MemoryError('too small')", "too small"),
            ("print('no json')", "no JSON"),
            ("print('[]')", "JSON object"),
            ("print('x' * 2000000)", "too long"),
        ):
            with (
                self.subTest(words=words),
                self.assertRaisesRegex(engines.EngineError, words),
            ):
                self.engine(program).recognise(b"x")

    def test_engine_that_hangs_is_stopped(self):
        self.patch(engines, "TIMEOUT", 0.2)
        with self.assertRaisesRegex(engines.EngineError, "in time"):
            self.engine("import time\ntime.sleep(60)").recognise(b"x")
