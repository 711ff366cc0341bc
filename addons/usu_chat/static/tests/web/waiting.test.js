import { waitingWords } from "@usu_chat/core/web/waiting_words";

import { defineLivechatModels } from "@im_livechat/../tests/livechat_test_helpers";
import { contains, openDiscuss, start, startServer } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { Command, serverState, allowTranslations } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");
defineLivechatModels();

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

test("a dialogue without an answer is red and says how long", async () => {
    const pyEnv = await startServer();
    const guestId = pyEnv["mail.guest"].create({ name: "Marta" });
    const channelId = pyEnv["discuss.channel"].create({
        channel_type: "livechat",
        channel_member_ids: [
            Command.create({ partner_id: serverState.partnerId, livechat_member_type: "agent" }),
            Command.create({ guest_id: guestId, livechat_member_type: "visitor" }),
        ],
        livechat_operator_id: serverState.partnerId,
    });
    const env = await start();
    await openDiscuss();
    await contains(".o-mail-DiscussSidebarChannel", { text: "Marta" });
    await contains(".o-usu-waiting", { count: 0 });
    const store = env.services["mail.store"];
    store.insert({
        "discuss.channel": [
            {
                id: channelId,
                usu_waiting_since: DateTime.fromMillis(store.usuNow)
                    .minus({ minutes: 12 })
                    .toUTC()
                    .toFormat("yyyy-MM-dd HH:mm:ss"),
            },
        ],
    });
    await contains(".o-usu-waiting .o-usu-Waiting", { text: "waiting 12 min" });
    store.insert({ "discuss.channel": [{ id: channelId, usu_waiting_since: false }] });
    await contains(".o-usu-waiting", { count: 0 });
});
