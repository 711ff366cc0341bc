from . import (
    digest_digest,
    helpdesk_ticket_team,
    usu_call,
    usu_call_report,
    usu_routing_demo,
    usu_routing_wallboard,
)
