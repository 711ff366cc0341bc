import { contains, defineMailModels, start } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { asyncStep, mockService, onRpc, waitForSteps } from "@web/../tests/web_test_helpers";
import { CLIENT, RING, cardData, send, setupCalls, unknownData } from "../callcard_test_helpers";

describe.current.tags("desktop");
defineMailModels();

test("the card shows who calls, what about, and what to beware of", async () => {
    setupCalls();
    await start();
    send("ring", RING);
    await contains(".o-usu-Card-title", { text: "Northern Light LLC" });
    expect(getComputedStyle(queryOne(".o-usu-Card-title")).fontWeight).toBe("700");
    expect(".o-usu-Card-direction").toHaveText("INCOMING");
    expect(queryOne(".o-usu-Card-moment").textContent).toMatch(/\d\d:00:00/);
    expect(".o-usu-Card-category").toHaveText("VIP");
    expect(".o-usu-Card-category").toHaveClass("o-color-3");
    expect(".o-usu-Card-warning").toHaveText("Allergic to lidocaine");
    expect(".o-usu-Card-name").toHaveText("Maria Client");
    expect(".o-usu-Card-number").toHaveText("+7 916 123-45-67");
    expect(".o-usu-Card-place").toHaveText("Pskov, Russia");
    expect(".o-usu-Card-extension").toHaveText("102 Boris Petrov");
    expect(queryAllTexts(".o-usu-Card-line dd")[0]).toBe("Dental +74951234567");
    const request = queryOne(".o-usu-Card-section[data-section=requests] .o-usu-Card-row");
    expect(request).toHaveText(/Implant broke.*In progress.*Anna Ivanova/s);
    expect(".o-usu-Card-photo.o-placeholder").toHaveCount(1);
});

test("an outgoing call says so in capitals", async () => {
    setupCalls({ data: cardData({ direction: "outgoing", part: "talking" }) });
    await start();
    send("ring", { ...RING, direction: "outgoing", part: "talking" });
    await contains(".o-usu-Card-direction", { text: "OUTGOING" });
});

test("the photo is the stored picture, the placeholder stands in for a broken one", async () => {
    const photo = "data:image/png;base64,broken";
    setupCalls({ data: cardData({ client: { ...CLIENT, photo } }) });
    await start();
    send("ring", RING);
    await contains(".o-usu-Card-photo img");
    queryOne(".o-usu-Card-photo img").dispatchEvent(new Event("error"));
    await contains(".o-usu-Card-photo.o-placeholder");
    expect(".o-usu-Card-photo img").toHaveCount(0);
});

test("number, direction and time stand there before the client is read", async () => {
    let answer;
    setupCalls();
    onRpc("usu.call", "card_data", () => new Promise((resolve) => (answer = resolve)));
    await start();
    send("ring", RING);
    await contains(".o-usu-Card-title", { text: "+7 916 123-45-67" });
    expect(".o-usu-Card-direction").toHaveText("INCOMING");
    answer(cardData());
    await contains(".o-usu-Card-title", { text: "Northern Light LLC" });
});

test("two calls at once are two cards", async () => {
    setupCalls({ data: (id) => cardData({ id }) });
    await start();
    send("ring", RING);
    send("ring", { ...RING, id: 8 });
    await contains(".o-usu-Card", { count: 2 });
});

test("a second call does not cover the one that is being spoken", async () => {
    setupCalls({ data: (id) => cardData({ id, part: id === 7 ? "talking" : "ringing" }) });
    await start();
    send("ring", { ...RING, part: "talking" });
    await contains(".o-usu-Card[data-call='7'] .o-usu-Card-warning");
    send("ring", { ...RING, id: 8 });
    await contains(".o-usu-Card[data-call='8'].o-collapsed");
    expect(".o-usu-Card[data-call='7'].o-collapsed").toHaveCount(0);
});

test("the card goes when somebody else answers", async () => {
    setupCalls();
    await start();
    send("ring", RING);
    await contains(".o-usu-Card");
    send("gone", { id: 7 });
    await contains(".o-usu-Card", { count: 0 });
});

