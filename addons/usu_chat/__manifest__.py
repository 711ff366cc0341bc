{
    "name": "USU Front Desk: Site Chat",
    "summary": "Site chat of the reception desk: questionnaire, protection, routing",
    "version": "19.0.1.0.0",
    "category": "Website/Live Chat",
    "license": "AGPL-3",
    "author": "USU Front Desk",
    "website": "https://github.com/usu-front-desk/usu",
    "depends": ["im_livechat", "usu_guard", "usu_routing"],
    "data": [
        "security/usu_chat_groups.xml",
        "security/usu_chat_answer_security.xml",
        "security/ir.model.access.csv",
        "data/usu_guard_rule_data.xml",
        "data/ir_cron_data.xml",
        "views/usu_chat_question_views.xml",
        "views/usu_chat_answer_views.xml",
        "views/usu_chat_deletion_views.xml",
        "views/im_livechat_channel_views.xml",
        "views/discuss_channel_views.xml",
        "views/helpdesk_ticket_views.xml",
        "views/usu_chat_templates.xml",
        "views/usu_chat_menus.xml",
    ],
    "demo": ["demo/usu_chat_demo.xml"],
    "assets": {
        "im_livechat.assets_embed_core": [
            "usu_chat/static/src/core/common/**/*",
            "usu_chat/static/src/embed/common/**/*",
        ],
        "im_livechat.assets_embed_cors": [
            "usu_chat/static/src/embed/cors/**/*",
        ],
        "web.assets_backend": [
            "usu_chat/static/src/core/common/**/*",
            "usu_chat/static/src/core/web/**/*",
        ],
        "im_livechat.embed_assets_unit_tests_setup": [
            ("remove", "usu_chat/static/src/core/web/**/*"),
        ],
        "im_livechat.embed_assets_unit_tests": [
            "usu_chat/static/tests/embed/**/*",
        ],
        "web.assets_unit_tests": [
            "usu_chat/static/tests/web/**/*",
        ],
    },
}
