from . import (
    usu_routing_hand_over,
    usu_routing_preview,
    usu_routing_simulation,
    usu_routing_simulation_result,
)
