#!/usr/bin/env python3
"""usu-admin: makes, upgrades, saves and restores the clinic's database.

Run by the service ``admin`` of compose.yaml:

    docker compose run --rm admin                       install what is missing
    docker compose run --rm admin upgrade               after a new image
    docker compose run --rm -T admin backup > FILE.zip  database and attachments
    docker compose run --rm -T admin restore < FILE.zip        replaces the database
    docker compose run --rm -T admin copy NAME < FILE.zip      a silent copy beside it
    docker compose run --rm admin password              set it anew from the file
    docker compose run --rm admin odoo ...              Odoo's own command line
    usu-admin alive telegram|mail                       health check of these services

The database's name comes from odoo.conf; the connection from HOST, PORT, USER and
PASSWORD_FILE as in the official image, the password never stands on a command line.
"""

import ast
import configparser
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from contextlib import closing
from importlib import metadata
from pathlib import Path

import psycopg2

from odoo.service.db import restore_db
from odoo.tools import config

import odoo.addons

CONF = os.environ.get("ODOO_RC", "/etc/odoo/odoo.conf")
SET_PASSWORD = """
user = env.ref("base.user_admin")
user.password = {password!r}
env.cr.commit()
"""


def say(text):
    sys.stderr.write(f"usu-admin: {text}\n")
    sys.stderr.flush()


def connection_settings(environ):
    """PG* variables, which libpq and Odoo both read, from the official image's.

    :raise SystemExit: the password's file is missing or empty
    """
    settings = {
        "PGHOST": environ.get("HOST") or "db",
        "PGPORT": environ.get("PORT") or "5432",
        "PGUSER": environ.get("USER") or "odoo",
    }
    if environ.get("PASSWORD_FILE"):
        settings["PGPASSWORD"] = secret(environ["PASSWORD_FILE"])
    elif environ.get("PASSWORD"):
        settings["PGPASSWORD"] = environ["PASSWORD"]
    return settings


def secret(path):
    try:
        value = Path(path).read_text().strip("\r\n")
    except OSError as error:
        sys.exit(
            f"usu-admin: {path} cannot be read ({error.strerror}): "
            "see README.md, step 2 (chmod 644 on the files in secrets/)"
        )
    if not value:
        sys.exit(f"usu-admin: {path} is empty: see README.md, step 2")
    return value


def database():
    config = configparser.RawConfigParser()
    config.read(CONF)
    name = config.get("options", "db_name", fallback="clinic")
    if not name.isidentifier():
        sys.exit(f"usu-admin: db_name in {CONF} has to be one plain name, not {name!r}")
    return name


def addons():
    """Manifests of our addons in this image, by name."""
    found = {}
    for folder in odoo.addons.__path__:
        for manifest in Path(folder).glob("usu_*/__manifest__.py"):
            found.setdefault(
                manifest.parent.name, ast.literal_eval(manifest.read_text())
            )
    return found


def wanted(manifests, choice):
    """Names to install: the chosen ones, else all that do not install themselves."""
    if names := [name for name in choice.replace(",", " ").split() if name]:
        if missing := sorted(set(names) - set(manifests)):
            sys.exit(f"usu-admin: USU_ADDONS: not in this image: {', '.join(missing)}")
        return sorted(names)
    return sorted(name for name, m in manifests.items() if not m.get("auto_install"))


def installed(name):
    """``{addon: version}``; empty without Odoo in it, None if there is no database."""
    try:
        with closing(psycopg2.connect(dbname="postgres")) as connection:
            with connection.cursor() as cr:
                cr.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
                if not cr.fetchone():
                    return None
    except psycopg2.OperationalError as error:
        sys.exit(f"usu-admin: PostgreSQL does not answer: {str(error).strip()}")
    with closing(psycopg2.connect(dbname=name)) as connection:
        with connection.cursor() as cr:
            cr.execute("SELECT to_regclass('ir_module_module')")
            if not cr.fetchone()[0]:
                return {}
            cr.execute(
                "SELECT name, latest_version FROM ir_module_module "
                "WHERE state = 'installed'"
            )
            return dict(cr.fetchall())


def run_odoo(*args, **kw):
    """Odoo's command line; ends this program when it fails."""
    done = subprocess.run(["odoo", *args], **kw)
    if done.returncode:
        sys.exit(f"usu-admin: odoo {' '.join(args[:3])}: failed (see above)")


def install(name):
    """First start: the database; later: compare it with the image.

    A database is made under another name and renamed when it is complete, so that
    no interrupted start leaves one behind with Odoo's own password.
    """
    manifests = addons()
    names = wanted(manifests, os.environ.get("USU_ADDONS", ""))
    have = installed(name)
    if have is None:
        password = secret(os.environ["ADMIN_PASSWORD_FILE"])
        say(f"making the database {name}: {', '.join(names)} (one or two minutes)")
        new = fresh(name)
        run_odoo("-d", new, "-i", ",".join(names), "--stop-after-init", "--no-http")
        set_password(new, password)
        run_odoo("db", "rename", "--force", new, name)
        say("ready: log in as admin with the password of secrets/admin_password")
        return
    if not have:
        sys.exit(f"usu-admin: the database {name} is none of Odoo's: drop it first")
    if missing := [n for n in names if n not in have]:
        say(f"installing {', '.join(missing)}")
        run_odoo("-d", name, "-i", ",".join(missing), "--stop-after-init", "--no-http")
    if old := outdated(manifests, have):
        sys.exit(
            f"usu-admin: the image is newer than the database ({', '.join(old)}). "
            "Save it, then upgrade: docker compose run --rm admin upgrade"
        )
    say(f"the database {name} fits this image")


