import { refusalWords } from "./chat_refusal";

import {
    isStaffed,
    localTime,
    openingWords,
    dayAndHour,
} from "@usu_chat/core/common/opening_words";

import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { rpc } from "@web/core/network/rpc";
import { useService } from "@web/core/utils/hooks";

const { DateTime } = luxon;

/**
 * Under the header of the visitor's window: does the answer come now, and if not, when
 * and how.
 *
 * @typedef {Object} Props
 * @property {import("models").Thread} thread
 * @extends {Component<Props, Env>}
 */
export class StatusLine extends Component {
    static template = "usu_chat.StatusLine";
    static props = ["thread"];

    setup() {
        this.store = useService("mail.store");
        this.notification = useService("notification");
        this.signal = useService("usu_chat.visitor_signal");
    }

    get operator() {
        const { thread } = this.props;
        return thread.isTransient ? undefined : thread.livechat_operator_id;
    }

    get isOnline() {
        if (this.isPromised) {
            return false;
        }
        return this.operator?.im_status
            ? this.operator.im_status.includes("online")
            : isStaffed(this.store.usu_chat_state);
    }

    /** Nobody could take the dialogue, and nobody has answered since. */
    get isPromised() {
        const { thread } = this.props;
        const hasAnswer = thread.messages.some(
            (message) => !message.isSelfAuthored && !message.isNotification && !message.isEmpty
        );
        return Boolean(thread.usuNotice?.waiting && !hasAnswer);
    }

    get words() {
        if (this.isPromised) {
            return this.promise;
        }
        if (!this.operator?.im_status) {
            return openingWords(this.store.usu_chat_state);
        }
        if (this.isOnline) {
            return _t("Online now");
        }
        const since = this.operator.offline_since;
        return since
            ? _t("Was online %(when)s", { when: dayAndHourPast(since) })
            : openingWords(this.store.usu_chat_state);
    }

    get promise() {
        const { next_opening, by } = this.props.thread.usuNotice;
        const next = localTime(next_opening);
        const when =
            next && next > DateTime.now()
                ? _t("Thank you, we have your question. We answer %(when)s.", {
                      when: dayAndHour(next),
                  })
                : _t("Thank you, we have your question and answer as soon as we can.");
        const how = {
            email: _t("You may close this page: the answer is also sent by e-mail."),
            phone: _t("You may close this page: we also send you a text message."),
        }[by?.[0]];
        return how ? `${when} ${how}` : when;
    }

    get canMail() {
        const { thread } = this.props;
        return (
            thread.usu_may_mail &&
            !thread.isTransient &&
            thread.messages.some((message) => !message.isSelfAuthored && !message.isNotification)
        );
    }

    get mailText() {
        return _t("Send this conversation to my e-mail");
    }

    async mail() {
        const answer = await rpc(
            "/usu_chat/transcript",
            { channel_id: this.props.thread.id },
            { silent: true }
        );
        const sent = answer?.sent;
        const words = answer?.usu_error === "limit" ? refusalWords(answer) : _t("Nothing to send.");
        this.notification.add(sent ? _t("The conversation is on its way to you.") : words, {
            type: sent ? "success" : "warning",
        });
    }

    get lastMessageWords() {
        const { thread } = this.props;
        const last = !thread.isTransient && thread.newestPersistentOfAllMessage;
        return last ? _t("Last message %(when)s", { when: dayAndHourPast(last.datetime) }) : "";
    }
}

/** @param {import("luxon").DateTime} moment */
export function dayAndHourPast(moment) {
    const local = moment.setZone("system");
    const isToday = local.hasSame(DateTime.now().setZone("system"), "day");
    return local.toLocaleString(isToday ? DateTime.TIME_SIMPLE : DateTime.DATETIME_SHORT);
}
