"""Runs in Odoo's shell: kill -9 at every named point, then to the end; count.

Each kill happens in a forked child that polls, processes and sends with one method
wrapped: at its n-th call the child kills itself. ``COUNT``, ``PEOPLE``, ``URL`` and
``TOKEN`` are set by the caller. Leases are aged instead of waited for.
"""

import json
import os
import re
import signal
from contextlib import contextmanager
from unittest.mock import patch

from odoo import api, sql_db

from odoo.addons.usu_intake.tools import bot_poller, telegram_api
from odoo.addons.usu_intake.tools.letter_reader import LetterReader

ROUNDS = 8  # requests of the poller in one life


def prepare(env):
    """A desk, a connected bot, people it knows: what they write goes to the desk."""
    env["ir.cron"].search([]).write({"active": False})
    user = env.ref("base.user_admin")
    desk = env["helpdesk.ticket.team"].create(
        {"name": "Proof", "user_ids": [(6, 0, user.ids)]}
    )
    bot = env["usu.intake.bot"].create(
        {"name": "Proof", "team_id": desk.id, "token": TOKEN, "api_url": URL}  # noqa: F821
    )
    bot.action_connect()
    for number in range(700, 700 + PEOPLE):  # noqa: F821
        env["usu.intake.bot.chat"].create(
            {
                "bot_id": bot.id,
                "chat_number": str(number),
                "name": f"Person {number}",
                "state": "menu",
                "phone": f"+4420794{number:05d}",
            }
        )
    env.cr.commit()
    return bot.id


class Killer:
    """Wraps a method so that its n-th call ends the process."""

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
    item, chat = type(env["usu.intake.item"]), type(env["usu.intake.bot.chat"])
    routing, outbox = type(env["usu.routing"]), type(env["usu.intake.bot.outbox"])
    poller = bot_poller.Poller
    return {
        "after fetch": (telegram_api.TelegramApi, "call", "after"),
        "after insert": (item, "_store_updates", "after"),
        "before commit": (poller, "_store", "before"),
        "after commit": (poller, "_store", "after"),
        "after claim": (item, "_run", "before"),
        "after request": (routing, "_receive", "after"),
        "after message": (chat, "_post", "after"),
        "before item's commit": (item, "_process", "after"),
        "after item": (item, "_run", "after"),
        "before sending": (outbox, "_deliver", "before"),
        "after sending": (outbox, "_deliver", "after"),
        "before noting": (outbox, "_send", "after"),
    }


@contextmanager
def fresh(env):
    """An environment of its own connection: a forked child must not share one."""
    with env.registry.cursor() as cr:
        yield api.Environment(cr, env.uid, {})


class Lives:
    """Stops the poller after some rounds."""

    def __init__(self):
        self.left = 2 * ROUNDS

    def is_set(self):
        self.left -= 1
        return self.left <= 0

    def wait(self, _seconds):
        self.left -= 1


def work(env, bot_id):
    """Poller, processing, an employee who answers, sending."""
    bot_poller.Poller(env.registry, bot_id, Lives(), wait=0).run()
    with fresh(env) as own, LetterReader(seconds=30) as reader:
        while claimed := own["usu.intake.item"]._claim():
            own.cr.commit()
            for item in claimed:
                item._run(reader)
    with fresh(env) as own:
        answer(own, bot_id)
        own.cr.commit()
        own["usu.intake.bot.outbox"]._cron_send()


def answer(env, bot_id):
    """``answer NNNN`` to every message that has none, in the same transaction each."""
    user = env.ref("base.user_admin")
    for chat in env["usu.intake.bot.chat"].search([("bot_id", "=", bot_id)]):
        channel = chat.channel_id
        texts = [str(m.body) for m in channel.message_ids.sorted("id")]
        done = set(re.findall(r"answer (\d{4})", " ".join(texts)))
        for number in re.findall(r"message (\d{4})", " ".join(texts)):
            if number not in done:
                channel.with_user(user).message_post(
                    body=f"answer {number}",
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                )


def age(env):
    """Time passes: leases and claims of the dead run out, pauses are over."""
    with fresh(env) as own:
        own.cr.execute("UPDATE usu_intake_item SET claimed_until = NULL")
        own.cr.execute("DELETE FROM usu_routing_claim")
        own.cr.execute("UPDATE usu_intake_bot_outbox SET next_try = NULL")
        own.cr.execute("UPDATE usu_intake_bot SET send_after = NULL")


def die_at(env, bot_id, point, call):
    """Fork, work with the point mined; True if it went off."""
    pid = os.fork()
    if pid == 0:
        # connections belong to the parent: the child has a pool of its own
        sql_db._Pool = sql_db._Pool_readonly = None
        env.registry._db = sql_db.db_connect(env.cr.dbname)
        env.registry._db_readonly = None
        try:
            with Killer(*point, call).patch:
                work(env, bot_id)
        finally:
            os._exit(0)
    _pid, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def verdict(env, bot_id):
    once = out_of_order = 0
    with fresh(env) as own:
        for chat in own["usu.intake.bot.chat"].search([("bot_id", "=", bot_id)]):
            messages = chat.channel_id.message_ids.sorted("id")
            found = re.findall(r"message (\d{4})", " ".join(messages.mapped("body")))
            once += sum(found.count(number) == 1 for number in set(found))
            out_of_order += found != sorted(found)
        states = own["usu.intake.item"]._read_group(
            [("bot_id", "=", bot_id)], ["state"], ["__count"]
        )
        clients = own["usu.contact.point"].search_count([("kind", "=", "telegram")])
    return {
        "once": once,
        "out_of_order": out_of_order,
        "states": dict(states),
        "clients": clients,
    }


def main(env):
    bot_id = prepare(env)
    kills = while_sending = 0
    for name, point in points(env).items():
        for call in (1, 3):
            fell = die_at(env, bot_id, point, call)
            kills += fell
            while_sending += fell and name in ("after sending", "before noting")
            age(env)
            if fell:
                break
    work(env, bot_id)
    age(env)
    work(env, bot_id)
    return {
        "messages": COUNT,  # noqa: F821
        "points": len(points(env)),
        "kills": kills,
        "kills_while_sending": while_sending,
        **verdict(env, bot_id),
    }


print("RESULT " + json.dumps(main(env)))  # noqa: F821 - the shell's
