import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Component } from "@odoo/owl";

/** The client's open requests: stage and who is responsible. */
export class RequestsSection extends Component {
    static template = "usu_callcard.RequestsSection";
    static props = { card: Object, data: Object, openRecord: { type: Function, optional: true } };

    get more() {
        const { more } = this.props.data;
        return more ? _t("and %s more", more) : "";
    }
    get hidden() {
        const { hidden } = this.props.data;
        return hidden ? _t("%s of other desks, not open to you", hidden) : "";
    }
}

registry.category("usu_callcard.sections").add("requests", { Component: RequestsSection });
