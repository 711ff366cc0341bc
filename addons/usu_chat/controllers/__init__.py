from . import (
    im_livechat,
    mail_attachment,
    mail_thread,
    mail_webclient,
    usu_chat,
    usu_launcher,
)
