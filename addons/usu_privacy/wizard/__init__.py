from . import privacy_lookup_wizard, usu_privacy_request
