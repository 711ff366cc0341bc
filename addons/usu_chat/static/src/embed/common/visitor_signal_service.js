import { chime, oncePerBrowser } from "@usu_chat/core/common/chime";

import { reactive } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

const MUTED_KEY = "usu_chat.muted";

/** Tells the visitor that an answer is there: a sound, and a number in the title. */
export class VisitorSignal {
    constructor(env, services) {
        this.store = services["mail.store"];
        this.livechat = services["im_livechat.livechat"];
        this.isMuted = browser.localStorage.getItem(MUTED_KEY) === "1";
        this.unseen = 0;
        this.env = env;
    }

    start() {
        this.env.bus.addEventListener("discuss.channel/new_message", ({ detail }) =>
            this.onMessage(detail.channel, detail.message)
        );
        document.addEventListener("visibilitychange", () => this.onVisible());
        browser.addEventListener("focus", () => this.onVisible());
        this.store.isReady.then(async () => {
            await this.comeBack();
            this.takeOver();
            this.tellPage();
        });
    }

    get muteText() {
        return _t("Mute the sound");
    }

    get unmuteText() {
        return _t("Switch the sound on");
    }

    toggle() {
        this.isMuted = !this.isMuted;
        if (this.isMuted) {
            browser.localStorage.setItem(MUTED_KEY, "1");
        } else {
            browser.localStorage.removeItem(MUTED_KEY);
        }
    }

    onMessage(thread, message) {
        if (!thread.usuOptions || message.isSelfAuthored || message.isNotification) {
            return;
        }
        if (!this.isMuted) {
            oncePerBrowser(`answer.${message.id}`, () => {
                chime("answer");
                this.env.bus.trigger("USU_CHAT:SOUND", { name: "answer", message });
            });
        }
        if (document.hidden || !document.hasFocus()) {
            this.count(this.unseen + 1);
        }
    }

    onVisible() {
        if (!document.hidden) {
            this.count(0);
        }
    }

    count(unseen) {
        this.unseen = unseen;
        const plain = document.title.replace(/^\(\d+\) /, "");
        const title = unseen ? `(${unseen}) ${plain}` : plain;
        if (title !== document.title) {
            document.title = title;
        }
    }

    /** A link from a letter opens its dialogue. */
    async comeBack() {
        const id = parseInt(new URL(browser.location.href).searchParams.get("usu_dialogue"));
        if (id) {
            const thread = await this.store.Thread.getOrFetch({ model: "discuss.channel", id });
            thread?.openChatWindow({ focus: true });
        }
    }

    /** The light button of a foreign page loaded us: now it goes. */
    takeOver() {
        const launcher = window.usuChatLauncher;
        if (launcher?.wanted) {
            const dialogue = this.store.activeLivechats.find((thread) => !thread.livechat_end_dt);
            if (dialogue) {
                dialogue.openChatWindow({ focus: true });
            } else {
                this.livechat.open();
            }
        }
        launcher?.remove();
    }

    /** Staff see on which page the visitor of an open dialogue is now. */
    tellPage() {
        const dialogue = this.store.activeLivechats.find(
            (thread) => thread.usuOptions && !thread.isTransient
        );
        if (dialogue) {
            const page = browser.location.href;
            rpc("/usu_chat/page", { channel_id: dialogue.id, page }, { silent: true }).catch(
                () => {}
            );
        }
    }
}

export const visitorSignalService = {
    dependencies: ["mail.store", "im_livechat.livechat"],
    start(env, services) {
        const signal = reactive(new VisitorSignal(env, services));
        signal.start();
        return signal;
    },
};
registry.category("services").add("usu_chat.visitor_signal", visitorSignalService);
