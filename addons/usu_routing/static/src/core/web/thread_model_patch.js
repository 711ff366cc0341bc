import { waitingWords } from "./waiting_words";

import { fields } from "@mail/core/common/record";
import { Store } from "@mail/core/common/store_service";
import { Thread } from "@mail/core/common/thread_model";

import { patch } from "@web/core/utils/patch";

patch(Store.prototype, {
    setup() {
        super.setup(...arguments);
        /** Moves on while a dialogue waits, so that "12 min" becomes "13 min". */
        this.usuNow = fields.Attr(Date.now());
    },
});

patch(Thread.prototype, {
    setup() {
        super.setup(...arguments);
        /** A client talks with a desk here, whatever the channel. */
        this.usu_is_dialogue = fields.Attr(false);
        this.usu_waiting_since = fields.Datetime();
        this.usu_panel = fields.Attr(undefined);
    },

    get usuIsWaiting() {
        return Boolean(this.usu_waiting_since);
    },

    get usuWaitingText() {
        return this.usuIsWaiting ? waitingWords(this.usu_waiting_since, this.store.usuNow) : "";
    },

    async usuNoAnswerNeeded() {
        await this.store.env.services.orm.call("discuss.channel", "usu_no_answer_needed", [
            [this.id],
        ]);
    },

    async usuFetchPanel() {
        this.usu_panel = await this.store.env.services.orm.silent.call(
            "discuss.channel",
            "usu_get_panel",
            [[this.id]]
        );
    },
});
