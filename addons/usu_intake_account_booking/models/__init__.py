from . import usu_account
