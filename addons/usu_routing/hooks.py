# languages of the suite that Odoo's own list lacks: code -> name, grouping, comma,
# thousands, date, first day of the week (CLDR)
LANGUAGES = {
    "hy_AM": (
        "Armenian / հայերեն",
        "[3,0]",
        ",",
        "\N{NO-BREAK SPACE}",
        "%d.%m.%Y",
        "1",
    ),
    "ne_NP": ("Nepali / नेपाली", "[3,2,0]", ".", ",", "%Y/%m/%d", "7"),
    "pa_IN": ("Punjabi / ਪੰਜਾਬੀ", "[3,2,0]", ".", ",", "%d/%m/%Y", "7"),
}


def post_init_hook(env):
    """Make an existing database work at once: a desk if there is none, contact points
    of the clients there are, agents of the desks, access for the helpdesk's staff."""
    env.invalidate_all()  # demonstration data that failed leave records of theirs
    env["helpdesk.ticket.team"]._usu_ensure_desk()
    env["helpdesk.ticket.team"].search([])._usu_sync_agents()
    env["usu.contact.point"]._usu_backfill()
    add_languages(env)
    staff = env.ref("helpdesk_mgmt.group_helpdesk_user_own").all_user_ids
    env.ref("usu_routing.usu_routing_group_user").write(
        {"user_ids": [(4, user.id) for user in staff if not user.share]}
    )


def add_languages(env):
    """Offer the languages that we speak and Odoo does not list, inactive."""
    known = env["res.lang"].with_context(active_test=False).search([])
    for code, (name, grouping, point, thousands, date, week) in LANGUAGES.items():
        if code in known.mapped("code") or name in known.mapped("name"):
            continue
        env["res.lang"].create(
            {
                **{"code": code, "iso_code": code, "url_code": code, "name": name},
                **{"grouping": grouping, "decimal_point": point},
                **{"thousands_sep": thousands, "date_format": date},
                **{"week_start": week, "active": False},
            }
        )
