import { CallCards } from "./call_cards";

import { registry } from "@web/core/registry";
import { reactive } from "@odoo/owl";

export const callCardService = {
    dependencies: ["orm", "bus_service", "multi_tab", "mail.sound_effects"],
    start(env, services) {
        const cards = reactive(new CallCards(services));
        cards.setup();
        return cards;
    },
};

registry.category("services").add("usu_callcard.card", callCardService);
