{
    "name": "USU Front Desk: Privacy",
    "summary": "A client's data: handed out, erased, and who looked at them",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "license": "AGPL-3",
    "author": "USU Front Desk",
    "website": "https://github.com/usu-front-desk/usu",
    "depends": ["privacy_lookup", "usu_routing"],
    "data": [
        "security/usu_privacy_groups.xml",
        "security/usu_privacy_access_security.xml",
        "security/ir.model.access.csv",
        "wizard/usu_privacy_request_views.xml",
        "views/usu_privacy_access_views.xml",
        "views/usu_privacy_menus.xml",
    ],
    "auto_install": True,
}
