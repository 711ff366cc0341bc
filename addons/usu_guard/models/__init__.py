from . import ir_http
from . import res_config_settings
from . import usu_guard
from . import usu_guard_ban
from . import usu_guard_code
from . import usu_guard_ledger
from . import usu_guard_rule
from . import usu_guard_site
