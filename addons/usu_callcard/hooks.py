def uninstall_hook(env):
    """Calls keep their telephone system from being deleted: they go first."""
    env.cr.execute("DELETE FROM usu_call")
