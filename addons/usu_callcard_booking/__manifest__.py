{
    "name": "USU Front Desk: Appointments on the Caller Card",
    "summary": "The client's next appointments on the caller card, and booking from it",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "license": "AGPL-3",
    "author": "USU Front Desk",
    "website": "https://github.com/usu-front-desk/usu",
    "depends": ["usu_callcard", "usu_intake_booking"],
    "data": ["data/usu_call_section_data.xml"],
    "assets": {
        "web.assets_backend": [
            "usu_callcard_booking/static/src/**/*",
        ],
    },
    "auto_install": True,
}