test("what the operator has typed is not thrown away when a colleague answers", async () => {
    setupCalls({ data: unknownData() });
    onRpc("usu.call", "card_note", () => true);
    await start();
    send("ring", RING);
    await contains(".o-usu-ClientForm input[name=name]");
    const input = queryOne(".o-usu-ClientForm input[name=name]");
    input.value = "Olga";
    input.dispatchEvent(new Event("input", { bubbles: true }));
    send("gone", { id: 7 });
    await contains(".o-usu-Card-hint:contains('What you typed is kept')");
    expect(input.value).toBe("Olga");
    send("gone", { id: 7, closed: true });
    await contains(".o-usu-Card", { count: 0 });
});

test("closing the card closes it in all tabs", async () => {
    setupCalls();
    onRpc("usu.call", "card_dismiss", ({ args }) => {
        asyncStep(`dismiss ${args[0]}`);
        return true;
    });
    await start();
    send("ring", RING);
    await contains(".o-usu-Card");
    queryOne(".o-usu-Card-tool[title=Close]").click();
    await contains(".o-usu-Card", { count: 0 });
    await waitForSteps(["dismiss 7"]);
});

test("one sound, in the main tab only, and none when switched off", async () => {
    mockService("mail.sound_effects", { play: (name) => asyncStep(name), stop() {} });
    const tab = { main: true };
    mockService("multi_tab", { isOnMainTab: async () => tab.main, unregister() {} });
    setupCalls({ data: (id) => cardData({ id }) });
    await start();
    send("ring", RING);
    await waitForSteps(["call-invitation"]);
    send("update", { ...RING, seq: 2 });
    tab.main = false;
    send("ring", { ...RING, id: 8 });
    send("ring", { ...RING, id: 9, direction: "outgoing", part: "talking" });
    await contains(".o-usu-Card", { count: 3 });
    await waitForSteps([]);
});

test("an overtaken message does not turn the card back", async () => {
    const ended = { seq: 5, state: "ended", part: "spoke" };
    const times = { answered_at: "2026-11-20T10:00:04Z", ended_at: "2026-11-20T10:01:04Z" };
    setupCalls({ data: cardData({ ...ended, ...times }) });
    await start();
    send("ring", { ...RING, ...ended, ...times, part: "talking" });
    await contains(".o-usu-Card-state", { text: "Ended, 1:00" });
    send("update", { ...RING, seq: 2, state: "ringing" });
    send("update", { ...RING, ...ended, ...times, seq: 6 });
    await contains(".o-usu-Card-state", { text: "Ended, 1:00" });
});

test("cards that ring already are there after a reload", async () => {
    setupCalls({ live: [RING] });
    await start();
    await contains(".o-usu-Card-title", { text: "Northern Light LLC" });
});

test("a client that cannot be read leaves the number and a way to try again", async () => {
    let fail = true;
    setupCalls();
    onRpc("usu.call", "card_data", () => {
        if (fail) {
            throw new Error("not now");
        }
        return cardData();
    });
    await start();
    send("ring", RING);
    await contains(".o-usu-Card-hint button", { text: "Try again" });
    fail = false;
    queryOne(".o-usu-Card-hint button").click();
    await contains(".o-usu-Card-title", { text: "Northern Light LLC" });
});

test("markup in a name stays text", async () => {
    const name = "<img src=x onerror=alert(1)>";
    setupCalls({ data: cardData({ client: { ...CLIENT, company: "", name } }) });
    await start();
    send("ring", RING);
    await contains(".o-usu-Card-title", { text: name });
    expect(".o-usu-Card-title img").toHaveCount(0);
});

test("parts that are switched off are not shown", async () => {
    setupCalls({ data: cardData({ shown: ["requests"], sections: [] }) });
    await start();
    send("ring", RING);
    await contains(".o-usu-Card-number");
    for (const part of ["photo", "category", "place", "warning"]) {
        expect(`.o-usu-Card-${part}`).toHaveCount(0);
    }
});

test("a user without a telephone asks the server for nothing", async () => {
    onRpc("usu.call", "get_live_cards", () => asyncStep("asked"));
    await start();
    await waitForSteps([]);
    expect(".o-usu-Card").toHaveCount(0);
});
