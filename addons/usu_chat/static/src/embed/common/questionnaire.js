import { checkAnswers, LIMITS, shownQuestions } from "./questionnaire_rules";

import { Component, onMounted, useRef, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

/**
 * The form before the first message.
 *
 * @typedef {Object} Props
 * @property {import("models").Thread} thread
 * @extends {Component<Props, Env>}
 */
export class Questionnaire extends Component {
    static template = "usu_chat.Questionnaire";
    static props = ["thread"];

    setup() {
        this.livechatService = useService("im_livechat.livechat");
        this.root = useRef("root");
        this.limits = LIMITS;
        const values = {};
        for (const question of this.questions) {
            values[question.id] = question.value || "";
        }
        Object.assign(values, this.props.thread.usuAnswers);
        this.state = useState({
            values,
            errors: { ...this.props.thread.usuErrors },
            website: "",
        });
        onMounted(() => this.focusFirst());
    }

    get questions() {
        return this.props.thread.usuForm?.questions ?? [];
    }

    get shown() {
        return shownQuestions(this.questions, this.state.values);
    }

    get welcome() {
        return this.livechatService.options.default_message;
    }

    inputType(question) {
        return { email: "email", phone: "tel", date: "date" }[question.kind] ?? "text";
    }

    autocomplete(question) {
        return { name: "name", phone: "tel", email: "email" }[question.role] ?? "off";
    }

    errorText(question) {
        const error = this.state.errors[question.id];
        if (!error) {
            return "";
        }
        if (error === "long") {
            return _t("This is too long.");
        }
        if (error === "missing") {
            return question.kind === "consent"
                ? _t("Please agree, so that we may answer.")
                : _t("Please fill this in.");
        }
        return (
            {
                email: _t("This is not an e-mail address."),
                phone: _t("This is not a telephone number. Begin with + and the country code."),
            }[question.kind] ?? _t("This cannot be right.")
        );
    }

    onSubmit() {
        const { values, errors } = checkAnswers(this.questions, this.state.values);
        this.state.errors = errors;
        if (Object.keys(errors).length) {
            this.focusFirst(errors);
            return;
        }
        const { thread } = this.props;
        thread.usuAnswers = values;
        thread.usuWebsite = this.state.website;
        thread.usuErrors = {};
        thread.usuFormDone = true;
        if (thread.chat_window) {
            thread.chat_window.autofocus++;
        }
    }

    focusFirst(errors) {
        const question = this.shown.find((one) => !errors || errors[one.id]);
        if (question) {
            this.root.el?.querySelector(`[name="usu_${question.id}"]`)?.focus();
        }
    }
}
