"""R12 one request for one client, R14 the same choice for all, R15 people win."""

import random
import time

import psycopg2
from _routing_choice import LEAST, _balanced
from _routing_world import ADMIN, FORK, desk, people

LETTERS = 4
JITTER_SECONDS = 0.1


# ------------------------------------------------- R12: four first letters at once


def _letter(env, desk_id, client, number):
    from odoo.addons.usu_routing.tools.values import Contact

    return env["usu.routing"]._receive(
        Contact(name=f"Client {client}", email=f"r12.{client}@example.test"),
        desk=env["helpdesk.ticket.team"].browse(desk_id),
        channel="email",
        title=f"Letter {number}",
        body=f"words {client}-{number} end",
        external_id=f"letter:r12-{client}-{number}",
        create_client=True,
    )


def _letters(world, number, desk_id, clients, barrier):
    tries, failed, times = 0, 0, []
    from _routing_world import clock

    for client in range(clients):
        barrier.wait()
        began = clock()
        try:
            _receipt, count = world.transaction(
                lambda env, c=client: _letter(env, desk_id, c, number)
            )
            tries += count - 1
        except Exception as error:  # noqa: BLE001 - counted
            failed += 1
            print(f"  letter lost: {type(error).__name__}: {error}"[:200])
        times.append(clock() - began)
    return tries, failed, times


def _lost(env, clients):
    """Letters that stand on no request."""
    env.cr.execute(
        "SELECT description FROM helpdesk_ticket WHERE usu_channel = 'email'"
        " UNION ALL SELECT body FROM mail_message WHERE model = 'helpdesk.ticket'"
    )
    text = "\n".join(row[0] or "" for row in env.cr.fetchall())
    return sum(
        f"words {client}-{number} end" not in text
        for client in range(clients)
        for number in range(LETTERS)
    )


def _counted(env, clients):
    emails = [f"r12.{client}@example.test" for client in range(clients)]
    env.cr.execute(
        "SELECT (SELECT count(*) FROM res_partner WHERE email = ANY(%(e)s)),"
        " (SELECT count(*) FROM helpdesk_ticket t JOIN res_partner p"
        " ON p.id = t.partner_id WHERE p.email = ANY(%(e)s))",
        {"e": emails},
    )
    return env.cr.fetchone()


def letters(world, clients):
    with world.env() as env:
        user_ids = people(env, 10, "r12")
        desk_id = desk(env, user_ids, [LEAST], "R12").id
    done = world.crew(LETTERS, _letters, desk_id, clients, FORK.Barrier(LETTERS))
    with world.env() as env:
        partners, requests = _counted(env, clients)
        lost = _lost(env, clients)
    again, _tries = world.transaction(lambda env: _letter(env, desk_id, 0, 0))
    with world.env() as env:
        same = _counted(env, clients) == (partners, requests)
    return {
        "clients": clients,
        "partners": partners,
        "requests": requests,
        "lost": lost,
        "failed": sum(d[1] for d in done),
        "retries": sum(d[0] for d in done),
        "times": [1000 * t for d in done for t in d[2]],
        "repeat": again.state == "duplicate" and same,
    }


def _naive(env, client, number):
    """What a mail gateway does that looks first and creates then."""
    email = f"r12.{client}@example.test"
    partner = env["res.partner"].search([("email", "=", email)], limit=1)
    partner = partner or env["res.partner"].create({"name": email, "email": email})
    open_one = env["helpdesk.ticket"].search(
        [("partner_id", "=", partner.id), ("closed", "=", False)], limit=1
    )
    if open_one:
        open_one.message_post(body=f"words {client}-{number} end")
    else:
        env["helpdesk.ticket"].create(
            {"name": "Letter", "description": "?", "partner_id": partner.id}
        )


def _naive_letters(world, number, clients, barrier):
    failed = 0
    for client in range(clients):
        barrier.wait()
        try:
            world.transaction(lambda env, c=client: _naive(env, c, number))
        except Exception:  # noqa: BLE001 - counted
            failed += 1
    return failed


def naive_letters(world, clients):
    failed = world.crew(LETTERS, _naive_letters, clients, FORK.Barrier(LETTERS))
    with world.env() as env:
        partners, requests = _counted(env, clients)
    return {
        "clients": clients,
        "partners": partners,
        "requests": requests,
        "failed": sum(failed),
    }


# ------------------------------------------------------- R14: whoever triggers it


