"""The project's environment for tools and tests: databases, Odoo processes, servers.

    db = scratch("usu_routing", "usu_chat")      # context manager: a database's name
    with Server(db, workers=2) as server: ...    # a running Odoo, server.url
    odoo("shell", "-d", db, input="...")         # Odoo's command line

All test databases are clones of one template that holds Odoo's and OCA's addons with
their assets built. The template is dumped into $USU_CACHE; its key is the hash of all
that went into it.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import pg

ROOT = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("USU_CACHE") or Path.home() / ".cache/usu")
ODOO = ROOT / ".usu/odoo/odoo-bin"
PYTHON = ROOT / ".usu/venv/bin/python"
# what our addons and bridges meet in a clinic; website brings its own assets
BASE = (
    "helpdesk_mgmt,website_livechat,calendar,phone_validation,sms,mass_mailing,"
    "sale_management,account,hr,google_recaptcha,website_cf_turnstile,privacy_lookup,"
    "digest,auth_signup,hr_hourly_cost,hr_skills"
)
# what the upstream suites are run on: their tests at installation fail beside account
LEAN = "helpdesk_mgmt,website_livechat"
ADDONS = sorted(p.parent.name for p in ROOT.glob("addons/*/__manifest__.py"))
ASSETS = "env['ir.qweb']._pregenerate_assets_bundles(); env.cr.commit()\n"
IN_DATABASE = (
    "env['ir.config_parameter'].set_param('ir_attachment.location', 'db')\n"
    "env['ir.attachment'].force_storage(); env.cr.commit()\n"
)


def _state():
    """A folder of this checkout for throw-away data, in memory where there is room."""
    if os.environ.get("USU_STATE"):
        return Path(os.environ["USU_STATE"])
    name = f"usu-{os.getuid()}-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]}"
    shm = Path("/dev/shm")
    if os.access(shm, os.W_OK) and shutil.disk_usage(shm).free > 3 << 30:
        return shm / name
    return Path("/var/tmp") / name


STATE = _state()
cluster = pg.Cluster(STATE / "pg", pg.THROW_AWAY)


def start():
    """The test server, running. Kept between runs: ./usu stop ends it."""
    STATE.mkdir(parents=True, exist_ok=True)
    STATE.chmod(0o755)
    return cluster.start()


def config(db="", **options):
    """Write a configuration file for Odoo on the test server; its path."""
    values = {
        "addons_path": ROOT / "addons",
        "db_host": cluster.folder,
        "db_user": "odoo",
        # so that tests meet read-only cursors as a clinic with a replica does
        "db_replica_host": cluster.folder,
        "db_template": "template0",
        "data_dir": STATE / "data",
        "http_interface": "127.0.0.1",
        "max_cron_threads": 0,
        "list_db": False,
        "db_maxconn": 32,
    }
    if db:
        values |= {"db_name": db, "dbfilter": f"^{db}$"}
    values |= options
    text = "[options]\n" + "".join(f"{k} = {v}\n" for k, v in values.items())
    path = STATE / f"odoo-{hashlib.sha256(text.encode()).hexdigest()[:12]}.conf"
    path.write_text(text)
    return path


def odoo(*args, conf=None, log=None, check=True, **kw):
    """Run odoo-bin; ``log`` a path for its output. Returns the finished process."""
    args = [str(a) for a in args]
    if args and not args[0].startswith("-"):
        command = [args[0], "-c", str(conf or config()), *args[1:]]
    else:
        command = ["-c", str(conf or config()), *args]
    if log:
        with open(log, "ab") as out:
            done = subprocess.run(
                [PYTHON, ODOO, *command], stdout=out, stderr=subprocess.STDOUT, **kw
            )
    else:
        done = subprocess.run([PYTHON, ODOO, *command], **kw)
    if check and done.returncode:
        if log:
            sys.stderr.write("".join(open(log, errors="replace").readlines()[-25:]))
        sys.exit(f"odoo {' '.join(args[:6])}: failed ({done.returncode})")
    return done


def shell(db, code):
    """Run ``code`` in Odoo's shell (``env`` is there); what it printed."""
    done = odoo(
        *("shell", "-d", db, "--no-http", "--log-level=error"),
        input=code,
        text=True,
        stdout=subprocess.PIPE,
    )
    return done.stdout


def say(text):
    print(f"usu: {text}", file=sys.stderr, flush=True)


@contextmanager
def step(what):
    """Say what takes long, and how long it took."""
    t0 = time.monotonic()
    say(f"{what} ...")
    yield
    say(f"{what}: {time.monotonic() - t0:.0f} s")


@contextmanager
def locked(name):
    with open(STATE / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def template_dump(base=BASE):
    """Path in the cache of the dump of the database with the addons ``base``."""
    stamp = ROOT / ".usu/odoo/.complete"
    version = subprocess.run(
        [pg.programs() / "postgres", "-V"], capture_output=True, text=True, check=True
    ).stdout
    parts = [
        stamp.read_bytes() if stamp.exists() else os.environ["ODOO_PATH"].encode(),
        base.encode(),
        (ROOT / "requirements/oca.txt").read_bytes(),
        version.split(") ", 1)[1].strip().encode(),
    ]
    key = hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]
    return CACHE / f"template-{key}.dump"


