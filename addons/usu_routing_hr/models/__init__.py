from . import (
    usu_routing_agent,
    usu_routing_skill,
    usu_routing_staff,
)
