import { LivechatChannelInfoList } from "@im_livechat/core/web/livechat_channel_info_list";
import { DialoguePanel } from "@usu_routing/core/web/dialogue_panel";

import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

/** What a dialogue on the site has beside the client: what was asked and from where. */
patch(DialoguePanel.prototype, {
    get pages() {
        const { start_page, page } = this.panel;
        return page && page !== start_page ? [start_page, page] : [start_page];
    },

    /** Only ordinary web pages become a link, whatever was stored. */
    isWebPage(page) {
        return /^https?:\/\//i.test(page || "");
    },

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
    },
});

LivechatChannelInfoList.components = { ...LivechatChannelInfoList.components, DialoguePanel };
