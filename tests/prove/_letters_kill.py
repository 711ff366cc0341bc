"""Runs in Odoo's shell: kill -9 at every named point, then to the end; count.

Each kill happens in a forked child that fetches and processes with one method wrapped:
at its n-th call the child kills itself. ``KIND``, ``COUNT``, ``PORT``, ``IMAP`` and
``ROOT`` (of the Dovecot) are set by the caller. Leases are aged instead of waited for.
"""

import json
import os
import random
import signal
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from odoo import api, sql_db

from odoo.addons.usu_intake.tools.letter_reader import LetterReader
from odoo.addons.usu_intake.tools.mailbox_imap import ImapFolder
from odoo.addons.usu_intake.tools.mailbox_pop import PopMailbox

from tests.dovecot.kit import Mailbox, letter

BOXES = ("desk@clinic.test", "info@clinic.test")
CLIENTS = 20


def prepare(env, post):
    """Two mailboxes with letters: a third without Message-ID, a tenth in both."""
    desk = env["helpdesk.ticket.team"].create({"name": "Proof"})
    env["ir.config_parameter"].set_param("usu_intake.letters_per_hour", "100000")
    env["res.partner"].create(
        [{"name": f"C {i}", "email": f"c{i}@home.test"} for i in range(CLIENTS)]
    )
    (post.root / "users").write_text(
        "".join(f"{user}:{{PLAIN}}secret\n" for user in BOXES)
    )
    boxes = [Mailbox(post, user) for user in BOXES]
    env["fetchmail.server"].create(
        [
            {
                "name": box.user,
                "server_type": KIND,  # noqa: F821 - set by the caller
                "server": "127.0.0.1",
                "port": PORT,  # noqa: F821
                "user": box.user,
                "password": box.password,
                "state": "done",
                "usu_intake": True,
                "usu_team_id": desk.id,
                "usu_check_dkim": False,
                "usu_mark_seen": KIND == "imap",  # noqa: F821
                # deleting is the last step of POP3: everything stored is old enough
                "usu_delete_days": 1 if KIND == "pop" else 0,  # noqa: F821
                "usu_acknowledge": False,
            }
            for box in boxes
        ]
    )
    env["ir.cron"].search([]).write({"active": False})
    env.cr.commit()
    letters = [
        letter(
            sender=f"c{i % CLIENTS}@home.test",
            subject=f"Letter {i}",
            body=f"Letter number {i}",
            message_id=None if i % 3 == 0 else f"<{i}@home.test>",
        )
        for i in range(COUNT)  # noqa: F821
    ]
    for i, raw in enumerate(letters):
        (boxes[i % 2]).append(raw)
        if i % 10 == 0:
            boxes[1 - i % 2].append(b"Received: by mx\r\n" + raw)
    return boxes


class Post:
    """What ``Mailbox`` needs to know of the server."""

    imap_port = IMAP  # noqa: F821
    root = Path(ROOT)  # noqa: F821


class Killer:
    """Wraps methods so that the n-th call ends the process."""

    def __init__(self, owner, name, when, call):
        self.original = getattr(owner, name)
        self.patch = patch.object(owner, name, self._make())
        self.when, self.left = when, call

    def _make(killer):  # noqa: N805 - the inner function has its own self
        def wrapped(self, *args, **kwargs):
            killer.left -= 1
            if killer.left == 0 and killer.when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            result = killer.original(self, *args, **kwargs)
            if killer.left == 0 and killer.when == "after":
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return wrapped


def points(env):
    source = ImapFolder if KIND == "imap" else PopMailbox  # noqa: F821
    server, item = type(env["fetchmail.server"]), type(env["usu.intake.item"])
    last = "mark_seen" if KIND == "imap" else "delete"  # noqa: F821
    return {
        "after fetch": (source, "fetch", "after"),
        "after insert": (server, "_usu_store", "after"),
        "before commit": (server, "_usu_commit", "before"),
        "after commit": (server, "_usu_commit", "after"),
        "before flag": (source, last, "before"),
        "after flag": (source, last, "after"),
        "after claim": (item, "_run", "before"),
        "after ticket": (item, "_letter_receive", "after"),
        "after message": (item, "_post_letter", "after"),
        "after item": (item, "_run", "after"),
    }


@contextmanager
def fresh(env):
    """An environment of its own connection: a forked child must not share one."""
    with env.registry.cursor() as cr:
        yield api.Environment(cr, env.uid, {})


def work(env):
    """What the two scheduled actions do."""
    with fresh(env) as own:
        for server in own["fetchmail.server"].search([("usu_intake", "=", True)]):
            server._usu_fetch()
            own.cr.commit()
    with fresh(env) as own, LetterReader(seconds=30) as reader:
        while claimed := own["usu.intake.item"]._claim():
            own.cr.commit()
            for item in claimed:
                item._run(reader)


def age(env):
    """Time passes: leases of the dead worker run out, stored letters grow old."""
    with fresh(env) as own:
        own.cr.execute("UPDATE usu_intake_item SET claimed_until = NULL")
        own.cr.execute("DELETE FROM usu_routing_claim")
        own.cr.execute(
            "UPDATE usu_intake_sighting SET create_date = create_date - interval '9 d'"
        )


def die_at(env, point, call):
    """Fork, work with the point mined; True if it went off."""
    pid = os.fork()
    if pid == 0:
        sql_db._Pool = sql_db._Pool_readonly = None  # connections belong to the parent
        try:
            with Killer(*point, call).patch:
                work(env)
        finally:
            os._exit(0)
    _pid, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def verdict(env, boxes):
    with fresh(env) as own:
        own.cr.execute(
            """SELECT m.subject, count(*) FROM mail_message m
                WHERE m.message_type = 'email' AND m.subject LIKE 'Letter %'
                GROUP BY m.subject"""
        )
        seen = dict(own.cr.fetchall())
        items = own["usu.intake.item"].search_count([])
        bad = own["usu.intake.item"].search([("state", "!=", "done")])
        wanted = {f"Letter {i}" for i in range(COUNT)}  # noqa: F821
        return {
            "letters": COUNT,  # noqa: F821
            "items": items,
            "lost": len(wanted - set(seen)) + max(0, COUNT - items),  # noqa: F821
            "doubled": sum(n - 1 for n in seen.values()) + max(0, items - COUNT),  # noqa: F821
            "not_done": [f"{i.state}: {i.error or i.reasons}" for i in bad[:3]],
            "left_on_server": sum(box.count() for box in boxes),
        }


def main(env):
    boxes = prepare(env, Post)
    dice, kills, missed = random.Random(1), 0, []
    env.cr.commit()
    env.cr.close()
    sql_db.close_all()
    mined = points(env)
    for name, point in mined.items():
        went_off = die_at(env, point, 1 if "flag" in name else dice.randint(1, 3))
        kills += went_off
        if not went_off:
            missed.append(name)
        age(env)
        sql_db.close_all()
        if name == "after commit" and KIND == "imap":  # noqa: F821
            boxes[0].read_all()  # a person reads the mailbox
            boxes[0].renumber()  # and its server forgets the numbers
    for _ in range(2):
        work(env)
        age(env)
    return {
        "points": len(mined),
        "kills": kills,
        "missed": missed,
        **verdict(env, boxes),
    }


print("RESULT " + json.dumps(main(env)), flush=True)  # noqa: F821 - the shell's
os._exit(0)  # the shell would end a cursor that is closed
