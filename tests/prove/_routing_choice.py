"""R1 and R2: simultaneous requests to equal employees, beside OCA's ways of choosing.

A pick is wrong when, in the order of the choices, somebody had strictly fewer open
requests than the person chosen. The final spread hides races; this does not.
"""

from collections import Counter

from _routing_world import FORK, clock, closed_stage, desk, milliseconds, people, table

LEAST = {"strategy": "least_loaded", "respect_capacity": False}


def wrong_picks(choices, user_ids):
    """Share of wrong picks and final spread of ``[(when, user)]``, all creates."""
    counts, wrong = Counter(dict.fromkeys(user_ids, 0)), 0
    for _when, user in sorted(choices):
        wrong += counts[user] > min(counts.values())
        counts[user] += 1
    return wrong / (len(choices) or 1), max(counts.values()) - min(counts.values())


# ------------------------------------------------------------------------- our own way


def _contact(number, name):
    from odoo.addons.usu_routing.tools.values import Contact

    return Contact(name=name, email=f"{name}.{number}@example.test".lower())


def receive(env, desk_id, key, channel="email", **kw):
    """One request from outside; its receipt."""
    return env["usu.routing"]._receive(
        _contact(0, f"client{key}"),
        desk=env["helpdesk.ticket.team"].browse(desk_id),
        channel=channel,
        title=f"Request {key}",
        body="<p>When can I come?</p>",
        external_id=f"proof:{key}",
        **kw,
    )


def _receive_many(world, number, desk_id, count, barrier):
    world.transaction(lambda env: env["helpdesk.ticket.team"].browse(desk_id).name)
    barrier.wait()
    times, repeats, failed = [], 0, 0
    for n in range(count):
        began = clock()
        try:
            _result, tries = world.transaction(
                lambda env, n=n: receive(env, desk_id, f"r1-{number}-{n}")
            )
            repeats += tries - 1
        except Exception:  # noqa: BLE001 - counted: the proof is that there are none
            failed += 1
        times.append((clock() - began) * 1000)
    return times, repeats, failed


