"""A million rows in a minute: copies of one row that the ORM made."""


def copies(cr, table, source_id, count, **columns):
    """Insert ``count`` copies of a row; ``columns`` are SQL expressions over ``g``,
    which runs from 1. The ids of the new rows are consecutive; the first is returned.
    """
    cr.execute(
        "SELECT quote_ident(column_name) FROM information_schema.columns"
        " WHERE table_name = %s AND table_schema = 'public' AND column_name != 'id'",
        [table],
    )
    names = [row[0] for row in cr.fetchall()]
    cr.execute(f"SELECT nextval('{table}_id_seq')")
    first = cr.fetchone()[0] + 1
    values = [columns.get(name.strip('"'), f"t.{name}") for name in names]
    # a foreign key to the table itself is checked by a plan made while it was small:
    # row by row through all rows before; copies refer to what their original does
    cr.execute("SET LOCAL session_replication_role = replica")
    cr.execute(
        f"INSERT INTO {table} (id, {', '.join(names)})"
        f" SELECT {first} + g - 1, {', '.join(values)}"
        f" FROM {table} t, generate_series(1, {count}) AS g WHERE t.id = {source_id}"
    )
    cr.execute("SET LOCAL session_replication_role = origin")
    cr.execute(f"SELECT setval('{table}_id_seq', {first} + {count})")
    return first


def staff(env, team, count):
    """``count`` employees of a desk; the id of the first."""
    cr = env.cr
    user = env["res.users"].with_context(no_reset_password=True).create(
        {"name": "Bench", "login": f"bench_{count}"}
    )  # fmt: skip
    team.write({"user_ids": [(4, user.id)]})
    env.flush_all()
    agent = team.usu_agent_ids.filtered(lambda a: a.user_id == user)
    partner = copies(cr, "res_partner", user.partner_id.id, count, name="'Agent ' || g",
                     email="NULL", phone="NULL")  # fmt: skip
    first = copies(
        cr, "res_users", user.id, count,
        login=f"'bench_{count}_' || g", partner_id=f"{partner} + g - 1",
    )  # fmt: skip
    for rel, user_column in (
        ("res_groups_users_rel", "uid"),
        ("res_company_users_rel", "user_id"),
        ("helpdesk_ticket_team_res_users_rel", "res_users_id"),
    ):
        cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
            " AND column_name != %s",
            [rel, user_column],
        )
        other = cr.fetchone()[0]
        cr.execute(
            f"INSERT INTO {rel} ({user_column}, {other}) SELECT {first} + g - 1,"
            f" t.{other} FROM {rel} t, generate_series(1, {count}) AS g"
            f" WHERE t.{user_column} = {user.id}"
        )
    copies(cr, "usu_routing_agent", agent.id, count, user_id=f"{first} + g - 1")
    team.write({"user_ids": [(3, user.id)]})
    env.flush_all()
    return first


def clients(env, count):
    """``count`` clients with a telephone number and an address each; the first id.

    The number of client ``first + k`` is +7916 and seven digits of ``k``.
    """
    cr = env.cr
    env.company.country_id = env.ref("base.ru")
    partner = env["res.partner"].create(
        {"name": "Client", "phone": "+79990000001", "email": "client@example.test"}
    )
    env.flush_all()
    number = "'+7916' || lpad((g - 1)::text, 7, '0')"
    first = copies(
        cr, "res_partner", partner.id, count,
        name="'Client ' || g", complete_name="'Client ' || g",
        phone="'+7 916 ' || substr(lpad((g - 1)::text, 7, '0'), 1, 3) || '-'"
              " || substr(lpad((g - 1)::text, 7, '0'), 4, 2) || '-'"
              " || substr(lpad((g - 1)::text, 7, '0'), 6, 2)",
        phone_sanitized=number, email="'c' || g || '@example.test'",
        email_normalized="'c' || g || '@example.test'",
    )  # fmt: skip
    phone, email = (
        partner.usu_contact_point_ids.filtered(lambda p, k=kind: p.kind == k)
        for kind in ("phone", "email")
    )
    copies(cr, "usu_contact_point", phone.id, count, value=number,
           tail=f"right({number}, 9)", partner_id=f"{first} + g - 1")  # fmt: skip
    copies(cr, "usu_contact_point", email.id, count,
           value="'c' || g || '@example.test'",
           partner_id=f"{first} + g - 1")  # fmt: skip
    return first


