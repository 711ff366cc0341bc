{
    "name": "USU Front Desk: Orders on the Caller Card",
    "summary": "The client's current orders on the caller card",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "license": "AGPL-3",
    "author": "USU Front Desk",
    "website": "https://github.com/usu-front-desk/usu",
    "depends": ["sale", "usu_callcard"],
    "data": [
        "data/usu_call_section_data.xml",
        "views/res_config_settings_views.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "usu_callcard_sale/static/src/**/*",
        ],
    },
    "auto_install": True,
}
