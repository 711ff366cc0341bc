from . import usu_booking_make, usu_booking_block
