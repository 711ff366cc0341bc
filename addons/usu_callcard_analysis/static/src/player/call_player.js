import { Conversation } from "./conversation";

import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Everything recorded of the call whose form is open. */
export class CallPlayer extends Component {
    static template = "usu_callcard_analysis.CallPlayer";
    static components = { Conversation };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ conversations: [] });
        onWillStart(() => this.load(this.props.record.resId));
        onWillUpdateProps((next) => {
            if (next.record.resId !== this.props.record.resId) {
                return this.load(next.record.resId);
            }
        });
    }

    async load(id = this.props.record.resId) {
        this.state.conversations = id
            ? await this.orm.call("usu.call", "usu_player_data", [[id]])
            : [];
    }
}

registry.category("view_widgets").add("usu_call_player", { component: CallPlayer });
