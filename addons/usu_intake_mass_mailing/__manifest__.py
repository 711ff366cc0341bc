{
    "name": "USU Front Desk: Newsletters by Consent",
    "summary": "A consent subscribes to mailing lists; unsubscribing ends the consent",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "license": "AGPL-3",
    "author": "USU Front Desk",
    "website": "https://github.com/usu-front-desk/usu",
    "depends": ["mass_mailing", "usu_intake_account"],
    "data": [
        "views/usu_consent_text_views.xml",
    ],
    "auto_install": True,
}
