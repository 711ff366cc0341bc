import { ChatRefusal, refusalWords } from "./chat_refusal";

import { fields } from "@mail/core/common/record";
import { Thread } from "@mail/core/common/thread_model";
import "@im_livechat/embed/common/thread_model_patch";

import { htmlToTextContentInline } from "@mail/utils/common/format";
import { patch } from "@web/core/utils/patch";
import { url } from "@web/core/utils/urls";

patch(Thread.prototype, {
    setup() {
        super.setup(...arguments);
        /** What the server sent for the form; only before the first message. */
        this.usuForm = fields.Attr(undefined);
        this.usuFormDone = fields.Attr(false);
        this.usuAnswers = fields.Attr(undefined);
        this.usuErrors = fields.Attr(undefined);
        this.usuRefusal = fields.Attr(undefined);
        this.usu_may_mail = fields.Attr(false);
        this.usuNotice = fields.Attr(undefined);
        /** The browser could not prove itself: the visitor types a code. */
        this.usuNeedsCode = fields.Attr(false);
        /** What was typed and refused; sent again when the code is right. */
        this.usuRetry = undefined;
        this.usuProof = undefined;
        this.usuWebsite = "";
        this.usuFirstText = "";
    },

    get usuOptions() {
        const options = this.store.env.services["im_livechat.livechat"]?.options;
        return this.channel_type === "livechat" && options?.usu_desk ? options : undefined;
    },

    /** What a proof is bound to, as the server names it. */
    get usuBinding() {
        return String(this.usuOptions?.channel_id ?? "");
    },

    /** Whether the questionnaire stands in front of the first message. */
    get usuAsks() {
        return Boolean(
            this.usuOptions &&
                this.isTransient &&
                this.usuForm?.questions.length &&
                !this.usuFormDone
        );
    },

    /** Until an employee answers, the visitor talks to the house. */
    get usuShowsHouse() {
        return Boolean(
            this.usuOptions &&
                !this.chatbot &&
                (this.isTransient || this.usuOptions.usu_picture_mode !== "responsible")
        );
    },

    get avatarUrl() {
        if (this.usuShowsHouse) {
            const { channel_id, usu_picture_version } = this.usuOptions;
            return url(`/usu_chat/picture/${channel_id}`, { unique: usu_picture_version });
        }
        return super.avatarUrl;
    },

    get displayName() {
        const houseName = this.usuShowsHouse && this.usuOptions.usu_title;
        if (houseName && (this.isTransient || this.usuOptions.usu_picture_mode === "logo")) {
            return houseName;
        }
        return super.displayName;
    },

    /** What greets a visitor who has no form to fill in. */
    get usuWelcome() {
        const greets = this.isTransient && !this.usuAsks && !this.messages.length;
        return greets ? this.usuOptions?.default_message : undefined;
    },

    get hasWelcomeMessage() {
        // The form and the status line say it; its author would be an employee who
        // has not seen the visitor yet.
        return super.hasWelcomeMessage && !this.usuOptions;
    },

    async post(body, postData, extraData) {
        if (!this.usuOptions || !this.isTransient) {
            return super.post(...arguments);
        }
        this.usuFirstText = htmlToTextContentInline(body);
        this.usuRefusal = undefined;
        const before = new Set(this.messages.map((message) => message.id));
        try {
            return await super.post(...arguments);
        } catch (error) {
            if (!(error instanceof ChatRefusal)) {
                throw error;
            }
            this.messages
                .filter((message) => !before.has(message.id))
                .forEach((message) => message.delete());
            this.usuTakeBack(error.answer, [body, postData, extraData]);
        }
    },

    /** The message was not accepted: it goes back where it was typed. */
    usuTakeBack(answer, post) {
        this.composer.composerHtml = post[0];
        this.usuRefusal = { ...answer, words: refusalWords(answer) };
        this.usuNeedsCode = Boolean(answer.need);
        this.usuRetry = answer.need ? post : undefined;
        if (answer.usu_error === "answers") {
            this.usuErrors = answer.fields;
            this.usuFormDone = false;
        }
    },

    /** The code was right: what waited for it is sent. */
    usuTakeCode(proof) {
        this.usuProof = proof;
        this.usuNeedsCode = false;
        this.usuRefusal = undefined;
        if (this.usuRetry) {
            const post = this.usuRetry;
            this.usuRetry = undefined;
            this.composer.clear();
            this.post(...post);
        }
    },
});
