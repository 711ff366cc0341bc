from . import im_livechat, usu_chat
