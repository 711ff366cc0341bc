import {
    defineLivechatModels,
    loadDefaultEmbedConfig,
} from "@im_livechat/../tests/livechat_test_helpers";

import { click, contains, insertText, start, startServer } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { press } from "@odoo/hoot-dom";
import { onRpc, patchWithCleanup, serverState } from "@web/../tests/web_test_helpers";
import { session } from "@web/session";

describe.current.tags("desktop");
defineLivechatModels();

const NAME = {
    id: 1,
    label: "Your name",
    hint: "",
    kind: "text",
    role: "name",
    required: true,
    choices: [],
    consent: "",
    shown_if: null,
    shown_value: "yes",
};

/**
 * A desk's chat, as the server would offer it.
 *
 * @param {Object} [refusal] what the first message is answered with
 * @returns {Promise<Object[]>} parameters of the openings, as they come in
 */
async function startDesk(refusal) {
    await startServer();
    await loadDefaultEmbedConfig();
    const { livechatData } = session;
    const options = { ...livechatData.options, usu_desk: true, usu_title: "Clinic" };
    patchWithCleanup(session, { livechatData: { ...livechatData, options } });
    const openings = [];
    onRpc("/im_livechat/get_session", async (request) => {
        const { params } = await request.json();
        openings.push(params);
        if (params.persisted) {
            return refusal;
        }
        const operator = { id: serverState.partnerId, name: "Duty" };
        return {
            channel_id: -1,
            store_data: {
                "discuss.channel": [
                    {
                        id: -1,
                        channel_type: "livechat",
                        fetchChannelInfoState: "fetched",
                        isLoaded: true,
                        livechat_operator_id: operator.id,
                        scrollUnread: false,
                    },
                ],
                "res.partner": [operator],
            },
            usu_store: { Store: { usu_chat_state: { open: false, staffed: false } } },
            usu_form: { questions: [NAME] },
            usu_challenge: { provider: "off" },
        };
    });
    await start({ authenticateAs: false });
    return openings;
}

test("a channel without a desk has no questionnaire", async () => {
    await startServer();
    await loadDefaultEmbedConfig();
    await start({ authenticateAs: false });
    await click(".o-livechat-LivechatButton");
    await contains(".o-mail-ChatWindow .o-mail-Composer");
    await contains(".o-usu-Questionnaire", { count: 0 });
    await contains(".o-usu-Status", { count: 0 });
});

test("the form stands before the first message, which carries its answers", async () => {
    const openings = await startDesk({ usu_error: "limit", retry_after: 150 });
    await contains(".o-livechat-LivechatButton[aria-label*='Open the chat']");
    await click(".o-livechat-LivechatButton");
    await contains(".o-mail-ChatWindow[role='dialog'][aria-label='Clinic']");
    await contains(".o-usu-Status", { text: "Leave a message, we will answer" });
    await contains(".o-mail-Composer", { count: 0 });

    await click(".o-usu-Questionnaire button[type=submit]");
    await contains(".o-usu-Questionnaire-error[role=alert]", { text: "Please fill this in." });
    await contains("input[name=usu_1][aria-invalid=true]");
    await insertText("input[name=usu_1]", "Marta");
    await click(".o-usu-Questionnaire button[type=submit]");
    await contains(".o-usu-Questionnaire", { count: 0 });

    await insertText(".o-mail-Composer-input", "How much is it?");
    await press("Enter");
    await contains(".o-usu-Refusal[role=alert]", {
        text: "Too many messages in a short time. Please try again in 3 min.",
    });
    await contains(".o-mail-Composer-input", { value: "How much is it?" });
    await contains(".o-mail-Message", { count: 0 });

    expect(openings.map((params) => params.persisted)).toEqual([false, true]);
    expect(openings[1].usu_answers).toEqual({ 1: "Marta" });
    expect(openings[1].usu_text).toBe("How much is it?");
    expect(openings[1].usu_website).toBe("");
});

test("answers the server does not accept bring the form back", async () => {
    await startDesk({ usu_error: "answers", fields: { 1: "invalid" } });
    await click(".o-livechat-LivechatButton");
    await insertText("input[name=usu_1]", "Marta");
    await click(".o-usu-Questionnaire button[type=submit]");
    await insertText(".o-mail-Composer-input", "Hello");
    await press("Enter");
    await contains(".o-usu-Questionnaire-error", { text: "This cannot be right." });
    await contains("input[name=usu_1]", { value: "Marta" });
});
