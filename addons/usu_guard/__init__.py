from . import controllers, models
from .models.usu_guard_ledger import TABLES


def uninstall_hook(env):
    """Drop the tables that belong to no model."""
    for table in TABLES:
        env.cr.execute(f"DROP TABLE IF EXISTS {table}")