def rights(world, agents=6):
    """Who is chosen when different people cause the choice, here and by a count that
    obeys the record rules of whoever counts."""
    with world.env() as env:
        user_ids = people(env, agents, "r14")
        team = desk(env, user_ids, [LEAST], "R14")
        own = env.ref("helpdesk_mgmt.group_helpdesk_user_own").id
        env["res.users"].browse(user_ids[0]).group_ids = [(4, own)]
        for place, user_id in enumerate(user_ids):
            for n in range(agents - place):
                env["helpdesk.ticket"].create(
                    {"name": f"Busy {n}", "description": "?", "team_id": team.id,
                     "user_id": user_id}
                )  # fmt: skip
        portal = people(env, 1, "r14_portal", ("base.group_portal",))[0]
        who = {
            "cron": 1,
            "administrator": ADMIN,
            "employee, personal tickets": user_ids[0],
            "portal client": portal,
            "public visitor": env.ref("base.public_user").id,
        }
        desk_id = team.id
    chosen, counted = {}, {}
    for name, uid in who.items():
        with world.env(uid, commit=False) as env:
            chosen[name] = _chosen(env, desk_id, name)
        with world.env(uid, commit=False) as env:
            counted[name] = _count_as(env, user_ids)
    least = user_ids[-1]
    return {
        "who": list(who),
        "chosen": [chosen[name] == least for name in who],
        "counted": [counted[name] == least for name in who],
    }


def _chosen(env, desk_id, name):
    from odoo.addons.usu_routing.tools.values import Contact

    receipt = env["usu.routing"]._receive(
        Contact(name=name, email="r14@example.test"),
        desk=env["helpdesk.ticket.team"].browse(desk_id),
        channel="email",
        title="Whoever causes it",
        body="?",
        external_id=f"r14:{name}",
    )
    return receipt.user_id


def _count_as(env, user_ids):
    from odoo.exceptions import AccessError

    try:
        return _balanced(env, user_ids)
    except AccessError:
        return None


# ------------------------------------------------------------------ R15: people win


def _race(world, number, rounds, target, barrier):
    """Worker 0 is a person who gives the request to ``target``; worker 1 the clock."""
    failed = tries = 0
    for kind, request_id in rounds:
        barrier.wait()
        # either may be the first; the writes themselves take some 50 ms
        time.sleep(random.uniform(0.0, JITTER_SECONDS))
        if number:
            world.transaction(lambda env, k=kind, r=request_id: _clock(env, k, r))
            continue
        try:
            _done, count = world.transaction(
                lambda env, r=request_id: env["helpdesk.ticket"]
                .browse(r)
                .write({"user_id": target}),
                uid=ADMIN,
            )
            tries += count - 1
        except Exception:  # noqa: BLE001 - counted
            failed += 1
    return failed, tries


def _clock(env, kind, request_id):
    """As `_cron_clock` treats one request: whoever changed it meanwhile wins."""
    try:
        env["usu.routing"]._tick(kind, request_id)
        env.cr.flush()
    except psycopg2.OperationalError:
        env.cr.rollback()


def races(world, count):
    with world.env() as env:
        user_ids = people(env, 6, "r15")
        target = people(env, 1, "r15_target")[0]
        steps = [{**LEAST, "wait_seconds": 60}, LEAST]
        team = desk(env, [*user_ids, target], steps, "R15")
        team.usu_agent_ids.filtered(lambda a: a.user_id.id == target).paused = True
        rounds = [_round(env, team.id, n) for n in range(count)]
    done = world.crew(2, _race, rounds, target, FORK.Barrier(2))
    with world.env() as env:
        env.cr.execute(
            "SELECT count(*) FROM helpdesk_ticket WHERE id = ANY(%s)"
            " AND user_id IS DISTINCT FROM %s",
            [[request_id for _kind, request_id in rounds], target],
        )
        overwritten = env.cr.fetchone()[0]
        env.cr.execute(
            "SELECT kind, count(DISTINCT request_ref) FROM usu_routing_decision WHERE"
            " request_ref = ANY(%s) AND kind IN ('escalate', 'assign') GROUP BY kind",
            [[request_id for _kind, request_id in rounds]],
        )
        met = dict(env.cr.fetchall())
    return {
        "races": count,
        "overwritten": overwritten,
        "failed": done[0][0],
        "retries": done[0][1],
        "clock_chose": sum(met.values()),
    }


def _round(env, desk_id, number):
    """A request that is overdue, or one that waits in the queue."""
    from odoo.addons.usu_routing.tools.values import Contact

    kind = ("late", "queued")[number % 2]
    receipt = env["usu.routing"]._receive(
        Contact(name=f"Race {number}"),
        desk=env["helpdesk.ticket.team"].browse(desk_id),
        channel="chat",
        title=f"Race {number}",
        body="?",
        external_id=f"r15:{number}",
    )
    env.flush_all()
    env.cr.execute(
        "UPDATE helpdesk_ticket SET usu_escalate_at = now() at time zone 'UTC'"
        " - interval '1 minute', user_id = CASE WHEN %s THEN NULL ELSE user_id END"
        " WHERE id = %s",
        [kind == "queued", receipt.request_id],
    )
    env.invalidate_all()
    return kind, receipt.request_id
