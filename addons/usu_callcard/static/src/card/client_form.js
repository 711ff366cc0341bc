import { useService } from "@web/core/utils/hooks";
import { Component, useState } from "@odoo/owl";

/** Fill in who an unknown caller is, while they speak. */
export class ClientForm extends Component {
    static template = "usu_callcard.ClientForm";
    static props = { card: Object };

    setup() {
        this.service = useState(useService("usu_callcard.card"));
        this.orm = useService("orm");
        this.state = useState({
            name: this.props.card.data.caller_name,
            company: "",
            email: "",
            note: "",
            saving: false,
        });
    }

    get ready() {
        return Boolean(this.state.name.trim() || this.state.company.trim()) && !this.state.saving;
    }

    onInput() {
        const { name, company, email, note } = this.state;
        this.props.card.filling = Boolean(name || company || email || note);
    }

    async save() {
        if (!this.ready) {
            return;
        }
        const { name, company, email, note } = this.state;
        const { id } = this.props.card;
        this.state.saving = true;
        try {
            const args = [[id], { name, company, email, note }];
            const data = await this.orm.call("usu.call", "card_save_client", args);
            this.props.card.filling = false;
            this.service.show(id, data);
        } finally {
            this.state.saving = false;
        }
    }
}
