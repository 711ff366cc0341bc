import { describe, expect, test } from "@odoo/hoot";
import { click, edit, press, queryOne, waitFor } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";

import { UsuGuardCode } from "@usu_guard/core/common/guard_code";

describe.current.tags("desktop");

/**
 * @param {Object[]} answers what the server says to each try
 * @param {Object} [props]
 */
async function openCode(answers, props = {}) {
    let taken = 0;
    onRpc("/usu_guard/code", async (request) => {
        const { params } = await request.json();
        expect.step(`code ${params.action} ${params.binding}`);
        return { token: `t${++taken}`, audio: true };
    });
    onRpc("/usu_guard/code/answer", async (request) => {
        const { params } = await request.json();
        expect.step(`answer ${params.token} ${params.answer}`);
        return answers.shift();
    });
    await mountWithCleanup(UsuGuardCode, {
        props: {
            action: "knock",
            binding: "room",
            onProof: (proof) => expect.step(`proof ${proof}`),
            ...props,
        },
    });
    expect.verifySteps(["code knock room"]);
}

test("the right digits give a proof, by keyboard alone", async () => {
    await openCode([{ proof: "code.x" }]);
    expect(".o-usu-GuardCode-input").toBeFocused();
    await edit("12345");
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["answer t1 12345", "proof code.x"]);
});

test("a wrong answer is said aloud and may be mended", async () => {
    await openCode([{ usu_error: "code_wrong", tries: 2 }, { proof: "code.x" }]);
    await edit("11111");
    await animationFrame();
    await click(".o-usu-GuardCode-send");
    await waitFor(".o-usu-GuardCode-message[role=alert]:contains(not right)");
    await animationFrame();
    expect(".o-usu-GuardCode-input").toHaveValue("");
    expect(".o-usu-GuardCode-input").toBeFocused();
    expect(".o-usu-GuardCode-input").toHaveAttribute("aria-invalid", "true");
    await edit("12345");
    await click(".o-usu-GuardCode-send");
    await animationFrame();
    expect.verifySteps(["answer t1 11111", "answer t1 12345", "proof code.x"]);
});

test("a used up code is replaced", async () => {
    await openCode([{ usu_error: "code_expired", tries: 0 }, { proof: "code.x" }]);
    await edit("11111");
    await animationFrame();
    await click(".o-usu-GuardCode-send");
    await waitFor(".o-usu-GuardCode-message:contains(new one)");
    expect.verifySteps(["answer t1 11111", "code knock room"]);
    await edit("12345");
    await click(".o-usu-GuardCode-send");
    await animationFrame();
    expect.verifySteps(["answer t2 12345", "proof code.x"]);
});

test("everything has a name", async () => {
    await openCode([], { onCancel: () => expect.step("cancel") });
    expect(".o-usu-GuardCode-image").toHaveAttribute("alt");
    expect(".o-usu-GuardCode label").toHaveAttribute("for", queryOne(".o-usu-GuardCode-input").id);
    expect(".o-usu-GuardCode-listen").toHaveText("Listen");
    await click(".o-usu-GuardCode-cancel");
    expect.verifySteps(["cancel"]);
});
