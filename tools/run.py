"""./usu run | stop | shell | psql | odoo | clean: the demonstration clinic.

Its PostgreSQL and database lie in .usu/demo (or, where the server's account may not
enter the checkout, in /var/tmp) and survive from run to run.
"""

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import env
import pg

DB = "clinic"
PORT = os.environ.get("USU_PORT", "8069")
if not (PORT.isdecimal() and 1024 <= int(PORT) < 65536):
    sys.exit(f"usu: USU_PORT={PORT}: a port is a number from 1024 to 65535")
PORT = int(PORT)
URL = f"http://127.0.0.1:{PORT}"
HERE = env.ROOT / ".usu/demo"
LOGS = env.ROOT / ".usu/logs"
PIDS = HERE / "processes.json"
WELCOME = """
  USU Front Desk is running: {url}

  Log in at {url}/odoo as          (password = the part before the @)
    admin / admin                       administrator
    head1@clinic.example                head of the desk
    reception1@clinic.example           employee; telephone extension 101
    reception2@clinic.example           employee; telephone extension 102

  Try
    Chat    open {url}/ in a private window and write; log in as reception1 or 2
            in another window to get the task, the pop-up and the red dialogue
    Call    a demonstration PBX plays a call to extension 101 every minute:
            stay logged in as reception1 and watch the card come
    Letter  ./usu letter known      a client's letter becomes a routed request
            ./usu letter unknown    a stranger's waits in Helpdesk > Intake > Triage
    Visit   open {url}/book, or {url}/registration
    Head    log in as head1 and open {url}/odoo/desk-wallboard

  ./usu stop ends it. Logs: .usu/logs/run.log, .usu/logs/connector.log
"""


def demo_cluster():
    folder = HERE / "pg"
    if os.geteuid() == 0 and str(env.ROOT).startswith("/root"):
        name = hashlib.sha256(str(env.ROOT).encode()).hexdigest()[:8]
        folder = Path("/var/tmp") / f"usu-demo-{name}"
    return pg.Cluster(folder, pg.COMMON)


cluster = demo_cluster()


def options():
    return ["-c", env.ROOT / "odoo.conf", "--addons-path", env.ROOT / "addons"] + [
        f"--db_host={cluster.folder}",
        f"--data-dir={HERE / 'data'}",
    ]


def odoo(*args, **kw):
    head = [args[0]] if args and not str(args[0]).startswith("-") else []
    command = [env.PYTHON, env.ODOO, *head, *options(), *args[len(head) :]]
    return subprocess.run([str(a) for a in command], cwd=env.ROOT, **kw)


def run(argv):
    running = alive()
    if running:
        print(WELCOME.format(url=running["url"]))
        return 0
    check_port()
    LOGS.mkdir(parents=True, exist_ok=True)
    check_version()
    cluster.start()
    prepare()
    start()
    print(WELCOME.format(url=URL))
    if sys.stdout.isatty() and "--detach" not in argv:
        follow()
    return 0


def check_port():
    with socket.socket() as s:
        if not s.connect_ex(("127.0.0.1", PORT)):
            sys.exit(
                f"usu: port {PORT} is in use: stop what uses it, or choose "
                "another one: USU_PORT=8070 ./usu run"
            )


def check_version():
    made_by = cluster.data / "PG_VERSION"
    if not made_by.exists():
        return
    text = subprocess.run(
        [pg.programs() / "postgres", "-V"], capture_output=True, text=True
    )
    version = made_by.read_text().strip()
    if version not in text.stdout:
        sys.exit(
            f"usu: the demonstration was made by PostgreSQL {version}, "
            f"the programs are {text.stdout.strip()}: ./usu clean makes it anew"
        )


def digest(addon):
    found = hashlib.sha256()
    for path in sorted((env.ROOT / "addons" / addon).rglob("*")):
        if path.is_file() and path.suffix in (
            ".py",
            ".xml",
            ".csv",
            ".po",
            ".sql",
            ".js",
        ):
            found.update(str(path).encode() + path.read_bytes())
    return found.hexdigest()[:16]


def prepare():
    """Make the database once; bring changed addons up to date."""
    stamp = HERE / "addons.json"
    now = {a: digest(a) for a in env.ADDONS}
    if not cluster.exists(DB):
        stamp.unlink(missing_ok=True)
        building = f"{DB}_new"
        cluster.drop(building)
        with env.step(
            "demonstration database: Odoo's addons (2 minutes the first time)"
        ):
            seed(building)
        with env.step("demonstration database: USU Front Desk and its small clinic"):
            log = LOGS / "install.log"
            cluster.sql(env.DEMO, building)
            args = ["-d", building, "-i", ",".join(env.ADDONS), "--with-demo"]
            with open(log, "w") as out:
                done = odoo(
                    *args, "--stop-after-init", "--no-http", stdout=out, stderr=out
                )
            if done.returncode:
                sys.exit(f"usu: the addons could not be installed: see {log}")
        cluster.sql(f'ALTER DATABASE "{building}" RENAME TO "{DB}"')
        stamp.write_text(json.dumps(now))
        return
    before = json.loads(stamp.read_text()) if stamp.exists() else {}
    new = [a for a in now if a not in before]
    changed = [a for a in now if a in before and before[a] != now[a]]
    if new or changed:
        with env.step(f"updating {', '.join(new + changed)}"):
            args = (["-i", ",".join(new)] if new else []) + (
                ["-u", ",".join(changed)] if changed else []
            )
            done = odoo("-d", DB, *args, "--stop-after-init", "--no-http")
            if done.returncode:
                sys.exit(
                    "usu: the update failed (see above); ./usu clean starts afresh"
                )
        stamp.write_text(json.dumps(now))


