import { defineLivechatModels } from "@im_livechat/../tests/livechat_test_helpers";
import { contains, openDiscuss, start, startServer } from "@mail/../tests/mail_test_helpers";
import { describe, test } from "@odoo/hoot";
import { Command, serverState } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");
defineLivechatModels();

async function dialogue() {
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
    await openDiscuss(channelId);
    await contains(".o-livechat-ChannelInfoList");
    return (values) =>
        env.services["mail.store"].insert({ "discuss.channel": [{ id: channelId, ...values }] });
}

test("staff see the answers, and only web pages as links", async () => {
    const insert = await dialogue();
    insert({
        usu_panel: {
            address: "192.0.2.7",
            answers: [{ id: 1, label: "Which doctor?", value: "Dr. House" }],
            candidates: [],
            client: false,
            page: "javascript:alert(1)",
            request: false,
            requests: [],
            start_page: "https://clinic.example/price",
        },
    });
    await contains(".o-usu-Panel-answers dd", { text: "Dr. House" });
    await contains(".o-usu-Panel-pages a[href='https://clinic.example/price']");
    await contains(".o-usu-Panel-pages a", { count: 1 });
    await contains(".o-usu-Panel-address", { text: "192.0.2.7" });
});

test("a dialogue that has ended is not red", async () => {
    const insert = await dialogue();
    insert({ usu_is_dialogue: true, usu_waiting_since: "2026-12-18 10:00:00" });
    await contains(".o-mail-DiscussContent .o-usu-WaitingBar");
    insert({ livechat_end_dt: "2026-12-18 11:00:00" });
    await contains(".o-usu-WaitingBar", { count: 0 });
});
