from . import helpdesk_mgmt, usu_intake, usu_intake_bot
