from odoo.http import request

from odoo.addons.mail.controllers.webclient import WebclientController


class UsuWebclientController(WebclientController):
    @classmethod
    def _process_request_for_all(self, store, name, params):
        super()._process_request_for_all(store, name, params)
        if name != "init_livechat":
            return
        livechat = request.env["im_livechat.channel"]._usu_at_desk_ids(params)
        if not livechat:
            return
        livechat._usu_store_state(store)
        rule = store.data.get("Store", {}).get("livechat_rule")
        if not store.data["Store"].get("livechat_available"):
            store.add_global_values(
                livechat_available=not self._usu_hidden_here(livechat, rule)
            )

    @classmethod
    def _usu_hidden_here(self, livechat, rule_id):
        """A rule of the live chat may hide the button on some pages; staff may not."""
        return bool(
            rule_id and livechat.rule_ids.browse(rule_id).action == "hide_button"
        )
