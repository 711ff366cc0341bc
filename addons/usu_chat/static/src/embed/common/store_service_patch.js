import { Store } from "@mail/core/common/store_service";
import { fields } from "@mail/model/export";

import { patch } from "@web/core/utils/patch";

patch(Store.prototype, {
    setup() {
        super.setup(...arguments);
        /** @type {import("@usu_chat/core/common/opening_words").DeskState|undefined} */
        this.usu_chat_state = fields.Attr(undefined);
    },
});
