{
    "name": "USU Front Desk: Guard",
    "summary": "Human check, exact limits and one-time tokens for public pages",
    "version": "19.0.1.0.0",
    "category": "Website",
    "license": "AGPL-3",
    "author": "USU Front Desk",
    "website": "https://github.com/usu-front-desk/usu",
    "depends": ["base_setup", "web"],
    "external_dependencies": {"python": ["altcha", "captcha"]},
    "data": [
        "security/usu_guard_groups.xml",
        "security/ir.model.access.csv",
        "data/usu_guard_rule_data.xml",
        "data/ir_cron_data.xml",
        "views/usu_guard_rule_views.xml",
        "views/usu_guard_ban_views.xml",
        "views/usu_guard_site_views.xml",
        "views/usu_guard_templates.xml",
        "views/res_config_settings_views.xml",
        "views/usu_guard_menus.xml",
    ],
    "assets": {
        "web.assets_frontend": [
            "usu_guard/static/src/core/common/**/*",
            "usu_guard/static/src/public/**/*",
        ],
        "im_livechat.assets_embed_core": [
            "usu_guard/static/src/core/common/**/*",
        ],
        "im_livechat.assets_embed_cors": [
            "usu_guard/static/src/embed/**/*",
        ],
        "web.assets_unit_tests_setup": [
            "usu_guard/static/src/core/common/**/*",
            "usu_guard/static/src/public/**/*",
        ],
        "web.assets_unit_tests": [
            "usu_guard/static/tests/**/*",
        ],
    },
    "uninstall_hook": "uninstall_hook",
}
