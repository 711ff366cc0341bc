from . import (
    discuss_channel,
    discuss_channel_member,
    helpdesk_ticket,
    im_livechat_channel,
    usu_chat_answer,
    usu_chat_deletion,
    usu_chat_question,
    usu_chat_question_choice,
    usu_chat_return,
)
