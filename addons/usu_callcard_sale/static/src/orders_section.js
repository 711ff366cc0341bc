import { registry } from "@web/core/registry";
import { Component } from "@odoo/owl";

/** The client's current orders: stage, responsible employee, amount. */
export class OrdersSection extends Component {
    static template = "usu_callcard_sale.OrdersSection";
    static props = { card: Object, data: Array, openRecord: { type: Function, optional: true } };

    open(order) {
        if (order.openable) {
            this.props.openRecord("sale.order", order.id);
        }
    }
}

registry.category("usu_callcard.sections").add("orders", { Component: OrdersSection });
