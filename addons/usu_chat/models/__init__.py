from . import usu_chat_question
from . import usu_chat_question_choice
from . import usu_chat_answer
from . import usu_chat_deletion
from . import im_livechat_channel
from . import discuss_channel
from . import discuss_channel_member
from . import helpdesk_ticket
