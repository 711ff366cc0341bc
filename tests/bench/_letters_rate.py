"""Runs in Odoo's shell; ``COUNT``, ``IMAP`` and ``ROOT`` are set by the caller."""

import json
import time
from pathlib import Path

from odoo.addons.usu_intake.tools.letter_reader import LetterReader

from tests.dovecot.kit import Mailbox, letter

ROUNDS = 4


class Post:
    imap_port = IMAP  # noqa: F821
    root = Path(ROOT)  # noqa: F821


def mailbox(env):
    desk = env["helpdesk.ticket.team"].create(
        {"name": "Bench", "user_ids": [(6, 0, env.ref("base.user_admin").ids)]}
    )
    (Post.root / "users").write_text("desk@clinic.test:{PLAIN}secret\n")
    env["ir.config_parameter"].set_param("usu_intake.letters_per_hour", "1000000")
    env["res.partner"].create(
        [{"name": f"C {i}", "email": f"c{i}@home.test"} for i in range(COUNT)]  # noqa: F821
    )
    server = env["fetchmail.server"].create(
        {
            "name": "Bench",
            "server_type": "imap",
            "server": "127.0.0.1",
            "port": IMAP,  # noqa: F821
            "user": "desk@clinic.test",
            "password": "secret",
            "state": "done",
            "usu_intake": True,
            "usu_team_id": desk.id,
            "usu_check_dkim": False,
            "usu_acknowledge": False,
        }
    )
    env["ir.cron"].search([]).write({"active": False})
    env.cr.commit()
    return server


class Clock:
    def __init__(self):
        self.rows = {}

    def measure(self, name, count, work):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        row = self.rows.setdefault(name, [0, 0.0, 0.0])
        row[0] += count
        row[1] += time.perf_counter() - wall
        row[2] += time.process_time() - cpu

    def result(self):
        return {
            name: {
                "per_second": round(count / wall, 1),
                "cpu_ms": round(cpu / count * 1000, 1),
                "letters": count,
            }
            for name, (count, wall, cpu) in self.rows.items()
        }


def plain(kind, start, count):
    """Plain letters; ``c`` from clients, ``s`` from strangers."""
    return [
        letter(
            sender=f"{kind}{start + i}@home.test",
            subject=f"{kind} {start + i}",
            message_id=f"<{kind}{start + i}@home.test>",
        )
        for i in range(count)
    ]


def bare(env, letters):
    for raw in letters:
        env["mail.thread"].message_process("helpdesk.ticket", raw)
        env.cr.commit()


def process(env):
    with LetterReader(seconds=30) as reader:
        while claimed := env["usu.intake.item"]._claim():
            env.cr.commit()
            for item in claimed:
                item._run(reader)


def store(env, server, letters):
    for raw in letters:
        env["usu.intake.item"]._store_letter(raw, server=server)
    env.cr.commit()


def main(env):
    server, clock = mailbox(env), Clock()
    box, each = Mailbox(Post, "desk@clinic.test"), COUNT // ROUNDS  # noqa: F821
    bare(env, plain("warm", 0, 3))
    for turn in range(ROUNDS):
        start = turn * each
        known, strangers = plain("c", start, each), plain("s", start, each)
        others = plain("o", start, each)
        clock.measure("message_process", each, lambda: bare(env, others))  # noqa: B023
        store(env, server, known)
        clock.measure("processed, known", each, lambda: process(env))
        store(env, server, strangers)
        clock.measure("triaged, unknown", each, lambda: process(env))
        box.append(*plain("f", start, each))
        clock.measure("stored from IMAP", each, server._usu_fetch)
        env["usu.intake.item"].search([("state", "=", "new")]).write(
            {"state": "triage"}
        )
        env.cr.commit()
    return clock.result()


print("RESULT " + json.dumps(main(env)))  # noqa: F821 - the shell's
