"""README's two commands where nothing of ours is: a fresh clone, empty caches.

    ./usu prove clean_machine            both commands, times of each
    ./usu prove clean_machine --run      only ./usu run (and its second start)

The clone holds what is committed. Started as root, the commands run as ``nobody``:
an ordinary user with a home folder of their own and nothing in it. Programs that the
tests need from Debian (Chromium, Dovecot) cannot be installed by such a user and have
to be there. Everything lies in one folder in /var/tmp, removed at the end (kept after
a failure, its path printed).
"""

import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import env

LIMIT = 90 * 60  # seconds for one command


def main(argv):
    home = Path(tempfile.mkdtemp(prefix="usu-clean-", dir="/var/tmp"))
    clone = home / "usu"
    subprocess.run(["git", "clone", "-q", env.ROOT, clone], check=True)
    as_user = []
    if os.geteuid() == 0:
        as_user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        subprocess.run(["chown", "-R", "nobody:nogroup", home], check=True)
    port = env.free_ports(1)[0]
    environ = _bare(home) | {"USU_PORT": str(port)}
    times, bad = {}, []

    def timed(what, *command):
        log = home / f"{what.replace(' ', '_')}.log"
        print(f"   {what}: {' '.join(command)} ...", flush=True)
        begun = time.monotonic()
        with open(log, "wb") as out:
            done = subprocess.run(
                [*as_user, *command],
                **{"cwd": clone, "env": environ, "timeout": LIMIT},
                **{"stdin": subprocess.DEVNULL, "stdout": out, "stderr": out},
            )
        times[what] = round(time.monotonic() - begun)
        last = log.read_text(errors="replace").splitlines()[-3:]
        print(f"   {what}: {times[what]} s, exit {done.returncode}", flush=True)
        if done.returncode:
            bad.append(f"{what}: exit {done.returncode}: {' | '.join(last)}")
        return last

    timed("first run", "./usu", "run")
    if not bad:
        _login_page(port)
        timed("stop", "./usu", "stop")
        timed("second run", "./usu", "run")
        _login_page(port)
        timed("stop again", "./usu", "stop")
    if "--run" not in argv and not bad:
        print("   " + "\n   ".join(timed("first test", "./usu", "test")))
    subprocess.run([*as_user, "./usu", "clean"], cwd=clone, env=environ, check=False)
    print(json.dumps({"prove": "clean_machine", "seconds": times, "bad": bad}))
    if bad:
        print(f"   kept for a look: {home}")
        return 1
    shutil.rmtree(home)
    return 0


def _bare(home):
    """The environment of a person who just logged in: nothing of ours, no folders."""
    ours = ("USU_", "XDG_", "VIRTUAL_ENV", "PYTHON", "ODOO", "PG", "CI")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    return kept | {"HOME": str(home), "USER": "nobody", "LOGNAME": "nobody"}


def _login_page(port):
    url = f"http://127.0.0.1:{port}/web/login"
    with urllib.request.urlopen(url, timeout=60) as answer:
        page = answer.read().decode()
    if 'name="password"' not in page:
        raise AssertionError(f"{url} is no login page: {page[:200]}")
