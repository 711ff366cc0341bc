import { LivechatChannelInfoList } from "@im_livechat/core/web/livechat_channel_info_list";

import { Component } from "@odoo/owl";

import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

/**
 * What an employee should know of the visitor: who, what is open, what was asked and
 * from where.
 *
 * @typedef {Object} Props
 * @property {import("models").Thread} thread
 * @extends {Component<Props, Env>}
 */
export class DialoguePanel extends Component {
    static template = "usu_chat.DialoguePanel";
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

    get pages() {
        const { start_page, page } = this.panel;
        return page && page !== start_page ? [start_page, page] : [start_page];
    }

    /** Only ordinary web pages become a link, whatever was stored. */
    isWebPage(page) {
        return /^https?:\/\//i.test(page || "");
    }

    async choose(candidate) {
        this.props.thread.usu_panel = await this.orm.call("discuss.channel", "usu_choose_client", [
            [this.props.thread.id],
            candidate.id,
        ]);
    }

    block() {
        this.dialogService.add(ConfirmationDialog, {
            title: _t("Block this visitor?"),
            body: _t(
                "The dialogue ends. For a week neither this visitor nor anybody with the same address can use the chat."
            ),
            confirmLabel: _t("Block"),
            confirm: () =>
                this.orm.call("discuss.channel", "usu_ban_visitor", [[this.props.thread.id]]),
            cancel: () => {},
        });
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

LivechatChannelInfoList.components = { ...LivechatChannelInfoList.components, DialoguePanel };
