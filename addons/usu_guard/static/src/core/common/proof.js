import { browser } from "@web/core/browser/browser";
import { rpc } from "@web/core/network/rpc";
import { url } from "@web/core/utils/urls";

import { outside } from "@usu_guard/core/common/outside";

const WORKERS = 4;
const PATIENCE = 90000;

/** The visitor has to type a code: see UsuGuardCode. */
export class CodeNeeded extends Error {
    name = "CodeNeeded";
}

/** The server refused; `refusal` is `{usu_error, need, retry_after}`. */
export class Refused extends Error {
    name = "Refused";
    constructor(refusal) {
        super(refusal.usu_error);
        this.refusal = refusal;
    }
}

/**
 * A computation needs Web Crypto, which browsers offer in a secure context only.
 *
 * @returns {boolean}
 */
export function canCompute() {
    return Boolean(globalThis.isSecureContext && globalThis.crypto?.subtle && globalThis.Worker);
}

let script;

/**
 * The worker's script as a local URL: a page of another site may read it but may not
 * start a worker from it.
 *
 * @returns {Promise<string>}
 */
async function loadWorker() {
    script ??= (async () => {
        const response = await browser.fetch(url("/usu_guard/worker"));
        if (!response.ok) {
            throw new Error(`worker: ${response.status}`);
        }
        const blob = new Blob([await response.text()], { type: "text/javascript" });
        return URL.createObjectURL(blob);
    })();
    try {
        return await script;
    } catch (error) {
        script = undefined;
        throw error;
    }
}

/**
 * Let some workers share the counters; the first solution ends them all.
 *
 * @param {{parameters: Object, signature: string}} challenge
 * @param {string} scriptUrl
 */
function compute(challenge, scriptUrl) {
    const count = Math.min(WORKERS, globalThis.navigator.hardwareConcurrency || 1);
    const workers = [];
    const solution = new Promise((resolve, reject) => {
        for (let start = 0; start < count; start++) {
            const worker = new Worker(scriptUrl);
            workers.push(worker);
            worker.onerror = () => reject(new Error("worker"));
            worker.onmessage = ({ data }) =>
                data?.derivedKey ? resolve(data) : reject(new Error("no solution"));
            worker.postMessage({
                type: "work",
                challenge,
                counterStart: start,
                counterStep: count,
                timeout: PATIENCE,
            });
        }
    });
    return solution.finally(() => workers.forEach((worker) => worker.terminate()));
}

/**
 * Solve what the server gave.
 *
 * @param {Object} challenge answer of `usu.guard._issue`
 * @returns {Promise<string>} the proof, to be sent with the request
 * @throws {CodeNeeded} the visitor has to type a code instead
 */
export async function solve(challenge) {
    if (challenge.provider === "off") {
        return "";
    }
    if (challenge.code) {
        throw new CodeNeeded();
    }
    try {
        if (challenge.provider in outside) {
            return await outside[challenge.provider](challenge);
        }
        return await solveOwn(challenge);
    } catch {
        // no secure context, a strict page, an old browser: the code works everywhere
        throw new CodeNeeded();
    }
}

async function solveOwn({ parameters, signature }) {
    if (!canCompute()) {
        throw new Error("no secure context");
    }
    const challenge = { parameters, signature };
    const solution = await compute(challenge, await loadWorker());
    return btoa(JSON.stringify({ challenge, solution }));
}

/**
 * @param {string} action
 * @param {string} [binding]
 * @returns {Promise<Object>} answer of `usu.guard._issue`
 * @throws {Refused}
 */
export async function fetchChallenge(action, binding = "") {
    const challenge = await rpc("/usu_guard/challenge", { action, binding }, { silent: true });
    if (challenge.usu_error) {
        throw new Refused(challenge);
    }
    return challenge;
}

/**
 * Fetch a challenge and solve it.
 *
 * @param {string} action
 * @param {string} [binding]
 * @returns {Promise<string>}
 * @throws {CodeNeeded|Refused}
 */
export async function getProof(action, binding = "") {
    return solve(await fetchChallenge(action, binding));
}
