from odoo.tools import SQL


def post_init_hook(env):
    """Give earlier calls their desk: one statement for each line that was called."""
    rows = env.execute_query(SQL("SELECT DISTINCT pbx_id, did FROM usu_call"))
    for pbx_id, did in rows:
        desk = env["usu.pbx"].browse(pbx_id)._usu_desk(did)
        if desk:
            env.cr.execute(
                SQL(
                    "UPDATE usu_call SET usu_desk_id = %s"
                    " WHERE pbx_id = %s AND did IS NOT DISTINCT FROM %s",
                    desk.id,
                    pbx_id,
                    did or None,
                )
            )
    env["usu.call"].invalidate_model(["usu_desk_id"])
