"""The connector as a process."""

import os
import signal
import subprocess
import time


class Program:
    """The connector with its environment; it replays a recording unless told else."""

    def __init__(self, command, side, folder, recording, **environ):
        self.command, self.log = command, folder / "log"
        self.environ = {
            **os.environ,
            "USU_DRIVER": "replay",
            "USU_ODOO_URL": side.url,
            "USU_SECRET": "secret",
            "USU_PBX": "main",
            "USU_SPOOL": str(folder / "spool"),
            "USU_REPLAY": str(recording),
            "USU_REPLAY_PAUSE": "0.6",
            "USU_REPLAY_ONCE": "1",
            **environ,
        }
        self.process = None

    def start(self):
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                self.command, env=self.environ, stdout=log, stderr=log
            )
        return self

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def wait(self, timeout=30):
        code = self.process.wait(timeout)
        assert code == 0, self.log.read_text()[-2000:]


def until(condition, timeout=15):
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.05)
