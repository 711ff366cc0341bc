"""Two years of a large clinic: requests, calls, decisions, presence, by SQL."""

import _routing_fill as plain

DESKS, PEOPLE, DAYS = 20, 10, 730


def fill(world, size):
    """Everything; the id of the head of one of the desks."""
    with world.env() as env:
        head, desks, users = staff(env)
        clients = partners(env, size // 5)
        tickets(env, size, desks, users, clients, size // 5)
        calls(env, size, desks, users)
        decisions(env, size, desks, users)
        presence(env, desks, users)
        head_id = head.id
    plain.settle(
        world.registry, "helpdesk_ticket", "usu_call", "usu_routing_decision",
        "usu_routing_presence", "res_partner", "res_users",
    )  # fmt: skip
    return head_id


def staff(env):
    """``(head of the first desk, first desk id, first employee id)``, consecutive."""
    users = env["res.users"].with_context(no_reset_password=True)
    group = env.ref("usu_routing.usu_routing_group_head")
    head = users.create(
        {"name": "Head", "login": "bench_head", "group_ids": [(4, group.id)]}
    )
    people = users.create(
        [{"name": f"E{n}", "login": f"bench_e{n}"} for n in range(DESKS * PEOPLE)]
    )
    desks = env["helpdesk.ticket.team"].create(
        [
            {
                "name": f"Desk {n}",
                "user_ids": [(6, 0, people[n * PEOPLE : (n + 1) * PEOPLE].ids)],
                "user_id": head.id if n == 0 else False,
            }
            for n in range(DESKS)
        ]
    )
    env.flush_all()
    return head, desks[0].id, people[0].id


def partners(env, count):
    partner = env["res.partner"].create({"name": "Client"})
    env.flush_all()
    return plain.copies(env.cr, "res_partner", partner.id, count, name="'C' || g")


def moment(size):
    """Spread over the two years, the newest now."""
    seconds = DAYS * 86400
    return (
        "date_trunc('second', now() at time zone 'UTC')"
        f" - make_interval(secs => (g::bigint * {seconds} / {size}))"
    )


def tickets(env, size, desks, users, clients, count_clients):
    ticket = env["helpdesk.ticket"].create(
        {"name": "Request", "description": "<p>?</p>", "team_id": desks}
    )
    Stage = env["helpdesk.ticket.stage"]
    opened = Stage.search([("closed", "=", False)], limit=1).id
    closed = Stage.search([("closed", "=", True)], limit=1).id
    env.flush_all()
    came, waits = moment(size), "g <= 200"
    plain.copies(
        env.cr, "helpdesk_ticket", ticket.id, size,
        number="'BENCH' || g",
        team_id=f"{desks} + g % {DESKS}",
        user_id=f"{users} + (g % {DESKS}) * {PEOPLE} + (g / 50) % {PEOPLE}",
        partner_id=f"{clients} + (g::bigint * 7919) % {count_clients}",
        stage_id=f"CASE WHEN {waits} THEN {opened} ELSE {closed} END",
        usu_open=waits,
        usu_channel="(ARRAY['chat', 'email', 'telegram', 'form'])[1 + g % 4]",
        usu_token="NULL", usu_external_id="NULL", access_token="NULL",
        create_date=came, usu_asked_at=came, usu_active_at=came,
        usu_answer_by=f"{came} + interval '15 minutes'",
        usu_first_answer_at=f"CASE WHEN {waits} OR g % 17 = 0 THEN NULL ELSE {came}"
                            " + make_interval(secs => 60 + (g * 37) % 1800) END",
        usu_waiting_since=f"CASE WHEN {waits} THEN {came} END",
        closed_date=f"CASE WHEN NOT {waits} THEN {came} + interval '2 hours' END",
    )  # fmt: skip


def calls(env, size, desks, users):
    pbx = env["usu.pbx"].create(
        {"name": "Bench", "code": "bench", "secret": "x" * 32,
         "country_id": env.ref("base.ru").id, "desk_id": desks}
    )  # fmt: skip
    began = moment(size)
    call = env["usu.call"].create(
        {"pbx_id": pbx.id, "outside_id": "bench", "direction": "incoming",
         "state": "ended", "started_at": "2020-01-01 00:00:00"}
    )  # fmt: skip
    env.flush_all()
    answered = "g % 7 <> 0"
    plain.copies(
        env.cr, "usu_call", call.id, size,
        outside_id="'b' || g",
        number=f"'+7916' || (1000000 + g::bigint * 7919 % {size})",
        usu_desk_id=f"{desks} + g % {DESKS}",
        user_id=f"CASE WHEN {answered} THEN {users} + (g % {DESKS}) * {PEOPLE}"
                f" + (g / 50) % {PEOPLE} END",
        started_at=began, ended_at=f"{began} + interval '3 minutes'",
        answered_at=f"CASE WHEN {answered} THEN {began} + interval '15 seconds' END",
        outcome=f"CASE WHEN {answered} THEN 'answered' ELSE 'missed' END",
        direction="CASE WHEN g % 4 = 0 THEN 'outgoing' ELSE 'incoming' END",
        wait_seconds="5 + g % 40", talk_seconds="g % 400", followup="'done'",
    )  # fmt: skip


def decisions(env, size, desks, users):
    decision = env["usu.routing.decision"].create(
        {"token": "bench", "date": "2020-01-01 00:00:00", "kind": "assign",
         "gives": True, "company_ref": env.company.id}
    )  # fmt: skip
    env.flush_all()
    plain.copies(
        env.cr, "usu_routing_decision", decision.id, size,
        token="'bench' || g", date=moment(size), desk_ref=f"{desks} + g % {DESKS}",
        user_ref=f"{users} + (g % {DESKS}) * {PEOPLE} + (g / 50) % {PEOPLE}",
    )  # fmt: skip


def presence(env, desks, users):
    """Everybody, every day."""
    env.cr.execute(
        f"""
        INSERT INTO usu_routing_presence
               (day, desk_id, user_id, company_id, level, seconds, begin_at, end_at,
                sampled_at)
        SELECT d::date, {desks} + u / {PEOPLE}, {users} + u, {env.company.id}, 1,
               3600 * (4 + u % 5), d, d + interval '1 day', d + interval '20 hours'
          FROM generate_series(0, {DESKS * PEOPLE - 1}) AS u,
               generate_series(date_trunc('day', now()) - interval '{DAYS} days',
                               date_trunc('day', now()), interval '1 day') AS d
        """
    )
