from . import usu_privacy_request
