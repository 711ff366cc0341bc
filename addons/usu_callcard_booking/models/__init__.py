from . import usu_call
