{
    "name": "USU Front Desk: Reports",
    "summary": "Wallboard, service level, fairness and a weekly digest for heads",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "license": "AGPL-3",
    "author": "USU Front Desk",
    "website": "https://github.com/usu-front-desk/usu",
    "depends": ["digest", "usu_routing"],
    "data": [
        "security/usu_routing_reports_groups.xml",
        "security/usu_routing_reports_security.xml",
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
        "views/usu_routing_report_views.xml",
        "views/usu_routing_fairness_views.xml",
        "views/usu_routing_wallboard_views.xml",
        "views/helpdesk_ticket_team_views.xml",
        "views/digest_digest_views.xml",
        "views/usu_routing_reports_menus.xml",
        "data/digest_data.xml",
    ],
    "demo": ["demo/usu_routing_reports_demo.xml"],
    "assets": {
        "web.assets_backend": [
            "usu_routing_reports/static/src/**/*",
        ],
        "web.assets_unit_tests": [
            "usu_routing_reports/static/tests/**/*.test.js",
        ],
    },
}
