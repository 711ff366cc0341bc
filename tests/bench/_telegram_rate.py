"""Runs in Odoo's shell; ``COUNT``, ``URL``, ``TOKEN`` and ``STEP`` from the caller."""

import json
import time

from odoo.addons.usu_intake.tools.letter_reader import LetterReader

PEOPLE = 20


def prepare(env):
    env["ir.cron"].search([]).write({"active": False})
    desk = env["helpdesk.ticket.team"].create(
        {"name": "Bench", "user_ids": [(6, 0, env.ref("base.user_admin").ids)]}
    )
    bot = env["usu.intake.bot"].create(
        {"name": "Bench", "team_id": desk.id, "token": TOKEN, "api_url": URL}  # noqa: F821
    )
    bot.action_connect()
    bot.mode = "webhook"
    for number in range(700, 700 + PEOPLE):
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
    return {"bot": bot.id, "secret": bot.secret}


class Clock:
    def __init__(self):
        self.rows = {}

    def measure(self, name, work):
        wall, cpu = time.perf_counter(), time.process_time()
        count = work()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        self.rows[name] = {
            "per_second": round(count / wall, 1),
            "cpu_ms": round(cpu / max(count, 1) * 1000, 1),
        }


def process(env):
    count = 0
    with LetterReader() as reader:
        while claimed := env["usu.intake.item"]._claim():
            env.cr.commit()
            for item in claimed:
                item._run(reader)
                count += 1
    return count


def answer(env):
    """An employee answers every dialogue; only the posting is timed elsewhere."""
    each = max(1, COUNT // PEOPLE)  # noqa: F821
    user = env.ref("base.user_admin")
    for chat in env["usu.intake.bot.chat"].search([("channel_id", "!=", False)]):
        for number in range(each):
            chat.channel_id.with_user(user).message_post(
                body=f"answer {number}",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
    env.cr.commit()


def send(env):
    outbox = env["usu.intake.bot.outbox"]
    waiting = outbox.search_count([("state", "=", "waiting")])
    outbox._cron_send()
    return waiting - outbox.search_count([("state", "=", "waiting")])


def bare(env):
    channel = env["discuss.channel"].create({"name": "Bare", "channel_type": "group"})
    for number in range(100):
        channel.message_post(
            body=f"text {number}",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        env.cr.commit()
    return 100


def measure(env):
    clock = Clock()
    # the limit for one person is not what is measured
    env.cr.execute("UPDATE usu_intake_bot_chat SET window_at = NULL")
    clock.measure("bare message_post", lambda: bare(env))
    clock.measure("processed", lambda: process(env))
    answer(env)
    clock.measure("sent", lambda: send(env))
    return clock.rows


STEPS = {"prepare": prepare, "measure": measure}
print("RESULT " + json.dumps(STEPS[STEP](env)))  # noqa: F821 - the shell's
