from . import (
    discuss_channel,
    discuss_channel_member,
    helpdesk_ticket,
    im_livechat_channel,
    im_livechat_channel_form,
    usu_chat_answer,
    usu_chat_deletion,
    usu_chat_question,
    usu_chat_question_choice,
    usu_chat_retention,
    usu_chat_return,
    usu_chat_transcript,
)
