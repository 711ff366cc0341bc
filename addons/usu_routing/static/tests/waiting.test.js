import { waitingWords } from "@usu_routing/core/web/waiting_words";

import {
    click,
    contains,
    defineMailModels,
    openDiscuss,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { allowTranslations, Command, onRpc, serverState } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");
defineMailModels();

const { DateTime } = luxon;

test("how long somebody waits", () => {
    allowTranslations();
    const since = DateTime.fromISO("2026-12-18T10:00:00", { zone: "utc" });
    const after = (delta) => waitingWords(since, since.plus(delta).toMillis());
    expect(after({ seconds: 20 })).toBe("waiting 0 min");
    expect(after({ minutes: 12 })).toBe("waiting 12 min");
    expect(after({ hours: 3, minutes: 5 })).toBe("waiting 3 h 5 min");
    expect(after({ days: 2, hours: 4 })).toBe("waiting 2 d 4 h");
    expect(after({ minutes: -3 })).toBe("waiting 0 min");
});

/** A dialogue whose client began to write twelve minutes ago. */
async function dialogue() {
    const pyEnv = await startServer();
    const channelId = pyEnv["discuss.channel"].create({
        channel_member_ids: [Command.create({ partner_id: serverState.partnerId })],
        channel_type: "group",
        name: "Marta (Telegram)",
    });
    const env = await start();
    await openDiscuss(channelId);
    await contains(".o-mail-DiscussSidebarChannel", { text: "Marta (Telegram)" });
    await contains(".o-usu-waiting", { count: 0 });
    const store = env.services["mail.store"];
    const insert = (values) => store.insert({ "discuss.channel": [{ id: channelId, ...values }] });
    const since = DateTime.fromMillis(store.usuNow).minus({ minutes: 12 }).toUTC();
    insert({ usu_is_dialogue: true, usu_waiting_since: since.toFormat("yyyy-MM-dd HH:mm:ss") });
    return insert;
}

test("a dialogue without an answer is red and says how long", async () => {
    const insert = await dialogue();
    await contains(".o-usu-waiting .o-usu-Waiting", { text: "waiting 12 min" });
    await contains(".o-mail-DiscussContent .o-usu-WaitingBar", { text: "waiting 12 min" });
    insert({ usu_waiting_since: false });
    await contains(".o-usu-waiting", { count: 0 });
    await contains(".o-usu-WaitingBar", { count: 0 });
});

test("one click says that no answer is needed", async () => {
    onRpc("discuss.channel", "usu_no_answer_needed", ({ args }) => {
        expect.step(args[0].length);
        return true;
    });
    await dialogue();
    await click(".o-mail-DiscussContent .o-usu-WaitingBar button", { text: "No answer needed" });
    await expect.waitForSteps([1]);
});

test("the panel says who the client is and what is open", async () => {
    onRpc("discuss.channel", "usu_get_panel", () => ({
        client: { id: 7, name: "Marta Client", category: "VIP", note: "Speak slowly" },
        candidates: [],
        request: { id: 3, number: "HT00003", name: "Tooth", stage: "New", user: "Anna" },
        requests: [],
    }));
    await dialogue();
    await click(".o-mail-DiscussContent-header button[title='Client']");
    await contains(".o-usu-Panel-client", { text: "Marta Client" });
    await contains(".o-usu-Panel-client .alert", { text: "Speak slowly" });
    await contains(".o-usu-Panel-requests", { text: "HT00003 Tooth" });
});
