import { markup } from "@odoo/owl";

import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { session } from "@web/session";

export const TASK_SOUND = "/usu_routing/static/sounds/task.wav";

/**
 * @typedef {Object} Task
 * @property {number} id of the alert
 * @property {number} request_id
 * @property {string} number
 * @property {string} title
 * @property {string} client
 * @property {string} channel
 * @property {string} reason
 * @property {string} since ISO, UTC
 */

/**
 * The pop-ups of an employee: one for each alert in every tab, until somebody reacts.
 *
 * The server knows which are pending: they come with the page, over the bus, and again
 * after a lost connection.
 */
export class TaskPopups {
    /**
     * @param {import("@web/env").OdooEnv} env
     * @param {import("services").ServiceFactories} services
     */
    constructor(env, services) {
        this.action = services.action;
        this.bus = services.bus_service;
        this.notification = services.notification;
        this.orm = services.orm;
        this.sound = services["usu_routing.sound"];
        /** @type {Map<number, Function>} what closes the pop-up of an alert */
        this.closers = new Map();
    }

    setup() {
        this.bus.subscribe("usu_routing/task", (task) => this.show(task, { ring: true }));
        this.bus.subscribe("usu_routing/task_gone", ({ id }) => this.close(id));
        this.bus.addEventListener("BUS:RECONNECT", () => this.refresh());
        this.bus.start();
        for (const task of session.usu_routing?.pending || []) {
            this.show(task);
        }
    }

    /** Ask which are pending: the bus may have been away longer than it remembers. */
    async refresh() {
        if (!session.usu_routing) {
            return;
        }
        const pending = await this.orm.silent.call("usu.routing.alert", "get_pending", []);
        const ids = new Set(pending.map((task) => task.id));
        for (const id of [...this.closers.keys()].filter((id) => !ids.has(id))) {
            this.close(id);
        }
        for (const task of pending) {
            this.show(task, { ring: true });
        }
    }

    /**
     * @param {Task} task
     * @param {{ ring?: boolean }} [options]
     */
    show(task, { ring = false } = {}) {
        if (this.closers.has(task.id)) {
            return;
        }
        const react = (method) => () => this.react(task.id, method);
        this.closers.set(
            task.id,
            this.notification.add(this.words(task), {
                title: task.client || _t("New client"),
                type: "info",
                sticky: true,
                className: "o-usu-Task",
                onClose: () => this.closers.delete(task.id),
                buttons: [
                    { name: _t("Open"), primary: true, onClick: react("action_open") },
                    { name: _t("Take"), onClick: react("action_take") },
                    { name: _t("Hand over"), onClick: react("action_hand_over") },
                ],
            })
        );
        if (ring) {
            this.sound.play(TASK_SOUND);
        }
    }

    /** @param {Task} task */
    words({ number, reason, since, title }) {
        const at = deserializeDateTime(since.replace("T", " ").replace("Z", ""));
        const time = at.toFormat("HH:mm");
        return markup`<strong>${title}</strong><br/><small class="text-muted">${number}, ${time}. ${reason}</small>`;
    }

    /** @param {number} id */
    close(id) {
        this.closers.get(id)?.();
    }

    /**
     * @param {number} id
     * @param {"action_open"|"action_take"|"action_hand_over"} method
     */
    async react(id, method) {
        const action = await this.orm.call("usu.routing.alert", method, [[id]]);
        if (method !== "action_hand_over") {
            this.close(id);
        }
        if (action) {
            await this.action.doAction(action);
        }
    }
}

export const taskService = {
    dependencies: ["action", "bus_service", "notification", "orm", "usu_routing.sound"],
    start(env, services) {
        const popups = new TaskPopups(env, services);
        popups.setup();
        return popups;
    },
};

registry.category("services").add("usu_routing.task", taskService);
