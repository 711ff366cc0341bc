import { Questionnaire } from "./questionnaire";
import { StatusLine } from "./status_line";

import { UsuGuardCode } from "@usu_guard/core/common/guard_code";
import { ChatWindow } from "@mail/core/common/chat_window";

Object.assign(ChatWindow.components, { Questionnaire, StatusLine, UsuGuardCode });
