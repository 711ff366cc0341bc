import { registry } from "@web/core/registry";
import { Component } from "@odoo/owl";

/** What the client owes, and what of it is late. */
export class DebtSection extends Component {
    static template = "usu_callcard_account.DebtSection";
    static props = { card: Object, data: Object, openRecord: { type: Function, optional: true } };
}

registry.category("usu_callcard.sections").add("debt", { Component: DebtSection });
