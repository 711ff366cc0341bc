from . import (
    digest_digest,
    helpdesk_ticket,
    helpdesk_ticket_team,
    usu_routing_analysis,
    usu_routing_demo,
    usu_routing_fairness,
    usu_routing_presence,
    usu_routing_report,
    usu_routing_wallboard,
)
