from . import usu_routing_hand_over
from . import usu_routing_preview
from . import usu_routing_simulation
from . import usu_routing_simulation_result
