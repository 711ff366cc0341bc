import io
from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..models import usu_call_analysis_run
from ..tools import wav
from .common import NOTICE, SECONDS, RecordingCommon, sides


@tagged("post_install", "-at_install", "usu_callcard_analysis")
class TestAnalysis(RecordingCommon):
    def test_recorded_call_is_measured_in_the_background(self):
        self.spoken()
        recording = self.upload()
        analysis = self.analysis(recording)
        self.assertEqual(analysis.state, "todo")
        self.analyse()
        self.assertEqual((analysis.state, analysis.error), ("done", False))
        self.assertEqual((analysis.layout, analysis.user_id), ("sides", self.boris))
        self.assertEqual(analysis.desk_id, self.desk)
        # truth: the client 3 s, the employee 3.7 s, both 0.5 s, one interruption
        self.assertAlmostEqual(analysis.talk_client_seconds, 3.0, delta=0.5)
        self.assertAlmostEqual(analysis.talk_staff_seconds, 3.7, delta=0.5)
        self.assertAlmostEqual(analysis.both_seconds, 0.5, delta=0.3)
        self.assertAlmostEqual(analysis.silence_seconds, 2.8, delta=0.7)
        self.assertEqual(analysis.interruptions_staff, 1)
        self.assertEqual(analysis.interruptions_client, 0)
        self.assertEqual(set(analysis.spans), {"client", "staff"})
        self.assertEqual(analysis.progress, 100)

    def test_work_is_done_in_slices_that_are_kept(self):
        self.spoken()
        analysis = self.analysis(self.upload())
        with patch.object(usu_call_analysis_run, "SLICE_SECONDS", 3.2):
            analysis._usu_slice_safely(lambda: None)
            self.assertEqual(analysis.state, "running")
            self.assertAlmostEqual(analysis.position_seconds, 3.2)
            self.assertEqual(analysis.progress, 35)
            self.analyse()
        self.assertEqual(analysis.state, "done")
        self.assertEqual(analysis.interruptions_staff, 1)
        self.assertEqual(len(analysis.peaks["staff"]), SECONDS * 10)

    def test_mixed_recording_gets_only_what_can_be_said(self):
        self.spoken()
        client, staff = sides()
        mixed = [a + b for a, b in zip(client, staff, strict=True)]
        recording = self.upload(wav.clip(mixed, 8000), layout="mixed")
        self.analyse()
        analysis = self.analysis(recording)
        self.assertEqual((analysis.state, analysis.layout), ("done", "mixed"))
        self.assertAlmostEqual(analysis.speech_seconds, 6.2, delta=0.7)
        self.assertFalse(analysis.talk_staff_seconds)
        self.assertFalse(analysis.interruptions_staff)
        self.assertEqual(set(analysis.spans), {"mixed"})

    def test_one_channel_said_to_be_two_is_mixed(self):
        self.spoken()
        recording = self.upload(wav.clip(sides()[0], 8000), layout="sides")
        self.assertEqual(recording.layout, "mixed")

    def test_failure_is_kept_and_can_be_tried_again(self):
        self.spoken()
        recording = self.upload(b"no sound at all", name="call.mp3")
        good = self.upload(call="1.1")
        self.analyse()
        analysis = self.analysis(recording)
        self.assertEqual(analysis.state, "error")
        self.assertIn("WAV", analysis.error)
        self.assertEqual(self.analysis(good).state, "done", "others go on")
        analysis.with_user(self.head).action_analyse_again()
        self.assertEqual((analysis.state, analysis.error), ("todo", False))

    def test_recording_that_stops_the_worker_is_given_up(self):
        self.spoken()
        analysis = self.analysis(self.upload())

        class Killed(BaseException):
            pass

        with patch.object(type(analysis), "_usu_slice", side_effect=Killed):
            for _ in range(usu_call_analysis_run.MAX_TRIES):
                # not assertRaises, which would roll back what was written
                with suppress(Killed):
                    analysis._usu_slice_safely(self.env.flush_all)
                self.assertEqual(analysis.state, "running")
        self.analyse()
        self.assertEqual(analysis.state, "error")
        self.assertIn("several times", analysis.error)

    def test_one_heavy_job_on_a_node(self):
        self.spoken()
        analysis = self.analysis(self.upload())
        with usu_call_analysis_run.one_heavy_job() as first:
            self.assertTrue(first)
            with usu_call_analysis_run.one_heavy_job() as second:
                self.assertFalse(second)
            self.analyse()
            self.assertEqual(analysis.state, "todo")
        self.analyse()
        self.assertEqual(analysis.state, "done")

    def test_long_recording_is_never_read_as_a_whole(self):
        self.spoken()
        recording = self.upload()
        reads = []

        class Watched(io.BytesIO):
            def read(self, size=-1):
                reads.append(size)
                return super().read(size)

        content = recording._usu_attachment().raw
        attachments = type(self.env["ir.attachment"])
        with (
            patch.object(attachments, "_usu_sound", lambda _self: Watched(content)),
            patch.object(usu_call_analysis_run, "SLICE_SECONDS", 1.6),
        ):
            self.analyse()
        self.assertEqual(self.analysis(recording).state, "done")
        self.assertTrue(0 < max(reads) <= 3 * 8000 * 4 and min(reads) >= 0)

    def test_recordings_are_deleted_after_their_time(self):
        self.spoken()
        recording, kept = self.upload(), self.upload(wav.clip(sides()[0], 8000))
        self.analyse()
        analysis = self.analysis(recording)
        attachment = recording._usu_attachment()
        recording.received_at = fields.Datetime.now() - timedelta(days=91)
        with self.enter_registry_test_mode():
            cron = self.env.ref("usu_callcard_analysis.usu_call_recording_cron_clean")
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(recording.exists() or attachment.exists())
        self.assertTrue(kept.exists())
        self.assertEqual(analysis.state, "done", "the figures stay")
        self.assertEqual(analysis.interruptions_staff, 1)

    def test_sound_goes_with_its_call(self):
        call = self.spoken()
        recording = self.upload()
        attachment = recording._usu_attachment()
        self.assertTrue(attachment)
        call.unlink()
        self.assertFalse(recording.exists() or attachment.exists())

    def test_recording_needs_a_notice(self):
        for notice in (False, "   "):
            with self.subTest(notice=notice), self.assertRaises(ValidationError):
                self.pbx.usu_recording_notice = notice
        self.pbx.write({"usu_recording": False, "usu_recording_notice": False})
        with self.assertRaises(ValidationError):
            self.pbx.usu_recording = True
        self.pbx.write({"usu_recording": True, "usu_recording_notice": NOTICE})
