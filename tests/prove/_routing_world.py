"""Real Odoo processes on one database, for the proofs and figures of usu_routing.

Odoo is loaded once, its connections are closed, and workers are forked from it, as
Odoo's own prefork server does. Every piece of work runs in a transaction of its own
through `odoo.service.model.retrying`, as a request to the server does.
"""

import json
import multiprocessing
import os
import random
import sys
import time
import traceback
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ROOT / ".usu/odoo/usr/lib/python3/dist-packages"
FORK = multiprocessing.get_context("fork")
ADMIN = 2


class Rollback(Exception):
    """Give a transaction up on purpose."""


class World:
    """One database with Odoo loaded on it."""

    def __init__(self, conf, db):
        if str(PACKAGES) not in sys.path and not os.environ.get("ODOO_PATH"):
            sys.path.insert(0, str(PACKAGES))
        import odoo
        from odoo.modules.registry import Registry

        odoo.tools.config.parse_config(
            ["-c", str(conf), "-d", db, "--log-level=critical", "--no-http"]
        )
        self.odoo, self.db = odoo, db
        self.registry = Registry(db)

    @contextmanager
    def env(self, uid=1, commit=True):
        with self.registry.cursor() as cr:
            yield self.odoo.api.Environment(cr, uid, {})
            if not commit:
                cr.rollback()

    def transaction(self, work, uid=1):
        """Do ``work(env)`` as a request would; ``(result, tries)``."""
        from odoo.service.model import retrying

        tries = 0
        with self.registry.cursor() as cr:
            env = self.odoo.api.Environment(cr, uid, {})

            def attempt():
                nonlocal tries
                tries += 1
                return work(env)

            return retrying(attempt, env), tries

    def crew(self, count, work, *args):
        """Fork ``count`` workers; each runs ``work(world, number, *args)``.

        :return: their results, in order; a worker's exception ends the proof
        """
        pipes, workers = [], []
        self.odoo.sql_db.close_all()
        for number in range(count):
            ours, theirs = FORK.Pipe(duplex=False)
            worker = FORK.Process(target=self._work, args=(theirs, work, number, args))
            worker.start()
            theirs.close()
            pipes.append(ours)
            workers.append(worker)
        results = []
        for pipe, worker in zip(pipes, workers, strict=True):
            try:
                results.append(pipe.recv())
            except EOFError:
                results.append(None)
            worker.join()
        bad = [result for result in results if isinstance(result, Trouble)]
        if bad:
            raise RuntimeError(f"a worker failed:\n{bad[0].text}")
        return results

    def _work(self, pipe, work, number, args):
        random.seed(1000 + number)
        try:
            pipe.send(work(self, number, *args))
        except BaseException:  # noqa: BLE001 - reported to the parent
            pipe.send(Trouble(traceback.format_exc()))
        finally:
            pipe.close()
            self.odoo.sql_db.close_all()
            os._exit(0)


class Trouble:
    def __init__(self, text):
        self.text = text


def _in_odoo(pipe, conf, db, work, args):
    try:
        pipe.send(work(World(conf, db), *args))
    except BaseException:  # noqa: BLE001 - reported to the parent
        pipe.send(Trouble(traceback.format_exc()))


def in_odoo(conf, db, work, *args):
    """``work(world, *args)`` in a process of its own that has Odoo loaded on ``db``."""
    ours, theirs = FORK.Pipe(duplex=False)
    process = FORK.Process(target=_in_odoo, args=(theirs, conf, db, work, args))
    process.start()
    theirs.close()
    try:
        result = ours.recv()
    except EOFError:
        result = Trouble("the process ended without an answer")
    process.join()
    if isinstance(result, Trouble):
        raise RuntimeError(result.text)
    return result


# ------------------------------------------------------------------------ what is there


def people(env, count, name="agent", groups=("base.group_user",)):
    """``count`` employees; their ids."""
    links = [(4, env.ref(group).id) for group in groups]
    users = env["res.users"].with_context(no_reset_password=True, mail_notrack=True)
    return users.create(
        [
            {"name": f"{name} {n}", "login": f"{name}_{n}", "group_ids": links}
            for n in range(count)
        ]
    ).ids


def desk(env, user_ids, steps, name="Proof", **agent_vals):
    """A desk whose members are ``user_ids`` and whose policy has ``steps`` (dicts)."""
    policy = env["usu.routing.policy"].create(
        {
            "name": name,
            "step_ids": [
                (0, 0, {"sequence": n, "availability": "any", **step})
                for n, step in enumerate(steps)
            ],
        }
    )
    team = env["helpdesk.ticket.team"].create(
        {"name": name, "user_ids": [(6, 0, user_ids)], "usu_policy_id": policy.id}
    )
    if "usu_calendar_id" in team._fields:
        team.usu_calendar_id = False
    if agent_vals:
        known = {agent.user_id.id: agent for agent in team.usu_agent_ids}
        for user_id in user_ids:
            if user_id in known:
                known[user_id].write(agent_vals)
            else:
                team.usu_agent_ids.create(
                    {"desk_id": team.id, "user_id": user_id, **agent_vals}
                )
    return team


def closed_stage(env):
    return env["helpdesk.ticket.stage"].search([("closed", "=", True)], limit=1)


# ---------------------------------------------------------------------------- reporting


def quantile(values, share):
    ordered = sorted(values)
    if not ordered:
        return 0.0
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def milliseconds(values):
    return f"{quantile(values, 0.5):.0f} / {quantile(values, 0.95):.0f}"


def table(title, head, rows):
    """Print rows of text under a head, columns as wide as needed."""
    cells = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(row[n]) for row in cells) for n in range(len(head))]
    print(f"\n{title}")
    for row in cells:
        first, *others = row
        line = first.ljust(widths[0]) + "".join(
            f"  {cell.rjust(width)}"
            for cell, width in zip(others, widths[1:], strict=True)
        )
        print("  " + line.rstrip())
    sys.stdout.flush()


class Verdicts:
    """Collects what held and what did not."""

    def __init__(self):
        self.figures, self.bad = {}, []

    def check(self, name, held, figures):
        self.figures[name] = {**figures, "held": bool(held)}
        if not held:
            self.bad.append(name)
            print(f"  NOT HELD: {name}")

    def end(self, what):
        print()
        print(json.dumps({"proof": what, "held": not self.bad, **self.figures}))
        return 1 if self.bad else 0


def clock():
    """Seconds on a clock that all processes of this machine share."""
    return time.clock_gettime(time.CLOCK_MONOTONIC)
