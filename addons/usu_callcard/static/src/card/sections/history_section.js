import { formatShortMoment } from "../call_format";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Component } from "@odoo/owl";

/** The last calls with this client. */
export class HistorySection extends Component {
    static template = "usu_callcard.HistorySection";
    static props = { card: Object, data: Array, openRecord: { type: Function, optional: true } };

    moment(iso) {
        return formatShortMoment(iso);
    }

    outcome(call) {
        const labels = { answered: _t("Answered"), missed: _t("Missed"), busy: _t("Busy") };
        return labels[call.outcome] || "";
    }
}

registry.category("usu_callcard.sections").add("history", { Component: HistorySection });
