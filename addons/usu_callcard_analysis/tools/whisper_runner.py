"""One piece of sound through faster-whisper; run as a program, without Odoo.

python whisper_runner.py MODEL_FOLDER [LANGUAGE] < clip.wav > answer.json
"""

import contextlib
import io
import json
import math
import os
import resource
import sys
import wave

MEMORY = 6 * 1024**3
RATE = 16000
MAX_TOKENS = 220


def main(model_path, language=""):
    with contextlib.suppress(OSError):
        os.nice(10)
    _limit_memory()
    import numpy
    from faster_whisper import WhisperModel

    with wave.open(io.BytesIO(sys.stdin.buffer.read())) as clip:
        rate = clip.getframerate()
        data = clip.readframes(clip.getnframes())
    values = numpy.frombuffer(data, "<i2").astype("float32") / 32768
    wanted = numpy.arange(len(values) * RATE // rate) * (rate / RATE)
    values = numpy.interp(wanted, numpy.arange(len(values)), values)
    model = WhisperModel(
        model_path, device="cpu", compute_type="int8", local_files_only=True
    )
    segments, about = model.transcribe(
        values.astype("float32"),
        language=language or None,
        beam_size=5,
        temperature=0.0,
        condition_on_previous_text=False,
        max_new_tokens=MAX_TOKENS,
        no_repeat_ngram_size=6,
    )
    found = [
        {
            "start": segment.start,
            "end": segment.end,
            "text": segment.text.strip(),
            "confidence": math.exp(min(0.0, segment.avg_logprob)),
        }
        for segment in segments
        if segment.no_speech_prob < 0.8
    ]
    json.dump({"language": about.language, "segments": found}, sys.stdout)


def _limit_memory():
    """Odoo's workers have a tight limit, which a model does not fit into."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


if __name__ == "__main__":
    main(*sys.argv[1:])
