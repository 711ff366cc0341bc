from . import usu_guard
