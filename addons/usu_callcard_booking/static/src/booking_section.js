import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Component } from "@odoo/owl";

/** The client's next appointments, and a button to book another one during the call. */
export class BookingSection extends Component {
    static template = "usu_callcard_booking.BookingSection";
    static props = { card: Object, data: Object, openRecord: { type: Function, optional: true } };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    open(visit) {
        this.props.openRecord("usu.booking", visit.id);
    }

    async book() {
        const action = await this.orm.call("usu.call", "action_usu_book", [this.props.card.id]);
        await this.action.doAction(action);
    }
}

registry.category("usu_callcard.sections").add("booking", { Component: BookingSection });
