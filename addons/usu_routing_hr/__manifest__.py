{
    "name": "USU Front Desk: Costs and Skills from HR",
    "summary": "Requests go by the cost and the skills of the employee's HR card",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "license": "AGPL-3",
    "author": "USU Front Desk",
    "website": "https://github.com/usu-front-desk/usu",
    "depends": ["hr_hourly_cost", "hr_skills", "usu_routing"],
    "data": [
        "views/usu_routing_agent_views.xml",
    ],
    "auto_install": True,
}
