import { ActionPanel } from "@mail/discuss/core/common/action_panel";

import { Component, onWillStart, onWillUpdateProps } from "@odoo/owl";

import { useService } from "@web/core/utils/hooks";

/**
 * What an employee should know of the client: who it is and what is open.
 *
 * @typedef {Object} Props
 * @property {import("models").Thread} thread
 * @extends {Component<Props, Env>}
 */
export class DialoguePanel extends Component {
    static template = "usu_routing.DialoguePanel";
    static props = ["thread"];

    setup() {
        this.actionService = useService("action");
        this.dialogService = useService("dialog");
        this.orm = useService("orm");
        this.store = useService("mail.store");
    }

    get panel() {
        return this.props.thread.usu_panel;
    }

    async choose(candidate) {
        this.props.thread.usu_panel = await this.orm.call("discuss.channel", "usu_choose_client", [
            [this.props.thread.id],
            candidate.id,
        ]);
    }

    open(model, id) {
        this.actionService.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
            target: "current",
        });
    }
}

/** The panel beside a dialogue that has no panel of its own. */
export class DialogueSidePanel extends Component {
    static components = { ActionPanel, DialoguePanel };
    static template = "usu_routing.DialogueSidePanel";
    static props = ["thread"];

    setup() {
        onWillStart(() => this.props.thread.usuFetchPanel());
        onWillUpdateProps((props) => {
            if (props.thread.notEq(this.props.thread)) {
                return props.thread.usuFetchPanel();
            }
        });
    }
}
