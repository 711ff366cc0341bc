import { defineMailModels, start, startServer } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import {
    advanceTime,
    animationFrame,
    click,
    queryAll,
    queryAllTexts,
    waitFor,
    waitForNone,
} from "@odoo/hoot-dom";
import {
    asyncStep,
    defineModels,
    getService,
    MockServer,
    mockService,
    models,
    patchWithCleanup,
    serverState,
    waitForSteps,
} from "@web/../tests/web_test_helpers";

import { browser } from "@web/core/browser/browser";
import { session } from "@web/session";

class UsuRoutingAlert extends models.Model {
    _name = "usu.routing.alert";
    static pending = [];

    action_take(ids) {
        asyncStep(`take ${ids}`);
        return false;
    }

    wake_due() {
        asyncStep("wake_due");
        return true;
    }

    get_pending() {
        asyncStep("get_pending");
        return UsuRoutingAlert.pending;
    }
}

const TASK = {
    id: 7,
    request_id: 3,
    number: "HT00003",
    title: "Price of a check-up",
    client: "Mira <b>Client</b>",
    channel: "chat",
    reason: "Anna is the least busy of those available.",
    since: "2026-11-22T02:00:00Z",
};

describe.current.tags("desktop");
defineMailModels();
defineModels([UsuRoutingAlert]);

function send(type, payload) {
    const [partner] = MockServer.env["res.partner"].browse(serverState.partnerId);
    MockServer.env["bus.bus"]._sendone(partner, type, payload);
}

beforeEach(() => {
    UsuRoutingAlert.pending = [];
    patchWithCleanup(session, { usu_routing: { pending: [], sound: true } });
    patchWithCleanup(browser, {
        Audio: class {
            play() {
                asyncStep("sound");
            }
        },
    });
});

async function open({ mainTab = true } = {}) {
    mockService("multi_tab", { bus: new EventTarget(), isOnMainTab: async () => mainTab });
    await startServer();
    await start();
}

test("a new task shows a pop-up with three buttons and rings once", async () => {
    await open();
    send("usu_routing/task", TASK);
    await waitFor(".o-usu-Task");
    send("usu_routing/task", TASK);
    await waitForSteps(["sound"]);
    expect(".o-usu-Task").toHaveCount(1);
    expect(queryAllTexts(".o-usu-Task .o_notification_buttons button")).toEqual([
        "Open",
        "Take",
        "Hand over",
    ]);
    expect(queryAll(".o-usu-Task")[0].textContent).toInclude("Mira <b>Client</b>", {
        message: "what clients write is text, never markup",
    });
});

test("only the main tab rings", async () => {
    await open({ mainTab: false });
    send("usu_routing/task", TASK);
    await waitFor(".o-usu-Task");
    await animationFrame();
    await waitForSteps([]);
});

test("a switched off sound stays off, the pop-up comes", async () => {
    session.usu_routing.sound = false;
    await open();
    send("usu_routing/task", TASK);
    await waitFor(".o-usu-Task");
    await waitForSteps([]);
});

test("the pop-up goes when somebody reacted elsewhere", async () => {
    await open();
    send("usu_routing/task", TASK);
    await waitFor(".o-usu-Task");
    send("usu_routing/task_gone", { id: 7 });
    await waitForNone(".o-usu-Task");
    await waitForSteps(["sound"]);
});

test("Take tells the server and closes the pop-up", async () => {
    await open();
    send("usu_routing/task", TASK);
    await waitFor(".o-usu-Task");
    await click(".o-usu-Task button:contains(Take)");
    await waitForNone(".o-usu-Task");
    await waitForSteps(["sound", "take 7"]);
});

test("pending tasks come with the page, silently", async () => {
    session.usu_routing.pending = [TASK];
    await open();
    await waitFor(".o-usu-Task");
    await waitForSteps([]);
});

test("after a reconnection the pop-ups are those that are pending", async () => {
    await open();
    send("usu_routing/task", TASK);
    await waitFor(".o-usu-Task");
    await waitForSteps(["sound"]);
    UsuRoutingAlert.pending = [{ ...TASK, id: 8, title: "A second question" }];
    getService("bus_service").trigger("BUS:RECONNECT");
    await waitFor(".o-usu-Task:contains(A second question)");
    expect(".o-usu-Task").toHaveCount(1);
    await waitForSteps(["get_pending", "sound"]);
});

test("a browser that was told of a timer wakes the clock when it ends", async () => {
    await open();
    // subscribed after the service: when this is told, the service knows
    getService("bus_service").subscribe("usu_routing/due", () => asyncStep("told"));
    send("usu_routing/due", { seconds: 120 });
    await waitForSteps(["told"]);
    await advanceTime(119_000);
    await waitForSteps([]);
    await advanceTime(3_000);
    await waitForSteps(["wake_due"]);
});

test("of several tabs one wakes the clock", async () => {
    await open({ mainTab: false });
    send("usu_routing/due", { seconds: 1 });
    await advanceTime(5_000);
    await animationFrame();
    await waitForSteps([]);
});
