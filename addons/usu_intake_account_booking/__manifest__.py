{
    "name": "USU Front Desk: Appointments in the Account",
    "summary": "The personal account shows and hands out the client's appointments",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "license": "AGPL-3",
    "author": "USU Front Desk",
    "website": "https://github.com/usu-front-desk/usu",
    "depends": ["usu_intake_account", "usu_intake_booking"],
    "data": ["views/usu_account_templates.xml"],
    "auto_install": True,
}
