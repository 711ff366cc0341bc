import { patchWithCleanup } from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";

export const CHALLENGE = {
    provider: "usu",
    action: "knock",
    code: false,
    parameters: { algorithm: "PBKDF2/SHA-256", cost: 1, nonce: "aa", salt: "bb", keyPrefix: "cc" },
    signature: "dd",
};

/**
 * A worker that finds the solution at counter 7, as the real one would.
 *
 * @param {Object|null} answer
 */
export function patchWorker(answer) {
    const workers = [];
    class FakeWorker {
        constructor() {
            workers.push(this);
        }
        postMessage(message) {
            this.message = message;
            const { counterStart, counterStep } = message;
            if (7 % counterStep === counterStart % counterStep) {
                Promise.resolve().then(() => this.onmessage({ data: answer }));
            }
        }
        terminate() {
            this.ended = true;
        }
    }
    patchWithCleanup(globalThis, { Worker: FakeWorker, isSecureContext: true });
    const { fetch } = browser;
    patchWithCleanup(browser, {
        fetch: async (url, ...args) =>
            String(url).endsWith("/usu_guard/worker") ? new Response("") : fetch(url, ...args),
    });
    return workers;
}
