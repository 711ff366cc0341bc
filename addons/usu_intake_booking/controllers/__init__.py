from . import portal, usu_booking, usu_booking_visit
