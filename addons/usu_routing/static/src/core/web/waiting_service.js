import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";

const TICK_MS = 20_000;

/** Keeps the waiting times of red dialogues moving. */
export const waitingService = {
    dependencies: ["mail.store"],
    start(env, { "mail.store": store }) {
        const tick = () => {
            store.usuNow = Date.now();
        };
        env.bus.addEventListener("discuss.channel/new_message", tick);
        browser.setInterval(tick, TICK_MS);
        return { tick };
    },
};

registry.category("services").add("usu_routing.waiting", waitingService);
