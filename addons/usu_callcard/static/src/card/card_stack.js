import { CallerCard } from "./caller_card";

import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Component, useState } from "@odoo/owl";

/** All cards of the reader, the newest on top. */
export class CardStack extends Component {
    static template = "usu_callcard.CardStack";
    static components = { CallerCard };
    static props = {};

    setup() {
        this.service = useState(useService("usu_callcard.card"));
    }
}

registry.category("main_components").add("usu_callcard.CardStack", { Component: CardStack });
