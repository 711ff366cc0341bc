{
    "name": "USU Front Desk: Registration on the Website",
    "summary": "The registration form in the website's menu",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "license": "AGPL-3",
    "author": "USU Front Desk",
    "website": "https://github.com/usu-front-desk/usu",
    "depends": ["usu_intake_account", "website"],
    "data": [
        "data/website_menu_data.xml",
    ],
    "auto_install": True,
}
