from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Tell the web client whether its user has calls at all."""
        info = super().session_info()
        user = self.env.user
        if user.has_group("usu_callcard.usu_callcard_group_user"):
            info["usu_callcard"] = {
                "sound": user.usu_card_sound,
                "can_dial": bool(user._usu_dial_extension()),
            }
        return info
