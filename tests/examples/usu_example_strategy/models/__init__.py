from . import usu_routing_step
