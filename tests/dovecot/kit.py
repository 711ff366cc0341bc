"""A real Dovecot (IMAP and POP3) in a folder of its own, loopback only, no root needed.

    with Dovecot() as post:
        box = post.mailbox("desk@clinic.test")
        box.append(letter(sender="anna@home.test", subject="Appointment"))
        post.imap_port, post.pop_port, box.user, box.password

Started as root it serves the mail as ``nobody``; started by anybody else, as that
user. Passwords are plain on purpose: nothing leaves the machine.
"""

import contextlib
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from datetime import datetime, timezone
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

PASSWORD = "secret"
CONF = """\
protocols = imap pop3
listen = 127.0.0.1
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:{root}/mail/%u
mail_fsync = never
mail_max_userip_connections = 100
passdb {{
  driver = passwd-file
  args = {root}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
}}
{extra}
"""


class Mailbox:
    """One account. ``append`` delivers as a mail server would."""

    def __init__(self, server, user):
        self.server = server
        self.user = user
        self.password = PASSWORD

    @contextlib.contextmanager
    def imap(self, folder="INBOX"):
        connection = imaplib.IMAP4("127.0.0.1", self.server.imap_port, timeout=20)
        connection.login(self.user, self.password)
        if folder:
            connection.select(f'"{folder}"')
        try:
            yield connection
        finally:
            connection.logout()

    def append(self, *letters, folder="INBOX"):
        with self.imap(None) as connection:
            if folder != "INBOX":
                connection.create(f'"{folder}"')
            for raw in letters:
                result, data = connection.append(f'"{folder}"', None, None, raw)
                if result != "OK":
                    raise RuntimeError(f"APPEND: {data}")

    def count(self, what="ALL", folder="INBOX"):
        with self.imap(folder) as connection:
            return len(connection.search(None, what)[1][0].split())

    def expunge(self, number, folder="INBOX"):
        with self.imap(folder) as connection:
            connection.store(str(number), "+FLAGS", "\\Deleted")
            connection.expunge()

    def read_all(self, folder="INBOX"):
        """A person reads the mailbox."""
        with self.imap(folder) as connection:
            connection.store("1:*", "+FLAGS", "\\Seen")

    def renumber(self):
        """The server loses its numbering: a new UIDVALIDITY."""
        time.sleep(1.1)  # Dovecot takes the clock's second as UIDVALIDITY
        for name in ("dovecot-uidlist", "dovecot.index", "dovecot.index.log"):
            (self.server.root / "mail" / self.user / name).unlink(missing_ok=True)
        for path in (self.server.root / "mail" / self.user).glob(
            "dovecot-uidvalidity*"
        ):
            path.unlink()


class Dovecot:
    """A running server; a context manager."""

    def __init__(self, extra=""):
        self.root = Path(tempfile.mkdtemp(prefix="usu-dovecot-"))
        self.imap_port, self.pop_port = _free_ports(2)
        self.extra = extra
        self.process = None

    def mailbox(self, user):
        with open(self.root / "users", "a") as users:
            users.write(f"{user}:{{PLAIN}}{PASSWORD}\n")
        box = Mailbox(self, user)
        if self.process:
            self._await_login(box)
        return box

    def _await_login(self, box):
        """Dovecot looks at its list of users once a second."""
        end = time.monotonic() + 10
        while True:
            try:
                with box.imap():
                    return
            except imaplib.IMAP4.error:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)

    def start(self):
        program = shutil.which("dovecot") or "/usr/sbin/dovecot"
        if not os.path.exists(program):
            raise RuntimeError(
                "no dovecot: apt-get install dovecot-imapd dovecot-pop3d"
            )
        name = "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        account = pwd.getpwnam(name)
        self.root.chmod(0o755)
        for folder in ("run", "state", "mail", "home"):
            (self.root / folder).mkdir(exist_ok=True)
            if os.getuid() == 0:
                os.chown(self.root / folder, account.pw_uid, account.pw_gid)
        (self.root / "users").touch()
        conf = self.root / "dovecot.conf"
        conf.write_text(
            CONF.format(
                root=self.root,
                user=name,
                group=_group(account.pw_gid),
                uid=account.pw_uid,
                gid=account.pw_gid,
                imap=self.imap_port,
                pop=self.pop_port,
                extra=self.extra,
            )
        )
        self.process = subprocess.Popen(
            [program, "-F", "-c", str(conf)],
            stdout=subprocess.DEVNULL,
            stderr=open(self.root / "stderr", "w"),
            start_new_session=True,
        )
        self._await()
        return self

    def _await(self):
        end = time.monotonic() + 15
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(OSError):
                with socket.create_connection(("127.0.0.1", self.imap_port), 1) as s:
                    if s.recv(10).startswith(b"* OK"):
                        return
            time.sleep(0.05)
        log = self.root / "dovecot.log"
        text = (self.root / "stderr").read_text() + (
            log.read_text() if log.exists() else ""
        )
        self.stop()
        raise RuntimeError(f"Dovecot did not start:\n{text[-2000:]}")

    def stop(self):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        shutil.rmtree(self.root, ignore_errors=True)

    __enter__ = start

    def __exit__(self, *exc):
        self.stop()


def letter(
    sender="anna@home.test",
    subject="A question",
    body="Good day, is there a free hour on Friday?",
    to="desk@clinic.test",
    message_id=True,
    headers=(),
    files=(),
):
    """A plain letter as bytes. ``message_id``: True for one, None for none, or text."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(datetime.now(timezone.utc))
    if message_id is True:
        message_id = make_msgid(domain="home.test")
    if message_id:
        message["Message-ID"] = message_id
    for name, value in headers:
        message[name] = value
    message.set_content(body)
    for name, content in files:
        message.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=name
        )
    return bytes(message)


def _group(gid):
    import grp

    return grp.getgrgid(gid).gr_name


def _free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()
