import { isStaffed, openingWords } from "@usu_chat/core/common/opening_words";

import { LivechatButton } from "@im_livechat/embed/common/livechat_button";

import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { url } from "@web/core/utils/urls";

patch(LivechatButton.prototype, {
    /** Always at hand: also beside a dialogue whose window the visitor closed. */
    get isShown() {
        if (!this.usuOptions) {
            return super.isShown;
        }
        return this.store.livechat_available && !this.usuOpenDialogues.some((t) => t.chat_window);
    },

    get usuOptions() {
        const { options } = this.livechatService;
        return options.usu_desk ? options : undefined;
    },

    get usuOpenDialogues() {
        return this.store.activeLivechats.filter((thread) => !thread.livechat_end_dt);
    },

    get usuWords() {
        return openingWords(this.store.usu_chat_state);
    },

    get usuIsStaffed() {
        return isStaffed(this.store.usu_chat_state);
    },

    get usuLabel() {
        return _t("Open the chat. %(state)s", { state: this.usuWords });
    },

    get usuPicture() {
        const { channel_id, usu_picture_version } = this.usuOptions;
        return url(`/usu_chat/picture/${channel_id}`, { unique: usu_picture_version });
    },

    onClick() {
        const dialogue = this.usuOptions && this.usuOpenDialogues.at(-1);
        if (!dialogue) {
            return super.onClick(...arguments);
        }
        dialogue.openChatWindow({ focus: true });
    },
});
