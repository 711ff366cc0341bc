from . import im_livechat
from . import mail_attachment
from . import mail_thread
from . import mail_webclient
from . import usu_chat
