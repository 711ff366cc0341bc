import { DialogueSidePanel } from "./dialogue_panel";

import { registerThreadAction } from "@mail/core/common/thread_actions";

import { _t } from "@web/core/l10n/translation";

function isEmployee(store) {
    return store.self_partner?.main_user_id?.share === false;
}

registerThreadAction("usu-no-answer-needed", {
    condition: ({ store, thread }) => Boolean(thread?.usuIsWaiting) && isEmployee(store),
    icon: "fa fa-fw fa-check-square-o",
    name: _t("No answer needed"),
    open: ({ thread }) => thread.usuNoAnswerNeeded(),
    sequence: 6,
    sequenceQuick: 40,
});

// A live chat has upstream's panel, which usu_chat extends.
registerThreadAction("usu-dialogue", {
    actionPanelComponent: DialogueSidePanel,
    condition: ({ owner, store, thread }) =>
        Boolean(thread?.usu_is_dialogue) &&
        thread.channel_type !== "livechat" &&
        isEmployee(store) &&
        !owner.isDiscussSidebarChannelActions,
    panelOuterClass: "o-usu-SidePanel bg-inherit",
    icon: "fa fa-fw fa-address-card-o",
    name: _t("Client"),
    sequence: 10,
    sequenceGroup: 7,
    toggle: true,
});