def tickets(env, team, first_user, users, first_client, count_clients, count):
    """``count`` requests, one in fifty open, spread over people and clients."""
    ticket = env["helpdesk.ticket"].create(
        {"name": "Request", "description": "<p>?</p>", "team_id": team.id}
    )
    stages = env["helpdesk.ticket.stage"]
    opened = stages.search([("closed", "=", False)], limit=1).id
    closed = stages.search([("closed", "=", True)], limit=1).id
    env.flush_all()
    moment = "now() at time zone 'UTC' - make_interval(mins => (g % 1000000)::int)"
    copies(
        env.cr, "helpdesk_ticket", ticket.id, count,
        number="'BENCH' || g",
        user_id=f"{first_user} + (g / 50) % {users}",
        partner_id=f"{first_client} + (g::bigint * 7919) % {count_clients}",
        stage_id=f"CASE WHEN g % 50 = 0 THEN {opened} ELSE {closed} END",
        usu_open="g % 50 = 0",
        usu_channel="'email'", usu_token="NULL", usu_external_id="NULL",
        access_token="NULL", create_date=moment, usu_active_at=moment,
        closed_date=f"CASE WHEN g % 50 = 0 THEN NULL ELSE {moment} END",
    )  # fmt: skip


def history(env, desk_id, count):
    """What years leave behind: decisions, pop-ups, tasks done, accounts of clients."""
    cr = env.cr
    receipt = env["usu.routing"]._receive(
        _contact(), desk=env["helpdesk.ticket.team"].browse(desk_id), channel="email",
        title="History", body="?", preferred_user_id=env.ref("base.user_admin").id,
    )  # fmt: skip
    request = env["helpdesk.ticket"].browse(receipt.request_id)
    admin = env.ref("base.user_admin")
    alert = env["usu.routing.alert"]._announce(request, admin, "History")
    alert._close("opened")
    task = request._usu_tasks()[:1] or request.activity_schedule(
        "usu_routing.mail_activity_type_answer", user_id=admin.id
    )
    env.flush_all()
    moment = "now() at time zone 'UTC' - make_interval(mins => g)"
    cr.execute(
        "SELECT id FROM usu_routing_decision WHERE token = %s", [request.usu_token]
    )
    decision = cr.fetchone()[0]
    copies(cr, "usu_routing_decision", decision, count, token="md5(g::text)",
           previous_token="NULL", desk_ref="NULL", date=moment,
           user_ref="(g % 1000)")  # fmt: skip
    copies(cr, "usu_routing_alert", alert.id, count, since=moment)
    copies(cr, "mail_activity", task.id, count, active="FALSE", res_id="g")
    portal = env["res.users"].with_context(no_reset_password=True).create(
        {"name": "Portal", "login": "portal_0",
         "group_ids": [(6, 0, env.ref("base.group_portal").ids)]}
    )  # fmt: skip
    env.flush_all()
    copies(cr, "res_users", portal.id, count, login="'portal_' || g")
    request.active = False
    env.flush_all()


def _contact():
    from odoo.addons.usu_routing.tools.values import Contact

    return Contact(name="History")


def settle(registry, *tables):
    """What autovacuum would have done by the next morning."""
    import psycopg2

    with registry.cursor() as cr:
        dsn = cr._cnx.dsn
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"VACUUM ANALYZE {table}")
    connection.close()
