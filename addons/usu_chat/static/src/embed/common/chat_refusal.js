import { _t } from "@web/core/l10n/translation";

/** The server did not let a dialogue begin; `answer` is what it said. */
export class ChatRefusal extends Error {
    constructor(answer) {
        super(answer.usu_error);
        this.name = "ChatRefusal";
        this.answer = answer;
    }
}

/**
 * @param {{usu_error: string, retry_after?: number, limit?: number}} answer
 * @returns {string} what the visitor can do now
 */
export function refusalWords(answer) {
    const minutes = Math.max(1, Math.ceil((answer.retry_after || 0) / 60));
    switch (answer.usu_error) {
        case "answers":
            return _t("Please look at the form once more.");
        case "long":
            return _t("The message is longer than %(limit)s characters. Please shorten it.", {
                limit: answer.limit,
            });
        case "limit":
            return _t("Too many messages in a short time. Please try again in %(minutes)s min.", {
                minutes,
            });
        case "code_needed":
            return _t("Please type the code: we want to be sure that a person writes.");
        case "site":
        case "banned":
            return _t("The chat is not available here.");
        default:
            return _t("We could not check your browser. Please send the message once more.");
    }
}
