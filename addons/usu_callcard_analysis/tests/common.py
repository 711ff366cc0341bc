"""A clinic whose calls are recorded."""

import base64
import hashlib
import io
from contextlib import contextmanager
from functools import cache

from odoo.tests import new_test_user

from odoo.addons.usu_callcard.tests.common import CallCommon, answered, hung_up

from . import speech_like

NOTICE = "An announcement before the first ring"
LISTENER = "usu_callcard_analysis.usu_callcard_analysis_group_recordings"
# a short conversation: who speaks when
CLIENT = ((0.5, 2.5), (5.0, 6.0))
STAFF = ((3.0, 4.2), (5.5, 8.0))
SECONDS = 9.0


@cache
def sides():
    """The conversation as (client's samples, employee's samples)."""
    return (
        speech_like.channel(SECONDS, CLIENT, 110, 3),
        speech_like.channel(SECONDS, STAFF, 200, 5),
    )


@cache
def conversation():
    """The conversation as a WAV file with two channels."""
    return speech_like.stereo(*sides())


class RecordingCommon(CallCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pbx.write({"usu_recording": True, "usu_recording_notice": NOTICE})
        cls.listener = new_test_user(
            cls.env,
            "usu_listener",
            f"usu_routing.usu_routing_group_head,{LISTENER}",
            name="Listener",
        )
        cls.desk.user_ids |= cls.listener

    def spoken(self, call="1.1"):
        """A call that Boris (102) answered and that has ended."""
        self.apply(answered(call))
        return self.apply(hung_up(call))

    def announce(self, content, call="1.1", **values):
        about = {
            "call": call,
            "name": "call.wav",
            "layout": "sides",
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        return about | values

    def upload(self, content=None, call="1.1", **values):
        """The whole file at once, as a small one comes."""
        content = conversation() if content is None else content
        about = self.announce(content, call, **values)
        data = base64.b64encode(content).decode()
        recordings = self.env["usu.call.recording"]
        with self.large_pieces():
            answer = recordings._usu_upload(
                self.pbx, {**about, "offset": 0, "data": data}
            )
        self.assertEqual(answer["status"], "done")
        domain = [("sha256", "=", about["sha256"]), ("call_id.outside_id", "=", call)]
        return recordings.search(domain)

    @contextmanager
    def large_pieces(self):
        from unittest.mock import patch

        from ..models import usu_call_recording_upload

        with patch.object(usu_call_recording_upload, "MAX_PIECE", 1 << 24):
            yield

    def analyse(self):
        """Run the background work as the scheduler does."""
        with self.enter_registry_test_mode():
            cron = self.env.ref("usu_callcard_analysis.usu_call_analysis_cron")
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def analysis(self, recording):
        domain = [("recording_id", "=", recording.id)]
        return self.env["usu.call.analysis"].search(domain)


def opened(content):
    return io.BytesIO(content)
