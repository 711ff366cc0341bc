import { registerThreadAction } from "@mail/core/common/thread_actions";

import { _t } from "@web/core/l10n/translation";

registerThreadAction("usu-no-answer-needed", {
    condition: ({ store, thread }) =>
        Boolean(thread?.usuIsWaiting) && store.self_partner?.main_user_id?.share === false,
    icon: "fa fa-fw fa-check-square-o",
    name: _t("No answer needed"),
    open: ({ thread }) => thread.usuNoAnswerNeeded(),
    sequence: 6,
    sequenceQuick: 40,
});
