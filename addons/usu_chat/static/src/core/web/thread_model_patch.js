import { fields } from "@mail/core/common/record";
import { Thread } from "@mail/core/common/thread_model";
import "@usu_routing/core/web/thread_model_patch";

import { patch } from "@web/core/utils/patch";

patch(Thread.prototype, {
    setup() {
        super.setup(...arguments);
        this.usu_visitor_left = fields.Attr(false);
    },

    get usuIsWaiting() {
        return super.usuIsWaiting && !this.livechat_end_dt;
    },
});
