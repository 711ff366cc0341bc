{
    "name": "USU Front Desk: Site Chat on the Website",
    "summary": "A page of the reception with its hours, and the chat on it",
    "version": "19.0.1.0.0",
    "category": "Website/Live Chat",
    "license": "AGPL-3",
    "author": "USU Front Desk",
    "website": "https://github.com/usu-front-desk/usu",
    "depends": ["usu_chat", "website_livechat"],
    "data": [
        "data/website_menu_data.xml",
        "views/usu_chat_templates.xml",
    ],
    "demo": ["demo/website_demo.xml"],
    "auto_install": True,
}
