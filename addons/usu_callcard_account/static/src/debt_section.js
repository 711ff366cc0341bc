import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Component } from "@odoo/owl";

/** What the client owes, and what of it is late. */
export class DebtSection extends Component {
    static template = "usu_callcard_account.DebtSection";
    static props = { card: Object, data: Object, openRecord: { type: Function, optional: true } };

    get late() {
        const { late } = this.props.data;
        return late ? _t("%s overdue", late) : "";
    }
}

registry.category("usu_callcard.sections").add("debt", { Component: DebtSection });
