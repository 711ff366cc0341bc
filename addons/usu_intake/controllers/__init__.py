from . import helpdesk_mgmt, usu_intake
