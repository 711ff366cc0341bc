from . import usu_routing_simulation, usu_routing_simulation_result
