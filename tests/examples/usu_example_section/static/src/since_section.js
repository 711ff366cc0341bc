import { registry } from "@web/core/registry";
import { Component } from "@odoo/owl";

/** Since when the caller is a client. */
export class SinceSection extends Component {
    static template = "usu_example_section.SinceSection";
    static props = { card: Object, data: Object, openRecord: { type: Function, optional: true } };
}

registry.category("usu_callcard.sections").add("since", { Component: SinceSection });
