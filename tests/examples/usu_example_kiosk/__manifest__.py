{
    "name": "Example: a channel",
    "summary": "A tablet at the door where clients say that they have come",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "license": "AGPL-3",
    "author": "USU Front Desk",
    "website": "https://github.com/usu-front-desk/usu",
    "depends": ["usu_guard", "usu_routing"],
    "data": ["data/usu_guard_rule_data.xml"],
}
