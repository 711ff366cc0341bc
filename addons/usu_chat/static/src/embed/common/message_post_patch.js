import { refusalWords } from "./chat_refusal";

import { Store } from "@mail/core/common/store_service";

import { patch } from "@web/core/utils/patch";

patch(Store.prototype, {
    /** A refused message stays in the window as not sent, and the reason is told. */
    async doMessagePost(params, tmpMessage) {
        const answer = await super.doMessagePost(...arguments);
        if (!answer?.usu_error) {
            return answer;
        }
        this.env.services.notification.add(refusalWords(answer), { type: "warning" });
        if (tmpMessage) {
            tmpMessage.postFailRedo = () => {
                tmpMessage.postFailRedo = undefined;
                this.doMessagePost(params, tmpMessage);
            };
        }
        return undefined;
    },
});
