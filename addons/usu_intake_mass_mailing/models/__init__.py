from . import mail_blacklist, mailing_subscription, usu_consent, usu_consent_text
