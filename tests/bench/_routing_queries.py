"""How many queries the hot calls make, and whether any reads a whole growing table.

Every statement of a call is recorded and explained on the full database. The number of
queries does not depend on the machine or on its load.
"""

import re
from contextlib import contextmanager

GROWING = {
    "helpdesk_ticket", "mail_activity", "res_partner", "res_users",
    "usu_contact_point", "usu_routing_alert", "usu_routing_decision",
}  # fmt: skip


@contextmanager
def recorded():
    """The list of statements executed inside, ready to be explained."""
    from odoo.sql_db import Cursor
    from odoo.tools import SQL

    execute, seen = Cursor.execute, []

    def note(self, query, params=None, log_exceptions=True):
        if isinstance(query, SQL):
            seen.append((query.code, list(query.params)))
        else:
            seen.append((query, params))
        return execute(self, query, params, log_exceptions)

    Cursor.execute = note
    try:
        yield seen
    finally:
        Cursor.execute = execute


def whole_tables(cr, statement, params):
    """Growing tables that a SELECT reads from end to end."""
    if not re.match(r"\s*(SELECT|WITH)\b", statement) or "advisory" in statement:
        return set()
    cr.execute(f"EXPLAIN (FORMAT JSON) {statement}", params)
    todo, found = [cr.fetchone()[0][0]["Plan"]], set()
    while todo:
        node = todo.pop()
        todo += node.get("Plans", [])
        if node["Node Type"] == "Seq Scan":
            found.add(node["Relation Name"])
    return found & GROWING


def calls(env, desk_id, client_id):
    """``{name: call}``; each in a fresh transaction that is given up again."""
    from odoo.addons.usu_routing.tools.values import Contact

    routing = env["usu.routing"]
    team = env["helpdesk.ticket.team"].browse(desk_id)
    client = env["res.partner"].browse(client_id)
    request = env["helpdesk.ticket"].search(
        [("team_id", "=", desk_id), ("usu_open", "=", True)], limit=1
    )
    env.invalidate_all()

    def receive(contact):
        return lambda: routing._receive(
            contact, desk=team, channel="email", title="T", body="B", external_id="q:1"
        )

    return {
        "who is it (number)": lambda: routing._identify(Contact(phone="+79160000007")),
        "who is it (unknown)": lambda: routing._identify(Contact(phone="+79169999999")),
        "open request of a client": lambda: routing._open_request(client),
        "a choice": lambda: env["usu.routing.chooser"]._choose(team, channel="email"),
        "receive, new client": receive(Contact(name="New", email="new@example.test")),
        "receive, known client": receive(Contact(partner_id=client_id)),
        "client wrote": lambda: routing._client_wrote(request),
        "employee answered": lambda: routing._staff_answered(request, env.user),
        "desk state": lambda: routing._desk_state(team),
        "timers: which are due": lambda: routing._late_ids(),
        "queues: who waits": lambda: routing._queued_ids(),
        "pop-ups of an employee": lambda: env["usu.routing.alert"].get_pending(),
    }


def count(world, desk_id, client_id):
    """``[(name, queries, tables read whole)]``"""
    with world.env(commit=False) as env:
        names = list(calls(env, desk_id, client_id))
    rows = []
    for name in names:
        with world.env(commit=False) as env:
            work = calls(env, desk_id, client_id)[name]
            env.user.name  # noqa: B018 - a request knows its user
            with recorded() as seen:
                work()
            env.cr.rollback()
            whole = set()
            for statement, params in seen:
                whole |= whole_tables(env.cr, statement, params)
            rows.append((name, len(seen), sorted(whole)))
    return rows