def seed(db):
    """A database with Odoo's addons: from the cached template, else installed now."""
    dump = env.template_dump()
    if dump.exists():
        cluster.program("createdb", "-T", "template0", "-E", "UTF8", db)
        cluster.program("pg_restore", "-j2", "--no-owner", "-d", db, dump)
        return
    with open(LOGS / "install.log", "w") as out:
        args = ("-d", db, "-i", env.BASE, "--stop-after-init", "--no-http")
        done = odoo(*args, stdout=out, stderr=out)
    if done.returncode:
        sys.exit(f"usu: Odoo could not be installed: see {LOGS}/install.log")


def start():
    with env.step("starting Odoo"):
        pids = {"url": URL, "odoo": background("run", odoo_command())}
        PIDS.write_text(json.dumps(pids))
        wait_for(URL + "/web/health", pids["odoo"])
    connector = env.ROOT / "addons/usu_callcard/connector"
    demo = sorted((connector / "demo").glob("*.jsonl"))
    if demo:
        environ = {"USU_DRIVER": "replay", "USU_ODOO_URL": URL, "USU_PBX": "main"}
        environ |= {
            "USU_SECRET": "demonstration-only",
            "USU_SPOOL": str(HERE / "spool"),
        }
        environ |= {"USU_REPLAY": str(connector / "demo"), "USU_REPLAY_PAUSE": "45"}
        pids["connector"] = background("connector", [env.PYTHON, connector], environ)
        PIDS.write_text(json.dumps(pids))


def odoo_command():
    return [env.PYTHON, env.ODOO, *options(), "-d", DB, f"--http-port={PORT}"]


def background(name, command, environ=None):
    with open(LOGS / f"{name}.log", "ab") as out:
        process = subprocess.Popen(
            [str(c) for c in command],
            cwd=env.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=os.environ | (environ or {}),
        )
    return process.pid


def wait_for(url, pid, seconds=120):
    end = time.monotonic() + seconds
    while time.monotonic() < end and running(pid):
        try:
            return urllib.request.urlopen(url, timeout=20).read()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    sys.stderr.write(
        "".join(open(LOGS / "run.log", errors="replace").readlines()[-15:])
    )
    stop([])
    return sys.exit("usu: Odoo did not start (see above)")


def running(pid):
    """Whether ``pid`` lives and is one of ours: numbers are used again."""
    try:
        return os.readlink(f"/proc/{pid}/cwd") == str(env.ROOT)
    except OSError:
        return False


def alive():
    try:
        pids = json.loads(PIDS.read_text())
    except (OSError, ValueError):
        return None
    return pids if running(pids.get("odoo", 0)) else None


def follow():
    try:
        subprocess.run(
            ["tail", "-n", "0", "-F", LOGS / "run.log", LOGS / "connector.log"]
        )
    except KeyboardInterrupt:
        stop([])


def stop(argv):
    try:
        pids = json.loads(PIDS.read_text())
    except (OSError, ValueError):
        pids = {}
    for pid in [p for name, p in pids.items() if name != "url" and running(p)]:
        os.killpg(pid, signal.SIGTERM)
        end = time.monotonic() + 15
        while running(pid) and time.monotonic() < end:
            time.sleep(0.1)
        if running(pid):
            os.killpg(pid, signal.SIGKILL)
    PIDS.unlink(missing_ok=True)
    cluster.stop()
    if not env.cluster.busy():  # a test may be running in another window
        env.cluster.stop("immediate")
    return 0


def clean(argv):
    stop(argv)
    for folder in (HERE, cluster.folder, env.STATE):
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def need_demo():
    if not cluster.running() and not cluster.data.exists():
        sys.exit("usu: there is no demonstration yet: ./usu run makes it")
    cluster.start()


def shell(argv):
    need_demo()
    return odoo("shell", "-d", *(argv or [DB]), "--no-http").returncode


def psql(argv):
    need_demo()
    db = argv or [DB]
    return subprocess.run([cluster.bin / "psql", *cluster.args, "-d", *db]).returncode


def plain_odoo(argv):
    need_demo()
    return odoo(*argv).returncode


def containers(argv):
    return subprocess.run([env.ROOT / "tools/containers.sh", *argv]).returncode


def template(argv):
    print(env.template())
    return 0


if __name__ == "__main__":
    COMMANDS = {
        **{"run": run, "stop": stop, "clean": clean, "shell": shell, "psql": psql},
        **{"odoo": plain_odoo, "containers": containers, "template": template},
    }
    sys.exit(COMMANDS[sys.argv[1]](sys.argv[2:]))
