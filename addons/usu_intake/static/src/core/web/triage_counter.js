import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";

const MINUTE = 60_000; // letters are fetched once a minute

/** How many letters wait for a person, in the menu bar; a click opens them. */
export class TriageCounter extends Component {
    static template = "usu_intake.TriageCounter";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.waiting = useState({ triage: 0, error: 0 });
        // a decision changes the number, and ends in another screen
        useBus(this.env.bus, "ACTION_MANAGER:UI-UPDATED", () => this.load());
        onMounted(() => {
            this.load();
            this.timer = setInterval(() => this.load(), MINUTE);
        });
        onWillUnmount(() => clearInterval(this.timer));
    }

    get total() {
        return this.waiting.triage + this.waiting.error;
    }

    async load() {
        if (this.stopped) {
            return;
        }
        try {
            const waiting = await this.orm.silent.call("usu.intake.item", "get_waiting", []);
            this.stopped = !waiting; // not a reviewer
            Object.assign(this.waiting, waiting || {});
        } catch {
            // offline: the old number stands until the next time
        }
    }

    open() {
        this.action.doAction("usu_intake.usu_intake_item_action", { clearBreadcrumbs: true });
    }
}

registry
    .category("systray")
    .add("usu_intake.TriageCounter", { Component: TriageCounter }, { sequence: 22 });
