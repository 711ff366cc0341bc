from . import usu_intake_item_link
