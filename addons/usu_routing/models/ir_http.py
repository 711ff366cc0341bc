from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """The employee's pending pop-ups come with the page: no extra request."""
        info = super().session_info()
        user = self.env.user
        if user._is_internal():
            info["usu_routing"] = {
                "pending": self.env["usu.routing.alert"].get_pending(),
                "sound": user.usu_sound,
            }
        return info