def ours(world, workers, count, agents):
    """R1 with the desk's own chooser."""
    with world.env() as env:
        user_ids = people(env, agents, "r1")
        desk_id = desk(env, user_ids, [LEAST], "R1").id
    barrier = FORK.Barrier(workers)
    began = clock()
    done = world.crew(workers, _receive_many, desk_id, count // workers, barrier)
    seconds = clock() - began
    with world.env() as env:
        env.cr.execute(
            "SELECT date, user_ref, duration_ms FROM usu_routing_decision"
            " WHERE desk_ref = %s AND gives",
            [desk_id],
        )
        rows = env.cr.fetchall()
        env.cr.execute(
            "SELECT user_id, count(*) FROM helpdesk_ticket WHERE team_id = %s"
            " GROUP BY user_id",
            [desk_id],
        )
        held = dict(env.cr.fetchall())
    wrong, spread = wrong_picks([(when, user) for when, user, _ms in rows], user_ids)
    kept = [held.get(user, 0) for user in user_ids]
    return {
        "way": "usu_routing",
        "requests": sum(held.values()),
        "wrong": wrong,
        "spread": max(spread, max(kept) - min(kept)),
        "retries": sum(d[1] for d in done),
        "failed": sum(d[2] for d in done),
        "times": [ms for d in done for ms in d[0]],
        "decisions": [ms for *_x, ms in rows],
        "seconds": seconds,
    }


# ------------------------------------------ as OCA's assign methods do, in a few lines


def _balanced(env, user_ids):
    """Whoever has the fewest open tickets, of equals the lowest id."""
    groups = env["helpdesk.ticket"]._read_group(
        [("user_id", "in", user_ids), ("closed", "=", False)], ["user_id"], ["__count"]
    )
    counts = dict.fromkeys(user_ids, 0)
    counts.update((user.id, count) for user, count in groups)
    return min(user_ids, key=lambda user_id: (counts[user_id], user_id))


def _sequential(env, user_ids):
    """The member after the responsible of the newest ticket."""
    last = env["helpdesk.ticket"].search(
        [("user_id", "in", user_ids)], order="id desc", limit=1
    )
    place = user_ids.index(last.user_id.id) + 1 if last else 0
    return user_ids[place % len(user_ids)]


PEERS = {"OCA balanced": _balanced, "OCA sequential": _sequential}


def _create_many(world, number, way, team_id, user_ids, count, barrier):
    choose = PEERS[way]
    world.transaction(lambda env: env["helpdesk.ticket.team"].browse(team_id).name)
    barrier.wait()
    times, choices, failed, repeats = [], [], 0, 0
    for n in range(count):
        picked = []

        def work(env, n=n, picked=picked):
            picked[:] = [(clock(), choose(env, user_ids))]
            env["helpdesk.ticket"].create(
                {
                    "name": f"Request {number}-{n}",
                    "description": "<p>When can I come?</p>",
                    "team_id": team_id,
                    "user_id": picked[0][1],
                }
            )

        began = clock()
        try:
            _result, tries = world.transaction(work)
            repeats += tries - 1
            choices += picked
        except Exception:  # noqa: BLE001 - counted
            failed += 1
        times.append((clock() - began) * 1000)
    return times, choices, failed, repeats


def peer(world, way, workers, count, agents):
    with world.env() as env:
        user_ids = people(env, agents, way.replace(" ", "_").lower())
        team = env["helpdesk.ticket.team"].create(
            {"name": way, "user_ids": [(6, 0, user_ids)]}
        )
        team_id = team.id
    barrier = FORK.Barrier(workers)
    began = clock()
    done = world.crew(
        workers, _create_many, way, team_id, user_ids, count // workers, barrier
    )
    wrong, spread = wrong_picks([c for d in done for c in d[1]], user_ids)
    return {
        "way": way,
        "requests": sum(len(d[1]) for d in done),
        "wrong": wrong,
        "spread": spread,
        "retries": sum(d[3] for d in done),
        "failed": sum(d[2] for d in done),
        "times": [ms for d in done for ms in d[0]],
        "decisions": [],
        "seconds": clock() - began,
    }


def show(title, results):
    head = ["way", "requests", "per s", "wrong picks", "spread", "retries", "failed",
            "request ms p50 / p95", "choice ms p50 / p95"]  # fmt: skip
    rows = [
        [
            r["way"], r["requests"], f"{r['requests'] / r['seconds']:.1f}",
            f"{100 * r['wrong']:.1f} %", r["spread"], r["retries"], r["failed"],
            milliseconds(r["times"]),
            milliseconds(r["decisions"]) if r["decisions"] else "",
        ]
        for r in results
    ]  # fmt: skip
    table(title, head, rows)


def plain(result):
    """What of a result goes into the JSON line."""
    kept = ("requests", "wrong", "spread", "retries", "failed")
    return {key: result[key] for key in kept} | {
        "request_ms": milliseconds(result["times"])
    }


# -------------------------------------------------------------------------- R2: a burst


def _burst(world, number, desk_id, rounds, barrier):
    """All at the same moment; between rounds the first worker closes everything."""
    got = []
    for n in range(rounds):
        barrier.wait()
        receipt, _tries = world.transaction(
            lambda env, n=n: receive(env, desk_id, f"r2-{number}-{n}")
        )
        got.append(receipt.user_id)
        barrier.wait()
        if not number:
            world.transaction(lambda env: _close_all(env, desk_id))
        barrier.wait()
    return got


def _close_all(env, team_id):
    tickets = env["helpdesk.ticket"].search(
        [("team_id", "=", team_id), ("closed", "=", False)]
    )
    tickets.write({"stage_id": closed_stage(env).id})


def burst(world, rounds, workers=8, agents=50):
    """How many different people each round's simultaneous requests went to."""
    with world.env() as env:
        user_ids = people(env, agents, "r2")
        desk_id = desk(env, user_ids, [LEAST], "R2").id
    barrier = FORK.Barrier(workers)
    got = world.crew(workers, _burst, desk_id, rounds, barrier)
    return [len(set(people)) for people in zip(*got, strict=True)]


def _burst_peer(world, number, way, team_id, user_ids, rounds, barrier):
    got = []
    for n in range(rounds):
        barrier.wait()

        def work(env, n=n):
            user_id = PEERS[way](env, user_ids)
            env["helpdesk.ticket"].create(
                {
                    "name": f"Burst {number}-{n}",
                    "description": "<p>?</p>",
                    "team_id": team_id,
                    "user_id": user_id,
                }
            )
            return user_id

        got.append(world.transaction(work)[0])
        barrier.wait()
        if not number:
            world.transaction(lambda env: _close_all(env, team_id))
        barrier.wait()
    return got


def burst_peer(world, way, rounds, workers=8, agents=50):
    with world.env() as env:
        user_ids = people(env, agents, "burst_" + way.replace(" ", "_").lower())
        team = env["helpdesk.ticket.team"].create(
            {"name": way, "user_ids": [(6, 0, user_ids)]}
        )
        team_id = team.id
    barrier = FORK.Barrier(workers)
    got = world.crew(workers, _burst_peer, way, team_id, user_ids, rounds, barrier)
    return [len(set(people)) for people in zip(*got, strict=True)]
