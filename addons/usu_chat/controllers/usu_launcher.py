from odoo import http
from odoo.http import request

from ..tools.pages import safe_page
from .im_livechat import UsuLivechatController

STATE_SECONDS = 20


class UsuLauncherController(http.Controller):
    @http.route(
        "/usu_chat/state/<int:channel_id>",
        type="http",
        auth="public",
        cors="*",
        save_session=False,
        readonly=True,
    )
    def state(self, channel_id, lang="", page="", **kwargs):
        """What the light button of a foreign page shows: no cookie, no visitor."""
        livechat = request.env["im_livechat.channel"]._usu_at_desk_ids(channel_id)
        hidden = {"available": False}
        if not livechat or UsuLivechatController()._usu_refused_site(livechat):
            return self._answer(hidden)
        country = request.env["res.country"]
        # sudo: im_livechat.channel.rule - where the button is shown is no secret
        rule = request.env["im_livechat.channel.rule"].sudo()
        rule = rule.match_rule(livechat.id, safe_page(page), country.id)
        if rule.action == "hide_button":
            return self._answer(hidden)
        livechat = livechat.with_context(lang=self._lang(lang))
        version = int(livechat.write_date.timestamp())
        return self._answer(
            {
                "available": True,
                "popup": rule.action == "auto_popup",
                "state": livechat._usu_state(),
                "picture": f"/usu_chat/picture/{livechat.id}?unique={version}",
                "words": livechat._usu_launcher_words(),
            }
        )

    def _lang(self, lang):
        """The installed language nearest to what the page or the browser says."""
        code = lang[:10].replace("-", "_")
        installed = dict(request.env["res.lang"].get_installed())
        near = [
            known for known in installed if known.split("_")[0] == code.split("_")[0]
        ]
        return code if code in installed else next(iter(near), request.env.lang)

    def _answer(self, values):
        headers = [
            ("Cache-Control", f"public, max-age={STATE_SECONDS}"),
            ("Vary", "Origin"),
        ]
        return request.make_json_response(values, headers=headers)
