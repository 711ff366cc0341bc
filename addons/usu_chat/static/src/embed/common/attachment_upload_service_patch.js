import { ChatRefusal, refusalWords } from "./chat_refusal";

import { AttachmentUploadService } from "@mail/core/common/attachment_upload_service";
import "@im_livechat/embed/common/attachment_upload_service_patch";

import { patch } from "@web/core/utils/patch";

patch(AttachmentUploadService.prototype, {
    async upload(thread) {
        try {
            return await super.upload(...arguments);
        } catch (error) {
            if (!(error instanceof ChatRefusal)) {
                throw error;
            }
            thread.usuRefusal = { ...error.answer, words: refusalWords(error.answer) };
            thread.usuNeedsCode = Boolean(error.answer.need);
        }
    },
});
