import { ChatRefusal, refusalWords } from "./chat_refusal";

import { expirableStorage } from "@im_livechat/core/common/expirable_storage";
import { LivechatService } from "@im_livechat/embed/common/livechat_service";
import { getProof, solve } from "@usu_guard/core/common/proof";

import { browser } from "@web/core/browser/browser";
import { rpc } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";

const WEEK = 7 * 24 * 60 * 60;

patch(LivechatService.prototype, {
    /**
     * Every opening of a desk's chat goes this way: upstream knows only "no available
     * collaborator" as an answer, here the server may also ask for a proof.
     */
    async _createThread({ originThread, persist = false, options = {} }) {
        const { channel_id, usu_desk } = this.options;
        if (!usu_desk || (options.channel_id ?? channel_id) !== channel_id) {
            return super._createThread(...arguments);
        }
        const persisted = options.persist ?? persist;
        const params = {
            channel_id,
            previous_operator_id: expirableStorage.getItem("im_livechat_previous_operator"),
            chatbot_script_id:
                originThread?.chatbot?.script.id ?? this.store.livechat_rule?.chatbot_script_id?.id,
            persisted,
            ...this.getSessionExtraParams(originThread, options),
        };
        const answer = persisted
            ? await this.usuAskWithProof(params, originThread)
            : await rpc("/im_livechat/get_session", params, { silent: true });
        if (answer.usu_error) {
            if (!persisted) {
                this.notificationService.add(refusalWords(answer), { type: "warning" });
                return;
            }
            throw new ChatRefusal(answer);
        }
        return this.usuTakeThread(answer, persisted);
    },

    /** The proof may be too old when the visitor typed long: then once more. */
    async usuAskWithProof(params, originThread) {
        const ask = async () =>
            rpc(
                "/im_livechat/get_session",
                { ...params, usu_proof: await originThread?.usuProof },
                { silent: true }
            );
        const answer = await ask();
        if (answer.need !== "proof" || !originThread) {
            return answer;
        }
        this.usuBeginProof(originThread, () => getProof("chat_open", originThread.usuBinding));
        return ask();
    },

    usuTakeThread(answer, persisted) {
        this.store.insert(answer.store_data);
        this.store.insert(answer.usu_store ?? {});
        const thread = this.store.Thread.get({
            id: answer.channel_id,
            model: "discuss.channel",
        });
        if (persisted) {
            thread.usuNotice = answer.usu_notice;
            expirableStorage.setItem(
                "im_livechat_previous_operator",
                thread.livechat_operator_id.id,
                WEEK
            );
            return thread;
        }
        thread.usuForm = answer.usu_form;
        const challenge = answer.usu_challenge;
        this.usuBeginProof(thread, challenge && (() => solve(challenge)));
        return thread;
    },

    /** The browser works while the visitor fills in the form. */
    usuBeginProof(thread, prove) {
        thread.usuNeedsCode = false;
        thread.usuProof = prove?.().catch(() => {
            thread.usuNeedsCode = true;
            return "";
        });
    },

    getSessionExtraParams(thread, options) {
        const params = super.getSessionExtraParams(...arguments);
        if (!this.options.usu_desk) {
            return params;
        }
        return {
            ...params,
            usu_answers: thread?.usuAnswers ?? {},
            usu_website: thread?.usuWebsite ?? "",
            usu_text: thread?.usuFirstText ?? "",
            usu_page: browser.location.href,
            usu_lang: (document.documentElement.lang || browser.navigator.language || "").replace(
                "-",
                "_"
            ),
        };
    },
});
