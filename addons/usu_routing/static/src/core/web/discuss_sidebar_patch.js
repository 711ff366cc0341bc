import { DiscussSidebarChannel } from "@mail/discuss/core/public_web/discuss_sidebar_categories";

import { patch } from "@web/core/utils/patch";

patch(DiscussSidebarChannel.prototype, {
    get attClassContainer() {
        return {
            ...super.attClassContainer,
            "o-usu-waiting": this.thread.usuIsWaiting,
        };
    },
});