def template(base=BASE):
    """Name of the database with the addons ``base`` installed, assets built."""
    start()
    dump = template_dump(base)
    name = dump.stem.replace("template-", "base_")
    with locked("template"):
        if cluster.exists(name):
            return name
        building = f"{name}_new"
        cluster.drop(building)
        if dump.exists():
            with step("template database from the cache"):
                cluster.program("createdb", "-T", "template0", "-E", "UTF8", building)
                cluster.program("pg_restore", "-j2", "--no-owner", "-d", building, dump)
        else:
            with step("template database: installing Odoo's addons (about 2 minutes)"):
                _install(building, base, STATE / "template.log")
                shell(building, IN_DATABASE)
            with step("template database: building its assets"):
                shell(building, ASSETS)
            CACHE.mkdir(parents=True, exist_ok=True)
            part = dump.with_suffix(f".{os.getpid()}")
            cluster.program("pg_dump", "-Fc", "-f", part, building)
            part.replace(dump)
        cluster.sql(f'ALTER DATABASE "{building}" RENAME TO "{name}"')
    return name


def ours(addons=None, demo=False, base=BASE, assets=True):
    """Name of a database with our addons installed: a clone source, made once.

    :param addons: names; all of ours when empty. :param demo: with demonstration data
    :param assets: build them, for browsers
    """
    wanted = sorted(addons or ADDONS)
    base = template(base)
    digest = hashlib.sha256(f"{base}{wanted}{demo}{assets}".encode())
    for path in sorted((ROOT / "addons").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(str(path).encode() + path.read_bytes())
    name = f"ours_{digest.hexdigest()[:12]}"
    with locked("ours"):
        if cluster.exists(name):
            return name
        for (old,) in cluster.sql(
            "SELECT datname FROM pg_database WHERE datname LIKE 'ours_%'"
        ):
            age = STATE / f"{old}.used"
            if not age.exists() or time.time() - age.stat().st_mtime > 3600:
                cluster.drop(old)
                age.unlink(missing_ok=True)
        building = f"new_{name}"
        cluster.drop(building)
        cluster.clone(base, building)
        with step(f"installing {', '.join(wanted)}"):
            if demo:
                cluster.sql(DEMO, building)
            _install(building, ",".join(wanted), STATE / "install.log", demo=demo)
        if assets:
            with step("building their assets"):
                shell(building, ASSETS)
        cluster.sql(f'ALTER DATABASE "{building}" RENAME TO "{name}"')
        (STATE / f"{name}.used").touch()
    return name


# an addon's demonstration data are loaded only where its dependencies have theirs;
# Odoo's own (hundreds of records of another business) are not wanted here
DEMO = "UPDATE ir_module_module SET demo = TRUE WHERE state = 'installed'"


def _install(db, addons, log, demo=False):
    log.unlink(missing_ok=True)
    args = [
        "-d",
        db,
        "-i",
        addons,
        "--stop-after-init",
        "--no-http",
        "--log-level=warn",
    ]
    odoo(*args, *(["--with-demo"] if demo else []), log=log)


@contextmanager
def scratch(*addons, demo=False, keep=False):
    """A database with ``addons`` (none named: all of ours); dropped at the end."""
    # proofs of a few addons need no screens
    source = ours(addons, demo=demo, assets=not addons)
    (STATE / f"{source}.used").touch()
    name = f"scratch_{os.getpid()}_{int(time.monotonic() * 1000) % 10**8}"
    cluster.clone(source, name)
    try:
        yield name
    finally:
        if not keep:
            cluster.drop(name)


def free_ports(count):
    """``count`` TCP ports of the loopback interface that nobody uses now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for s in sockets:
            s.bind(("127.0.0.1", 0))
        return [s.getsockname()[1] for s in sockets]
    finally:
        for s in sockets:
            s.close()


class Server:
    """A running Odoo on a database.

    :param int workers: 0 = one threaded process; else HTTP workers + a websocket one
    :param int cron: cron threads
    :param options: further settings of odoo.conf
    ``url`` HTTP address; ``websocket_url`` of the websocket process; ``log`` path
    """

    def __init__(self, db, workers=0, cron=0, name="server", **options):
        self.db = db
        self.workers = workers
        self.port, self.gevent_port = free_ports(2)
        self.url = f"http://127.0.0.1:{self.port}"
        self.websocket_url = (
            f"http://127.0.0.1:{self.gevent_port if workers else self.port}"
        )
        self.log = STATE / f"{name}-{db}-{self.port}.log"
        self.conf = config(
            db,
            http_port=self.port,
            gevent_port=self.gevent_port,
            workers=workers,
            max_cron_threads=cron,
            **options,
        )
        self.process = None

    def start(self, timeout=90):
        with open(self.log, "ab") as out:
            self.process = subprocess.Popen(
                [PYTHON, ODOO, "-c", self.conf, "--log-level=info"],
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                urllib.request.urlopen(self.url + "/web/health", timeout=10).read()
                return self
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        tail = "".join(open(self.log, errors="replace").readlines()[-20:])
        self.stop()
        raise RuntimeError(f"Odoo did not answer on {self.url}:\n{tail}")

    def stop(self, sig=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, sig)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def warnings(self):
        """Lines of the log at WARNING or above."""
        text = self.log.read_text(errors="replace").splitlines()
        return [
            x
            for x in text
            if any(f" {s} " in x for s in ("WARNING", "ERROR", "CRITICAL"))
        ]

    __enter__ = start

    def __exit__(self, *exc):
        self.stop()
