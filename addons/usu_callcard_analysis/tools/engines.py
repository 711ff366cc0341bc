"""Engines of recognition: a piece of sound in, what was said out.

Two come with the addon; both are optional. ``recognise`` is called by background work
only, never in a user's transaction, and always ends within ``TIMEOUT`` seconds.
"""

import importlib.util
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import requests

_logger = logging.getLogger(__name__)

TIMEOUT = 100
MAX_ANSWER = 1024 * 1024
RUNNER = Path(__file__).with_name("whisper_runner.py")
# what a folder with a model for faster-whisper holds at least
MODEL_FILES = ("model.bin", "config.json")


class EngineError(Exception):
    """The engine gave no answer; the text says why, for an administrator."""


class FasterWhisper:
    """faster-whisper on this machine, in a process of its own.

    The model takes hundreds of megabytes and minutes of processor time: a separate,
    low-priority process keeps both away from Odoo's workers and can be stopped.
    """

    def __init__(self, model_path="", python=sys.executable, environ=None):
        self.model_path, self.python = model_path or "", python
        self.environ = environ or {}

    def problem(self):
        """Why it cannot be used, ``""`` when it can: a key of the settings' words."""
        if self.environ.get("PYTHONPATH") is None and not _installed("faster_whisper"):
            return "not_installed"
        folder = Path(self.model_path) if self.model_path else None
        if not folder or not all((folder / name).is_file() for name in MODEL_FILES):
            return "no_model"
        return ""

    def recognise(self, clip, language=""):
        """:param bytes clip: mono 16-bit WAV; :param str language: "" to detect it."""
        if self.problem():
            raise EngineError(f"faster-whisper: {self.problem()}")
        command = [self.python, str(RUNNER), self.model_path, language or ""]
        try:
            done = subprocess.run(
                command,
                input=clip,
                capture_output=True,
                timeout=TIMEOUT,
                env=os.environ | self.environ,
            )
        except subprocess.TimeoutExpired as error:
            raise EngineError("faster-whisper: no answer in time") from error
        except OSError as error:
            raise EngineError("faster-whisper: it cannot be started") from error
        if done.returncode:
            last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
            raise EngineError(f"faster-whisper: {' '.join(last)[:200]}")
        return _answer(done.stdout)


class HttpEngine:
    """Any server that keeps to the interface of docs/admin/recordings.md."""

    def __init__(self, url="", key=""):
        self.url, self.key = url or "", key or ""

    def problem(self):
        return "" if self.url.startswith(("http://", "https://")) else "no_url"

    def recognise(self, clip, language=""):
        if self.problem():
            raise EngineError("the engine's address is missing")
        headers = {"Content-Type": "audio/wav", "Accept": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        try:
            response = requests.post(
                self.url,
                data=clip,
                params={"language": language} if language else None,
                headers=headers,
                timeout=(5, TIMEOUT),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            kind = type(error).__name__
            raise EngineError(f"the engine does not answer ({kind})") from error
        if response.status_code != 200:
            raise EngineError(f"the engine answers HTTP {response.status_code}")
        return _answer(response.content)


def _answer(content):
    if len(content) > MAX_ANSWER:
        raise EngineError("the engine's answer is too long")
    try:
        answer = json.loads(content)
    except ValueError as error:
        raise EngineError("the engine's answer is no JSON") from error
    if not isinstance(answer, dict):
        raise EngineError("the engine's answer is no JSON object")
    return answer


def _installed(name):
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
