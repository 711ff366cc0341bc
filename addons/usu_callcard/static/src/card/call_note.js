import { browser } from "@web/core/browser/browser";
import { useService } from "@web/core/utils/hooks";
import { Component, onWillDestroy } from "@odoo/owl";

const DELAY = 800;

/** What the operator writes during or after the call; saved while they write. */
export class CallNote extends Component {
    static template = "usu_callcard.CallNote";
    static props = { card: Object };

    setup() {
        this.orm = useService("orm");
        onWillDestroy(() => {
            browser.clearTimeout(this.timer);
            this.save();
        });
    }

    get text() {
        const { draft, data } = this.props.card;
        return draft ?? data.note;
    }

    onInput(ev) {
        this.props.card.draft = ev.target.value;
        browser.clearTimeout(this.timer);
        this.timer = browser.setTimeout(() => this.save(), DELAY);
    }

    async save() {
        const { card } = this.props;
        const { id, draft } = card;
        if (draft === null || draft === card.data.note) {
            return;
        }
        await this.orm.silent.call("usu.call", "card_note", [[id], draft]);
        card.data.note = draft;
        if (card.draft === draft) {
            card.draft = null;
        }
    }
}
