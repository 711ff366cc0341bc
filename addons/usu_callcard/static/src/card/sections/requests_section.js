import { registry } from "@web/core/registry";
import { Component } from "@odoo/owl";

/** The client's open requests: stage and who is responsible. */
export class RequestsSection extends Component {
    static template = "usu_callcard.RequestsSection";
    static props = { card: Object, data: Object, openRecord: { type: Function, optional: true } };
}

registry.category("usu_callcard.sections").add("requests", { Component: RequestsSection });
