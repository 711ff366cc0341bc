import { clock } from "./lanes_format";

import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

/** Seconds that were measured, rounded: 3:05. */
const measured = (seconds) => clock(Math.round(seconds || 0));

const SILENT = {
    staff: _t("The employee was never heard: perhaps a broken line."),
    client: _t("The client was never heard: perhaps a broken line."),
    both: _t("Nobody was heard."),
};

/** The measures of a conversation in words and numbers. */
export class Figures extends Component {
    static template = "usu_callcard_analysis.Figures";
    static props = { conversation: Object };

    get silent() {
        return SILENT[this.props.conversation.measures.silent_side] || "";
    }

    /** What was listened for, by kind. */
    get said() {
        const { hits, missed } = this.props.conversation;
        const names = (kind) => [
            ...new Set(hits.filter((hit) => hit.kind === kind).map((hit) => hit.name)),
        ];
        return [
            { label: _t("Said"), names: names("script"), style: "text-bg-success" },
            { label: _t("Not said"), names: missed, style: "text-bg-warning" },
            { label: _t("Keywords"), names: names("keyword"), style: "text-bg-info" },
            { label: _t("Complaints"), names: names("complaint"), style: "text-bg-danger" },
        ].filter((row) => row.names.length);
    }

    get sides() {
        const m = this.props.conversation.measures;
        const pair = (label, staff, client) => ({ label, staff, client });
        return [
            pair(_t("Speaks"), measured(m.talk_staff_seconds), measured(m.talk_client_seconds)),
            pair(
                _t("Longest monologue"),
                measured(m.longest_staff_seconds),
                measured(m.longest_client_seconds)
            ),
            pair(_t("Interrupts"), m.interruptions_staff, m.interruptions_client),
        ];
    }

    get whole() {
        const m = this.props.conversation.measures;
        const facts = [
            [_t("Length"), measured(m.duration_seconds)],
            [_t("Silence"), `${measured(m.silence_seconds)} (${Math.round(m.silence_share)} %)`],
            [_t("Longest pause"), clock(m.longest_silence_seconds, true)],
        ];
        if (this.props.conversation.layout === "sides") {
            facts.push([_t("Both at once"), clock(m.both_seconds, true)]);
            if (m.response_seconds) {
                facts.push([_t("Employee's response"), clock(m.response_seconds, true)]);
            }
        }
        return facts.map(([label, value]) => ({ label, value }));
    }
}
