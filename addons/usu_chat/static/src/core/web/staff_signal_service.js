import { chime, oncePerBrowser } from "@usu_chat/core/common/chime";

import { OutOfFocusService } from "@mail/core/common/out_of_focus_service";

import { registry } from "@web/core/registry";
import { patch } from "@web/core/utils/patch";

function isFromVisitor(thread, message) {
    return (
        thread?.channel_type === "livechat" &&
        !message.isSelfAuthored &&
        !message.isNotification &&
        Boolean(thread.livechatVisitorMember?.persona?.eq(message.author))
    );
}

/** Lets employees hear a visitor. */
export class StaffSignal {
    constructor(env, services) {
        this.env = env;
        this.store = services["mail.store"];
        this.ui = services.ui;
    }

    start() {
        this.env.bus.addEventListener("discuss.channel/new_message", ({ detail }) => {
            // Upstream leaves small screens without any sound.
            if (this.ui.isSmall && !detail.silent) {
                this.ring(detail.channel, detail.message);
            }
        });
    }

    ring(thread, message) {
        if (!isFromVisitor(thread, message) || thread.self_member_id?.mute_until_dt) {
            return;
        }
        if (!this.store.settings.messageSound || this.store.self.im_status?.includes("busy")) {
            return;
        }
        oncePerBrowser(`question.${message.id}`, () => {
            chime("question");
            this.env.bus.trigger("USU_CHAT:SOUND", { name: "question", message });
        });
    }
}

patch(OutOfFocusService.prototype, {
    async notify(message, thread) {
        const channel = thread ?? message.thread;
        const signal = this.env.services["usu_chat.staff_signal"];
        if (!signal || !isFromVisitor(channel, message)) {
            return super.notify(...arguments);
        }
        // The same notification with our sound in place of the usual one.
        const quiet = Object.create(this, {
            _playSound: { value: () => signal.ring(channel, message) },
        });
        return super.notify.call(quiet, message, thread);
    },
});

export const staffSignalService = {
    dependencies: ["mail.store", "ui"],
    start(env, services) {
        const signal = new StaffSignal(env, services);
        signal.start();
        return signal;
    },
};
registry.category("services").add("usu_chat.staff_signal", staffSignalService);
