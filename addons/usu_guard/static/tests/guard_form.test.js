import { describe, expect, test } from "@odoo/hoot";
import { click, edit, queryOne, waitFor } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { startInteractions, setupInteractionWhiteList } from "@web/../tests/public/helpers";
import { patchWithCleanup } from "@web/../tests/web_test_helpers";
import { rpc } from "@web/core/network/rpc";

import { CHALLENGE, patchWorker } from "@usu_guard/../tests/guard_test_helpers";

setupInteractionWhiteList("usu_guard.guard_form");
describe.current.tags("interaction_dev");

const FORM = `
    <form data-captcha="signup">
        <input name="login"/>
        <button type="submit">Sign up</button>
    </form>`;

/** Answer the guard's routes; a refused or missing one is an error of the test. */
function patchRoutes(routes) {
    patchWithCleanup(rpc, {
        _rpc: async (route, params) => {
            expect.step(`${route} ${params.action || params.answer}`);
            return routes[route](params);
        },
    });
}

/** Count what leaves the form, without leaving the page. */
function watchForm() {
    const sent = [];
    queryOne("form").addEventListener("submit", (ev) => {
        ev.preventDefault();
        sent.push(Object.fromEntries(new FormData(ev.target)));
    });
    return sent;
}

const isSent = (sent) =>
    new Promise((resolve) => {
        const look = () => (sent.length ? resolve(sent[0]) : animationFrame().then(look));
        look();
    });

test("a form leaves with its proof, and the hidden field empty", async () => {
    patchWorker({ counter: 7, derivedKey: "ccdd" });
    patchRoutes({ "/usu_guard/challenge": () => CHALLENGE });
    const { core } = await startInteractions(FORM);
    expect(core.interactions).toHaveLength(1);
    const sent = watchForm();
    await click("input[name=login]");
    await edit("ann");
    expect.verifySteps(["/usu_guard/challenge signup"]);
    await click("button");
    const { login, usu_homepage, usu_guard_proof } = await isSent(sent);
    expect([login, usu_homepage]).toEqual(["ann", ""]);
    expect(JSON.parse(atob(usu_guard_proof)).solution.counter).toBe(7);
    expect(sent).toHaveLength(1);
});

test("the next attempt makes its own proof", async () => {
    patchWorker({ counter: 7, derivedKey: "ccdd" });
    patchRoutes({ "/usu_guard/challenge": () => CHALLENGE });
    await startInteractions(FORM);
    const sent = watchForm();
    await click("button");
    await isSent(sent);
    await animationFrame();
    expect.verifySteps(["/usu_guard/challenge signup"]);
    sent.length = 0;
    await click("button");
    await isSent(sent);
    expect.verifySteps(["/usu_guard/challenge signup"]);
});

test("over the soft limit the form shows the code step and leaves with its proof", async () => {
    patchRoutes({
        "/usu_guard/challenge": () => ({ ...CHALLENGE, code: true }),
        "/usu_guard/code": () => ({ token: "t", audio: false }),
        "/usu_guard/code/answer": () => ({ proof: "code.x" }),
    });
    await startInteractions(FORM);
    const sent = watchForm();
    await click("button");
    await waitFor(".o-usu-GuardCode-input");
    expect(".o-usu-GuardCode-listen").toHaveCount(0);
    expect(sent).toHaveLength(0);
    await click(".o-usu-GuardCode-input");
    await edit("12345");
    await animationFrame();
    await click(".o-usu-GuardCode-send");
    expect((await isSent(sent)).usu_guard_proof).toBe("code.x");
    expect(".o-usu-GuardCode").toHaveCount(0);
    expect.verifySteps([
        "/usu_guard/challenge signup",
        "/usu_guard/code signup",
        "/usu_guard/code/answer 12345",
    ]);
});

test("a form leaves without a proof when there is no challenge, so that the server says why", async () => {
    patchRoutes({ "/usu_guard/challenge": () => ({ usu_error: "limit", retry_after: 9 }) });
    await startInteractions(FORM);
    const sent = watchForm();
    await click("button");
    expect((await isSent(sent)).usu_guard_proof).toBe("");
    expect.verifySteps(["/usu_guard/challenge signup"]);
});

test("the form to sign in is left alone", async () => {
    const { core } = await startInteractions(FORM.replace("signup", "login"));
    expect(core.interactions).toHaveLength(0);
});
