{
    "name": "Example: a section of the caller's card",
    "summary": "Since when the caller is a client",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "license": "AGPL-3",
    "author": "USU Front Desk",
    "website": "https://github.com/usu-front-desk/usu",
    "depends": ["usu_callcard"],
    "data": ["data/usu_call_section_data.xml"],
    "assets": {
        "web.assets_backend": ["usu_example_section/static/src/**/*"],
    },
}
