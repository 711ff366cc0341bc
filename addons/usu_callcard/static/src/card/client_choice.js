import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { Component, useState } from "@odoo/owl";

const CERTAIN = ["verified", "known"];

/** Say which known client is calling: one of several with the number, or by a search. */
export class ClientChoice extends Component {
    static template = "usu_callcard.ClientChoice";
    static props = { card: Object };

    setup() {
        this.service = useState(useService("usu_callcard.card"));
        this.orm = useService("orm");
        this.state = useState({ searching: false, term: "", found: null, saving: false });
        this.search = useDebounced(() => this.doSearch(), 200);
    }

    get candidates() {
        return this.props.card.data.candidates;
    }

    isCertain(candidate) {
        return CERTAIN.includes(candidate.level);
    }

    searchOthers() {
        this.state.searching = true;
        this.props.card.somebodyElse = true;
    }

    async doSearch() {
        const { term } = this.state;
        const args = [[this.props.card.id], term];
        const found = await this.orm.silent.call("usu.call", "card_search", args);
        if (term === this.state.term) {
            this.state.found = found;
        }
    }

    /** The number is on this client's card already: only the call needs its client. */
    choose(candidate) {
        const method = this.isCertain(candidate) ? "card_choose" : "card_add_number";
        return this.link(method, candidate.id);
    }

    addNumber(client) {
        return this.link("card_add_number", client.id);
    }

    async link(method, clientId) {
        const { id } = this.props.card;
        this.state.saving = true;
        try {
            const data = await this.orm.call("usu.call", method, [[id], clientId]);
            this.service.show(id, data);
        } finally {
            this.state.saving = false;
        }
    }
}
