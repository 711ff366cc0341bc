import { DeskPanel } from "./desk_panel";

import { Component, onWillStart, onWillUnmount, useRef, useState } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Even if the bus is silent: who is present changes without a message. */
export const POLL_MS = 30_000;
/** A busy desk sends many messages; the board looks at most this often. */
export const PAUSE_MS = 2_000;
const TICK_MS = 5_000;

/** The desks at this moment, on a screen on the wall. */
export class Wallboard extends Component {
    static template = "usu_routing_reports.Wallboard";
    static components = { DeskPanel };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.root = useRef("root");
        this.state = useState({ board: null, failed: false, now: Date.now() });
        /** How far the browser's clock is ahead of the server's. */
        this.ahead = 0;
        const bus = useService("bus_service");
        const onChange = () => this.refreshSoon();
        bus.subscribe("usu_routing_reports/board", onChange);
        useBus(bus, "BUS:RECONNECT", onChange);
        onWillStart(() => this.refresh());
        const timers = [
            browser.setInterval(() => this.refresh(), POLL_MS),
            browser.setInterval(() => (this.state.now = Date.now()), TICK_MS),
        ];
        onWillUnmount(() => {
            timers.forEach((timer) => browser.clearInterval(timer));
            browser.clearTimeout(this.soon);
            bus.unsubscribe("usu_routing_reports/board", onChange);
        });
    }

    get desks() {
        return this.state.board?.desks || [];
    }

    get clock() {
        return luxon.DateTime.fromMillis(this.state.now).toLocaleString(luxon.DateTime.TIME_SIMPLE);
    }

    /** The server's time now: a wall screen's own clock may be wrong. */
    get serverNow() {
        return this.state.now - this.ahead;
    }

    refreshSoon() {
        if (!this.soon) {
            this.soon = browser.setTimeout(() => {
                this.soon = undefined;
                this.refresh();
            }, PAUSE_MS);
        }
    }

    /** Old figures stay on the screen, marked, while the server does not answer. */
    async refresh() {
        try {
            const board = await this.orm.silent.call("usu.routing.wallboard", "get_board", []);
            this.state.now = Date.now();
            this.ahead = this.state.now - Date.parse(board.now);
            Object.assign(this.state, { board, failed: false });
        } catch (error) {
            this.state.failed = true;
            if (!this.state.board) {
                throw error;
            }
        }
    }

    /**
     * @param {number} deskId
     * @param {string} what
     */
    async open(deskId, what) {
        if (this.state.board.may_open) {
            await this.action.doAction(
                await this.orm.call("usu.routing.wallboard", "action_open_desk", [deskId, what])
            );
        }
    }

    /** @param {number} deskId */
    async tryPolicies(deskId) {
        await this.action.doAction("usu_routing.usu_routing_simulation_action", {
            additionalContext: { default_desk_id: deskId, default_source: "history" },
        });
    }

    toggleFullScreen() {
        if (document.fullscreenElement) {
            document.exitFullscreen();
        } else {
            this.root.el.requestFullscreen();
        }
    }
}

registry.category("actions").add("usu_routing_reports.wallboard", Wallboard);
