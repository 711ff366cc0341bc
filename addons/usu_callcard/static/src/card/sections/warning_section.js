import { registry } from "@web/core/registry";
import { Component } from "@odoo/owl";

/** What the staff should know before they speak. */
export class WarningSection extends Component {
    static template = "usu_callcard.WarningSection";
    static props = { card: Object, data: String, openRecord: { type: Function, optional: true } };
}

registry.category("usu_callcard.sections").add("warning", { Component: WarningSection });
