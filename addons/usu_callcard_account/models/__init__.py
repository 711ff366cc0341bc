from . import res_config_settings, usu_call
