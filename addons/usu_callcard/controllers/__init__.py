from . import usu_callcard
