from . import usu_chat
