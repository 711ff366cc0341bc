"""With an engine: what was said. Without one all else works as before."""

import logging

from odoo import api, fields, models

from ..tools import phrases, transcript, wav
from ..tools.engines import EngineError, FasterWhisper, HttpEngine

_logger = logging.getLogger(__name__)

# from a piece so long on, the language it told is taken for the rest
LANGUAGE_SECONDS = 3.0
MAX_HITS = 20


class UsuCallAnalysis(models.Model):
    _inherit = "usu.call.analysis"  # pylint: disable=consider-merging-classes-inherited

    text_state = fields.Selection(
        [("done", "Written down"), ("error", "Failed")],
        string="Transcript",
        readonly=True,
    )
    text_error = fields.Char(readonly=True)
    text_position = fields.Integer(string="Pieces Written Down", readonly=True)
    language = fields.Char(readonly=True, help="As the engine recognised it.")
    language_seconds = fields.Float(
        readonly=True, help="Length of the piece that told the language."
    )
    hit_ids = fields.One2many("usu.call.phrase.hit", "analysis_id")
    phrase_ids = fields.Many2many(
        "usu.call.phrase",
        "usu_call_analysis_phrase_rel",
        string="Said",
        readonly=True,
    )
    missed_ids = fields.Many2many(
        "usu.call.phrase",
        "usu_call_analysis_missed_rel",
        string="Not Said",
        readonly=True,
        help="Script points the employee did not say.",
    )
    script_share = fields.Float(
        string="Script Points (%)", readonly=True, aggregator="avg", digits=(5, 1)
    )
    complaint_count = fields.Integer(string="Complaints", readonly=True)

    @api.model
    def _usu_engine(self):
        """The engine the administrator chose, None when there is none."""
        # sudo: ir.config_parameter - the engine's address and key
        get_param = self.env["ir.config_parameter"].sudo().get_param
        return self._usu_make_engine(
            get_param("usu_callcard_analysis.engine"),
            model_path=get_param("usu_callcard_analysis.engine_model"),
            url=get_param("usu_callcard_analysis.engine_url"),
            key=get_param("usu_callcard_analysis.engine_key"),
        )

    @api.model
    def _usu_make_engine(self, kind, *, model_path="", url="", key="", **_kwargs):
        """An engine by its name in the settings.

        An extension adds a kind with ``super()``: an object with ``problem()`` and
        ``recognise(clip, language)``, see ``tools/engines.py``.
        """
        if kind == "faster_whisper":
            return FasterWhisper(model_path)
        if kind == "http":
            return HttpEngine(url, key)
        return None

    def _usu_slice(self):
        if super()._usu_slice():
            return True
        engine = self._usu_engine()
        if not engine or self.text_state:
            return False
        try:
            return self._usu_text_slice(engine)
        except (EngineError, ValueError) as error:
            # the figures are good all the same
            self.write({"text_state": "error", "text_error": str(error)[:300]})
            return False

    def _usu_text_slice(self, engine):
        """One piece of one side's speech through the engine; True for more."""
        pieces = sorted(
            (start, end, side)
            for side, spans in (self.spans or {}).items()
            for start, end in transcript.chunks(spans, self.duration_seconds)
        )
        if self.text_position < len(pieces):
            self._usu_recognise(engine, *pieces[self.text_position])
            self.text_position += 1
        if self.text_position < len(pieces):
            return True
        self._usu_find_phrases()
        self.text_state = "done"
        return False

    def _usu_recognise(self, engine, start, end, side):
        # sudo: ir.config_parameter - a setting
        get_param = self.env["ir.config_parameter"].sudo().get_param
        language = get_param("usu_callcard_analysis.language") or ""
        if not language and self.language_seconds >= LANGUAGE_SECONDS:
            language = self.language or ""
        answer = engine.recognise(self._usu_clip(start, end, side), language)
        said = transcript.accept(answer, start, end - start)
        if end - start > self.language_seconds:
            self.language = str(answer.get("language") or language)[:8]
            self.language_seconds = end - start
        # sudo: usu.call.utterance - written by the background work only
        self.env["usu.call.utterance"].sudo().create(
            [
                {
                    "recording_id": self.recording_id.id,
                    "side": side,
                    "start_seconds": one.start,
                    "end_seconds": one.end,
                    "text": one.text,
                }
                for one in said
            ]
        )

    def _usu_clip(self, start, end, side):
        """The sound of one side as a file of its own."""
        # sudo: ir.attachment - the background work reads the sound itself
        attachment_sudo = self.sudo().recording_id._usu_attachment()
        with attachment_sudo._usu_sound() as stream:
            sound = wav.describe(stream)
            first, last = round(start * sound.rate), round(end * sound.rate)
            channels = wav.samples(stream, sound, first, last - first)
        number = 1 if side == "staff" and len(channels) == 2 else 0
        return wav.clip(channels[number], sound.rate)

    def _usu_find_phrases(self):
        """Look for the clinic's phrases in what was written down."""
        self.ensure_one()
        self.hit_ids.unlink()
        lines = self.recording_id.utterance_ids.sorted("start_seconds")
        said = missed = self.env["usu.call.phrase"]
        complaints, script, hits = 0, self.env["usu.call.phrase"], []
        for phrase in said._usu_of(self):
            # a mixed recording does not tell who said it
            sides = (phrase.side, "mixed") if phrase.side else ()
            heard = lines.filtered(lambda line, s=sides: not s or line.side in s)
            found = phrases.find(
                phrases.wordings(phrase.wordings),
                [(line.start_seconds, line.text) for line in heard],
            )
            script |= phrase if phrase.kind == "script" else script
            if found:
                said |= phrase
            elif phrase.kind == "script":
                missed |= phrase
            complaints += len(found) if phrase.kind == "complaint" else 0
            hits += [
                {
                    "analysis_id": self.id,
                    "phrase_id": phrase.id,
                    "side": heard[hit.line].side,
                    "at_seconds": hit.start,
                }
                for hit in found[:MAX_HITS]
            ]
        self.env["usu.call.phrase.hit"].create(hits)
        share = 100 * len(script - missed) / len(script) if script else 0.0
        self.write(
            {
                "phrase_ids": [(6, 0, said.ids)],
                "missed_ids": [(6, 0, missed.ids)],
                "script_share": share,
                "complaint_count": complaints,
            }
        )

    def _blank_vals(self):
        self.hit_ids.unlink()
        # sudo: usu.call.utterance - written anew by the background work
        self.recording_id.sudo().utterance_ids.unlink()
        return super()._blank_vals() | {
            "text_state": False,
            "text_error": False,
            "text_position": 0,
            "language": False,
            "language_seconds": 0.0,
            "phrase_ids": [(5, 0, 0)],
            "missed_ids": [(5, 0, 0)],
            "script_share": 0.0,
            "complaint_count": 0,
        }
