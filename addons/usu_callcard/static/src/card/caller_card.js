import { CallNote } from "./call_note";
import { ClientChoice } from "./client_choice";
import { ClientForm } from "./client_form";
import { directionLabel, formatMoment, stateOf, timeThere, titleOf } from "./call_format";

import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Component, onWillDestroy, useState } from "@odoo/owl";

const sections = registry.category("usu_callcard.sections");

/** The card of one call. It shows what the service holds and decides nothing. */
export class CallerCard extends Component {
    static template = "usu_callcard.CallerCard";
    static components = { CallNote, ClientChoice, ClientForm };
    static props = { card: Object };

    setup() {
        this.service = useState(useService("usu_callcard.card"));
        this.action = useService("action");
        this.dialer = useService("usu_callcard.dial");
        this.ui = useState({ now: Date.now(), largePhoto: false, brokenPhoto: false });
        const tick = browser.setInterval(() => (this.ui.now = Date.now()), 1000);
        onWillDestroy(() => browser.clearInterval(tick));
    }

    get card() {
        return this.props.card;
    }
    get data() {
        return this.card.data;
    }
    get client() {
        return this.data?.client;
    }
    get title() {
        return titleOf(this.card);
    }
    get direction() {
        return directionLabel(this.card.direction);
    }
    get moment() {
        return formatMoment(this.card.started_at);
    }
    get status() {
        return stateOf(this.card, this.ui.now);
    }
    get timeThere() {
        const time = timeThere(this.data.place.zone, this.ui.now);
        return time && _t("it is %s there", time);
    }
    get lineLabel() {
        return this.card.direction === "outgoing" ? _t("From line") : _t("Called line");
    }
    get foldLabel() {
        return this.card.collapsed ? _t("Unfold") : _t("Fold");
    }
    get warned() {
        const shown = this.data?.sections.some((section) => section.key === "warning");
        return shown || this.client?.category?.is_warning;
    }
    get photo() {
        return !this.ui.brokenPhoto && this.client?.photo;
    }
    get firstRequest() {
        const found = this.data.sections.find((section) => section.key === "requests");
        return found?.data.items[0];
    }
    get canCallBack() {
        return this.data?.can_dial && this.card.state === "ended" && this.card.number;
    }
    get sections() {
        const shown = this.data.sections.filter(({ key }) => sections.contains(key));
        return shown.map(({ key, data }) => ({ key, data, ...sections.get(key) }));
    }

    shows(key) {
        return this.data.shown.includes(key);
    }
    toggle() {
        if (this.card.collapsed) {
            this.service.unfold(this.card.id);
        } else {
            this.card.collapsed = true;
        }
    }
    close() {
        this.service.close(this.card.id);
    }
    retry() {
        this.service.load(this.card.id);
    }

    openRecord(resModel, resId) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: resModel,
            res_id: resId,
            views: [[false, "form"]],
        });
        this.card.collapsed = this.env.isSmall;
    }

    newRequest() {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "helpdesk.ticket",
            views: [[false, "form"]],
            context: {
                default_partner_id: this.client?.id,
                default_usu_channel: "call",
                usu_call_id: this.card.id,
            },
        });
        this.card.collapsed = this.env.isSmall;
    }

    callBack() {
        return this.dialer.dial(this.card.number);
    }
}
