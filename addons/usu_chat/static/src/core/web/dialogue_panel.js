import { LivechatChannelInfoList } from "@im_livechat/core/web/livechat_channel_info_list";

import { Component } from "@odoo/owl";

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
