from . import usu_booking, usu_booking_visit, portal
