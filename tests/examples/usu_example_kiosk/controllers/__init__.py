from . import usu_example_kiosk
