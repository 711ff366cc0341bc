{
    "name": "USU Front Desk: Privacy of the Site Chat",
    "summary": "Notes who opened the IP address of a visitor",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "license": "AGPL-3",
    "author": "USU Front Desk",
    "website": "https://github.com/usu-front-desk/usu",
    "depends": ["usu_chat", "usu_privacy"],
    "auto_install": True,
}
