"""R3: everything at once, with transactions given up and a process killed.

Workers assign, close, hand over, give by hand and drain the queue at random; a watcher
looks at the committed state all the while. People who are paused get requests by hand
only, so that whatever the others hold was given to them by the chooser. Workers pick
among few open requests, so that they meet; a person whom Odoo refuses after its five
tries is counted apart from faults, and there may be none either.
"""

import os
import random
import signal
import time
from datetime import datetime, timedelta

import psycopg2
from _routing_choice import receive
from _routing_world import ADMIN, FORK, Rollback, closed_stage, desk, people

CAPACITY = 5
STEPS = [{"strategy": "least_loaded"}, {"strategy": "queue"}]
MIX = (
    ["assign"] * 42 + ["close"] * 39 + ["hand_over"] * 6 + ["by_hand"] * 5
    + ["drain"] * 5 + ["rollback"] * 3
)  # fmt: skip


def _open_ticket(env, desk_id):
    env.cr.execute(
        "SELECT id FROM helpdesk_ticket WHERE team_id = %s AND usu_open"
        " AND user_id IS NOT NULL ORDER BY random() LIMIT 1",
        [desk_id],
    )
    row = env.cr.fetchone()
    return env["helpdesk.ticket"].browse(row[0] if row else ())


def operate(env, what, desk_id, key, by_hand_ids):
    """One thing somebody does; what came of it."""
    if what in ("assign", "rollback"):
        receipt = receive(env, desk_id, key, channel="chat")
        if what == "rollback":
            raise Rollback
        return receipt.state
    if what == "drain":
        for request_id in env["usu.routing"]._queued_ids()[:3]:
            env["usu.routing"]._tick("queued", request_id)
        return "drained"
    ticket = _open_ticket(env, desk_id)
    if not ticket:
        return "nothing open"
    if what == "close":
        ticket.write({"stage_id": closed_stage(env).id})
    elif what == "by_hand":
        ticket.write({"user_id": random.choice(by_hand_ids)})
    else:
        from odoo.exceptions import UserError

        try:
            env["usu.routing"]._hand_over(ticket, reason="difficult")
        except UserError:
            return "nobody else"
    return what


def _churn(world, number, desk_id, count, auto_ids, by_hand_ids, barrier, left):
    """Worker 0 watches, the others work."""
    world.transaction(lambda env: env["helpdesk.ticket.team"].browse(desk_id).name)
    barrier.wait()
    if not number:
        return _watch(world, auto_ids, left)
    tally = {}
    for n in range(count):
        what = random.choice(MIX)
        try:
            done, tries = world.transaction(
                lambda env, n=n, what=what: operate(
                    env, what, desk_id, f"r3-{number}-{n}", by_hand_ids
                ),
                uid=ADMIN,
            )
            tally[done] = tally.get(done, 0) + 1
            tally["retries"] = tally.get("retries", 0) + tries - 1
        except Rollback:
            tally["rolled back"] = tally.get("rolled back", 0) + 1
        except psycopg2.OperationalError:
            name = f"gave up after five tries: {what}"
            tally[name] = tally.get(name, 0) + 1
        except Exception as error:  # noqa: BLE001 - counted by kind
            name = f"failed: {what}: {type(error).__name__}"
            tally[name] = tally.get(name, 0) + 1
    with left.get_lock():
        left.value -= 1
    return tally


def _watch(world, auto_ids, left):
    looks = breaches = 0
    with world.registry.cursor() as cr:
        while left.value:
            cr.execute(
                "SELECT count(*) FROM (SELECT 1 FROM helpdesk_ticket WHERE usu_open"
                " AND user_id = ANY(%s) GROUP BY user_id HAVING count(*) > %s) AS over",
                [auto_ids, CAPACITY],
            )
            breaches += cr.fetchone()[0]
            looks += 1
            cr.rollback()
            time.sleep(0.02)
    return {"looks": looks, "breaches": breaches}


def _die(pipe, world, desk_id):
    """Choose somebody, then be killed before the request is committed."""

    def work(env):
        receipt = receive(env, desk_id, "r3-killed", channel="chat")
        pipe.send(receipt.user_id)
        time.sleep(60)

    world.transaction(work)


def kill(world, desk_id):
    """The employee whose reservation a kill -9 left behind."""
    world.odoo.sql_db.close_all()
    ours, theirs = FORK.Pipe(duplex=False)
    victim = FORK.Process(target=_die, args=(theirs, world, desk_id))
    victim.start()
    user_id = ours.recv()
    os.kill(victim.pid, signal.SIGKILL)
    victim.join()
    return user_id


def loads(env, user_ids, now):
    found, _latest = env["usu.routing.reservation"]._loads(env.cr, user_ids, now)
    return {uid: sum(found[uid].open.values()) if uid in found else 0
            for uid in user_ids}  # fmt: skip


def recount(env, user_ids):
    """Open requests of each by their stage, without any of our own columns."""
    env.cr.execute(
        "SELECT t.user_id, count(*) FROM helpdesk_ticket t"
        " JOIN helpdesk_ticket_stage s ON s.id = t.stage_id"
        " WHERE t.active AND NOT COALESCE(s.closed, FALSE) AND t.user_id = ANY(%s)"
        " GROUP BY t.user_id",
        [user_ids],
    )
    counts = dict(env.cr.fetchall())
    return {uid: counts.get(uid, 0) for uid in user_ids}


def churn(world, workers, operations, agents=20):
    with world.env() as env:
        auto_ids = people(env, agents, "r3")
        by_hand_ids = people(env, 3, "r3_hand")
        team = desk(env, auto_ids + by_hand_ids, STEPS, "R3", capacity_chat=CAPACITY)
        team.usu_agent_ids.filtered(lambda a: a.user_id.id in by_hand_ids).paused = True
        desk_id = team.id
    barrier, left = FORK.Barrier(workers + 1), FORK.Value("i", workers)
    began = time.monotonic()
    watched, *tallies = world.crew(
        workers + 1, _churn, desk_id, operations // workers, auto_ids, by_hand_ids,
        barrier, left,
    )  # fmt: skip
    seconds = time.monotonic() - began
    tally = {}
    for part in tallies:
        for what, count in part.items():
            tally[what] = tally.get(what, 0) + count
    victim = _make_room(world, desk_id)
    with world.env() as env:
        everybody = auto_ids + by_hand_ids
        now = datetime.utcnow()
        at_once = loads(env, everybody, now)
        later = loads(env, everybody, now + timedelta(seconds=60))
        true = recount(env, everybody)
    return {
        "operations": operations,
        "seconds": seconds,
        "tally": dict(sorted(tally.items())),
        "looks": watched["looks"],
        "breaches": watched["breaches"],
        "over_at_end": sum(true[uid] > CAPACITY for uid in auto_ids),
        "drift": sum(later[uid] != true[uid] for uid in everybody),
        "orphan_counts": at_once[victim] - true[victim],
        "orphan_after_60s": later[victim] - true[victim],
        "gave_up": sum(n for what, n in tally.items() if what.startswith("gave up")),
        "failed": sum(n for what, n in tally.items() if what.startswith("failed")),
    }


def _make_room(world, desk_id):
    """Close one request, so that the killed process finds somebody."""

    def close(env):
        _open_ticket(env, desk_id).write({"stage_id": closed_stage(env).id})

    for _time in range(3):
        world.transaction(close, uid=ADMIN)
    return kill(world, desk_id)