def fresh(name):
    """A name for the database in the making; what a failed try left is dropped."""
    new = f"{name}_new"
    if installed(new) is not None:
        run_odoo("db", "drop", new)
    return new


def outdated(manifests, have):
    return sorted(
        name
        for name, manifest in manifests.items()
        if name in have and have[name] != manifest["version"]
    )


def set_password(name, password):
    run_odoo(
        *("shell", "-d", name, "--no-http", "--log-level=warn"),
        input=SET_PASSWORD.format(password=password),
        stdout=subprocess.DEVNULL,
        text=True,
    )


def upgrade(name):
    have = installed(name)
    if have is None:
        sys.exit(f"usu-admin: there is no database {name} to upgrade")
    ours = sorted(set(addons()) & set(have))
    say(f"upgrading {', '.join(ours)}")
    run_odoo("-d", name, "-u", ",".join(ours), "--stop-after-init", "--no-http")
    say("upgraded; now: docker compose up -d")


def backup(name):
    if sys.stdout.isatty():
        sys.exit("usu-admin: docker compose run --rm -T admin backup > clinic.zip")
    # to a file first: a copy that failed half way must not look like a backup
    with tempfile.TemporaryDirectory(dir="/var/lib/odoo") as folder:
        path = Path(folder) / "backup.zip"
        run_odoo("db", "dump", name, str(path), stdout=sys.stderr)
        with path.open("rb") as saved:
            shutil.copyfileobj(saved, sys.stdout.buffer, 1 << 20)
        say(f"saved {name}: {path.stat().st_size >> 20} MB")


def restore(name):
    """Replace the database by a backup, once that is in place and complete."""
    if others := connections(name):
        sys.exit(
            f"usu-admin: {name} is in use ({others}): docker compose stop odoo first"
        )
    new = fresh(name)
    load(new, copy=False)
    run_odoo("db", "rename", "--force", new, name)
    say(f"restored {name}; now: docker compose up -d")


def load(name, *, copy):
    """A new database from the backup on standard input.

    :param copy: a second life beside the first: another identity, and neutralised;
        without it the tokens in letters already sent stay valid
    """
    if sys.stdin.isatty():
        sys.exit("usu-admin: docker compose run --rm -T admin restore < clinic.zip")
    with tempfile.TemporaryDirectory(dir="/var/lib/odoo") as folder:
        path = Path(folder) / "backup.zip"
        with path.open("wb") as saved:
            shutil.copyfileobj(sys.stdin.buffer, saved, 1 << 20)
        if not zipfile.is_zipfile(path):
            sys.exit("usu-admin: this is no complete backup (not a zip file)")
        config.parse_config(["-c", CONF], setup_logging=True)
        config["list_db"] = True
        restore_db(name, str(path), copy=copy, neutralize_database=copy)


def connections(name):
    with closing(psycopg2.connect(dbname="postgres")) as connection:
        with connection.cursor() as cr:
            cr.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            return cr.fetchone()[0]


# bots that should be asked for and were not for three minutes
FORGOTTEN = """
SELECT count(*) FROM usu_intake_bot
 WHERE active AND mode = 'polling' AND state = 'connected'
   AND coalesce(poller_seen_at, write_date)
       < timezone('UTC', now()) - interval '3 minutes'
"""


def alive(name, service):
    """Does what waits beside Odoo reach the database, and does it do its work?"""
    with closing(psycopg2.connect(dbname=name)) as connection:
        with connection.cursor() as cr:
            cr.execute(FORGOTTEN if service == "telegram" else "SELECT 0")
            if bots := cr.fetchone()[0]:
                sys.exit(f"usu-admin: {bots} bots are not asked for")


def check():
    """When the image is built: are the Python packages there that addons ask for?"""
    missing = []
    for addon, manifest in addons().items():
        for package in manifest.get("external_dependencies", {}).get("python", []):
            try:
                metadata.version(package)
            except metadata.PackageNotFoundError:
                missing.append(f"{package} ({addon})")
    if missing:
        sys.exit(f"usu-admin: missing in docker/requirements.txt: {missing}")
    say(f"{len(addons())} addons, nothing missing")


def main(argv):
    command, name = (argv[0] if argv else "install"), database()
    if command == "check":
        return check()
    os.environ.update(connection_settings(os.environ))
    if command == "install":
        install(name)
    elif command == "upgrade":
        upgrade(name)
    elif command == "backup":
        backup(name)
    elif command == "restore":
        restore(name)
    elif command == "copy" and len(argv) == 2 and argv[1].isidentifier():
        load(argv[1], copy=True)
        say(f"{argv[1]} is a copy that sends nothing to anybody")
    elif command == "password":
        set_password(name, secret(os.environ["ADMIN_PASSWORD_FILE"]))
        say("the administrator's password is the one of secrets/admin_password")
    elif command == "alive" and argv[1:] in (["telegram"], ["mail"]):
        alive(name, argv[1])
    elif command == "odoo":
        os.execvp("odoo", argv)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
