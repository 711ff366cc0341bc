{
    "name": "USU Front Desk: Orders as Requests",
    "summary": "A confirmed order registers client and request, like all else",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "license": "AGPL-3",
    "author": "USU Front Desk",
    "website": "https://github.com/usu-front-desk/usu",
    "depends": ["sale", "usu_intake_account"],
    "data": [
        "views/sale_order_views.xml",
        "views/usu_account_templates.xml",
        "views/res_config_settings_views.xml",
    ],
    "auto_install": True,
}
