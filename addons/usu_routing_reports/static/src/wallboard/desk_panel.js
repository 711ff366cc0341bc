import { formatAge, levelGrade, waitingGrade, workOf } from "./wallboard_format";

import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";

/** One desk of the wallboard. It shows; the server counted. */
export class DeskPanel extends Component {
    static template = "usu_routing_reports.DeskPanel";
    static props = {
        desk: Object,
        mayOpen: Boolean,
        now: Number,
        open: Function,
        tryPolicies: Function,
    };

    get desk() {
        return this.props.desk;
    }

    get oldest() {
        return formatAge(this.props.now - Date.parse(this.desk.oldest_since));
    }

    get waitingGrade() {
        return waitingGrade(this.desk);
    }

    get levelGrade() {
        return levelGrade(this.desk.service_level);
    }

    get level() {
        return this.desk.service_level === null ? "–" : `${Math.round(this.desk.service_level)} %`;
    }

    get waitingWords() {
        if (this.desk.late) {
            return _t("%s too long", this.desk.late);
        }
        return this.desk.waiting ? _t("all in time") : _t("nobody waits");
    }

    get levelWords() {
        const words = {
            none: _t("nothing due yet"),
            good: _t("good"),
            fair: _t("too slow"),
            bad: _t("far too slow"),
        };
        return words[this.levelGrade];
    }

    get hours() {
        if (this.desk.open) {
            return _t("open");
        }
        if (!this.desk.next_opening) {
            return _t("nobody there");
        }
        const opening = luxon.DateTime.fromISO(this.desk.next_opening);
        return _t("closed until %s", opening.toFormat("ccc HH:mm"));
    }

    workOf(person) {
        return workOf(person);
    }
}
