"""Runs in Odoo's shell: every file of a folder through queue and processing.

``env`` is the shell's; ``FOLDER`` and ``KNOWN`` are set by the caller. Prints one line
``RESULT {json}``.
"""

import json
import logging
import resource
import time
from pathlib import Path

from odoo.addons.usu_intake.tools.letter_reader import LetterReader

QUEUE_LOGGER = "odoo.addons.usu_intake.models.usu_intake_item_queue"


class Counter(logging.Handler):
    """Counts what escaped while a letter was processed."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.lines = []

    def emit(self, record):
        self.lines.append(str(record.exc_info and record.exc_info[1])[:200])


def letters_of(folder):
    for path in sorted(p for p in Path(folder).rglob("*") if p.is_file()):
        raw = path.read_bytes()
        if raw.startswith(b"From "):  # an mbox separator, no part of the letter
            raw = raw.split(b"\n", 1)[-1]
        yield path, raw


def mailbox(env):
    desk = env["helpdesk.ticket.team"].create({"name": "Proof"})
    env["ir.config_parameter"].set_param("usu_intake.letters_per_hour", "100000")
    return env["fetchmail.server"].create(
        {
            "name": "Proof",
            "server_type": "local",
            "usu_intake": True,
            "usu_team_id": desk.id,
            "usu_check_dkim": False,  # no network here
            "usu_address": "desk@clinic.test",
        }
    )


def count(env, model):
    return env[model].with_context(active_test=False).search_count([])


def run(env, folder, known):
    server = mailbox(env)
    env["res.partner"].create([{"name": a, "email": a} for a in known])
    env.cr.commit()
    before = {m: count(env, m) for m in ("res.partner", "helpdesk.ticket")}
    attachments = count(env, "ir.attachment"), count(env, "mail.message")
    items, size, files = env["usu.intake.item"], 0, 0
    keep = {}
    for path, raw in letters_of(folder):
        item, _new = items._store_letter(raw, server=server)
        env.cr.commit()
        keep.setdefault(item.id, (path, raw))
        size, files = size + len(raw), files + 1
    escaped = Counter()
    logging.getLogger(QUEUE_LOGGER).addHandler(escaped)
    logging.getLogger(QUEUE_LOGGER).propagate = False
    walls, cpu = [], time.process_time()
    with LetterReader() as reader:
        while claimed := items._claim():
            env.cr.commit()
            for item in claimed:
                start = time.perf_counter()
                item._run(reader)
                walls.append(time.perf_counter() - start)
                env.invalidate_all()
    cpu = time.process_time() - cpu
    states = dict(items._read_group([], ["state"], ["__count"]))
    unreadable = sum(items.browse(i)._get_raw() != keep[i][1] for i in keep)
    env.cr.execute("SELECT pg_total_relation_size('usu_intake_item')")
    stored = env.cr.fetchone()[0]
    walls = sorted(walls) or [0]
    return {
        "letters": files,
        "done": states.get("done", 0),
        "triage": states.get("triage", 0),
        "error": states.get("error", 0),
        "uncaught": len(escaped.lines),
        "slowest_seconds": round(walls[-1], 3),
        "new_partners": count(env, "res.partner") - before["res.partner"],
        "new_tickets": count(env, "helpdesk.ticket") - before["helpdesk.ticket"],
        "rejected": states.get("rejected", 0),
        "repeated": files - len(keep),
        "lost": len(keep) - sum(states.values()) + states.get("new", 0),
        "raw_unreadable": unreadable,
        "p99_seconds": round(walls[int(len(walls) * 0.99)], 3),
        "seconds": round(sum(walls), 1),
        "bytes": size,
        "bytes_in_database": stored,
        "new_attachments": count(env, "ir.attachment") - attachments[0],
        "new_messages": count(env, "mail.message") - attachments[1],
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "escaped": escaped.lines[:5],
    }


print("RESULT " + json.dumps(run(env, FOLDER, KNOWN)))  # noqa: F821 - the shell's
