from . import usu_booking_block, usu_booking_make
