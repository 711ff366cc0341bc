from odoo.addons.usu_chat.controllers.im_livechat import UsuLivechatController
from odoo.addons.website_livechat.controllers.main import WebsiteLivechat


class UsuWebsiteLivechatController(UsuLivechatController, WebsiteLivechat):
    """The typed name goes before the website's "Visitor #2": ours comes first."""
