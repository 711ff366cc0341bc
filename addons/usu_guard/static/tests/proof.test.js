import { describe, expect, test } from "@odoo/hoot";
import { patchWithCleanup } from "@web/../tests/web_test_helpers";
import { rpc } from "@web/core/network/rpc";

import { CodeNeeded, Refused, getProof, solve } from "@usu_guard/core/common/proof";
import { outside } from "@usu_guard/core/common/outside";
import { CHALLENGE, patchWorker } from "@usu_guard/../tests/guard_test_helpers";

describe.current.tags("headless");

test("workers share the counters and end with the first solution", async () => {
    const solution = { counter: 7, derivedKey: "ccdd", time: 1 };
    const workers = patchWorker(solution);
    const proof = JSON.parse(atob(await solve(CHALLENGE)));
    const { parameters, signature } = CHALLENGE;
    expect(proof).toEqual({ challenge: { parameters, signature }, solution });
    expect(workers.every((worker) => worker.ended)).toBe(true);
    const starts = workers.map((worker) => worker.message.counterStart);
    expect(starts).toEqual([...starts.keys()]);
});

test("the visitor types a code where the server says so", async () => {
    patchWorker({ derivedKey: "cc" });
    await expect(solve({ ...CHALLENGE, code: true })).rejects.toBeInstanceOf(CodeNeeded);
});

test("the visitor types a code without a secure context", async () => {
    patchWorker({ derivedKey: "cc" });
    patchWithCleanup(globalThis, { isSecureContext: false });
    await expect(solve(CHALLENGE)).rejects.toBeInstanceOf(CodeNeeded);
});

test("the visitor types a code when the worker finds nothing", async () => {
    patchWorker(null);
    await expect(solve(CHALLENGE)).rejects.toBeInstanceOf(CodeNeeded);
});

test("nothing is computed while the protection is off", async () => {
    expect(await solve({ provider: "off" })).toBe("");
});

test("an outside service is asked for its token", async () => {
    patchWithCleanup(outside, {
        turnstile: async ({ site_key, action }) => `${site_key}/${action}`,
    });
    const challenge = { provider: "turnstile", site_key: "key", action: "knock" };
    expect(await solve(challenge)).toBe("key/knock");
});

test("a refused challenge says why", async () => {
    patchWithCleanup(rpc, {
        _rpc: async () => ({ usu_error: "limit", need: null, retry_after: 60 }),
    });
    const refusal = await getProof("knock").catch((error) => error);
    expect(refusal).toBeInstanceOf(Refused);
    expect(refusal.refusal.retry_after).toBe(60);
});
