from . import usu_routing_simulation
