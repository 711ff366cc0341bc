import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";

// the deadline itself is a whole second, and must be over
const MARGIN_MS = 700;

/**
 * Wakes the desk's clock when a client has waited for as long as the policy says. The
 * server knows whether anything is due; without any browser its own job looks each minute.
 */
export const dueService = {
    dependencies: ["bus_service", "multi_tab", "orm"],
    start(env, { bus_service: bus, multi_tab: multiTab, orm }) {
        const wake = async () => {
            if (await multiTab.isOnMainTab()) {
                await orm.silent.call("usu.routing.alert", "wake_due", []);
            }
        };
        bus.subscribe("usu_routing/due", ({ seconds }) => {
            browser.setTimeout(wake, seconds * 1000 + MARGIN_MS);
        });
        bus.start();
    },
};

registry.category("services").add("usu_routing.due", dueService);
