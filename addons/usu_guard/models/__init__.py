from . import (
    ir_http,
    res_config_settings,
    usu_guard,
    usu_guard_ban,
    usu_guard_code,
    usu_guard_ledger,
    usu_guard_rule,
    usu_guard_site,
)
