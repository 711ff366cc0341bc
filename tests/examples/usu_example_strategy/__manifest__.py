{
    "name": "Example: a strategy",
    "summary": "Who speaks to the fewest clients today and has the highest level",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "license": "AGPL-3",
    "author": "USU Front Desk",
    "website": "https://github.com/usu-front-desk/usu",
    "depends": ["usu_routing"],
}
