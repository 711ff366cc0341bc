import {
    click,
    contains,
    defineMailModels,
    insertText,
    start,
} from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { asyncStep, onRpc, waitForSteps } from "@web/../tests/web_test_helpers";
import { CLIENT, RING, cardData, send, setupCalls, unknownData } from "../callcard_test_helpers";

describe.current.tags("desktop");
defineMailModels();

test("an unknown caller is only a number, and is filled in during the call", async () => {
    setupCalls({ data: unknownData() });
    onRpc("usu.call", "card_save_client", ({ args }) => {
        asyncStep(JSON.stringify(args[1]));
        return cardData({ client: { ...CLIENT, name: "Olga", company: "" } });
    });
    await start();
    send("ring", RING);
    await contains(".o-usu-Card-title", { text: "+7 916 123-45-67" });
    await contains(".o-usu-ClientForm button[type=submit]:disabled");
    await insertText(".o-usu-ClientForm input[name=name]", "Olga");
    await insertText(".o-usu-ClientForm input[name=email]", "olga@example.com");
    await click(".o-usu-ClientForm button[type=submit]");
    await waitForSteps(['{"name":"Olga","company":"","email":"olga@example.com","note":""}']);
    await contains(".o-usu-Card-title", { text: "Olga" });
    expect(".o-usu-ClientForm").toHaveCount(0);
});

test("the name the telephone system sent is proposed", async () => {
    setupCalls({ data: unknownData({ caller_name: "OLGA N" }) });
    await start();
    send("ring", RING);
    await contains(".o-usu-ClientForm input[name=name]", { value: "OLGA N" });
});

test("a known client with a new number: search, click", async () => {
    setupCalls({ data: unknownData() });
    const found = [{ id: 3, name: "Maria Client", company: "Northern", city: "", phone: "" }];
    onRpc("usu.call", "card_search", ({ args }) => {
        asyncStep(`search ${args[1]}`);
        return found;
    });
    onRpc("usu.call", "card_add_number", ({ args }) => {
        asyncStep(`add ${args[1]}`);
        return cardData();
    });
    await start();
    send("ring", RING);
    await click("button[name=known_client]");
    await insertText(".o-usu-ClientChoice input[name=search]", "Maria");
    await click(".o-usu-ClientChoice-item", { text: "Maria Client" });
    await waitForSteps(["search Maria", "add 3"]);
    await contains(".o-usu-Card-title", { text: "Northern Light LLC" });
});

test("a shared number offers the choice", async () => {
    const candidate = { company: "", city: "", phone: "", reason: "on the card", level: "known" };
    const candidates = [
        { ...candidate, id: 3, name: "Maria" },
        { ...candidate, id: 4, name: "Her son" },
    ];
    setupCalls({ data: unknownData({ candidates }) });
    onRpc("usu.call", "card_choose", ({ args }) => {
        asyncStep(`choose ${args[1]}`);
        return cardData({ client: { ...CLIENT, name: "Her son", company: "" } });
    });
    await start();
    send("ring", RING);
    await contains(".o-usu-ClientChoice-item", { count: 2 });
    await click(".o-usu-ClientChoice-item[data-client='4']");
    await waitForSteps(["choose 4"]);
    await contains(".o-usu-Card-title", { text: "Her son" });
});

test("a withheld number can be neither saved nor added", async () => {
    setupCalls({ data: unknownData({ number: "" }) });
    await start();
    send("ring", { ...RING, number: "" });
    await contains(".o-usu-Card-title", { text: "Withheld number" });
    expect(".o-usu-ClientForm").toHaveCount(0);
    expect(".o-usu-ClientChoice").toHaveCount(0);
});

test("the note is kept, also when the call is over", async () => {
    const over = { seq: 9, state: "ended", part: "spoke", ended_at: "2026-11-20T10:01:04Z" };
    setupCalls({ data: cardData({ ...over, answered_at: "2026-11-20T10:00:04Z" }) });
    onRpc("usu.call", "card_note", ({ args }) => {
        asyncStep(args[1]);
        return true;
    });
    await start();
    send("ring", { ...RING, part: "talking" });
    await insertText(".o-usu-Card-note textarea", "wants an implant");
    await waitForSteps(["wants an implant"]);
});
