import { browser } from "@web/core/browser/browser";

/**
 * Short sounds made in the browser, so that nothing has to be loaded: `answer` rises
 * (somebody replied to you), `question` knocks twice (somebody waits for you).
 * [frequency in Hz, start and length in seconds]
 */
export const CHIMES = {
    answer: [
        [659.25, 0, 0.35],
        [987.77, 0.11, 0.5],
    ],
    question: [
        [783.99, 0, 0.22],
        [783.99, 0.16, 0.45],
    ],
};
const VOLUME = 0.16;
let context;

/**
 * @param {"answer"|"question"} name
 * @returns {boolean} whether the browser could be asked to play
 */
export function chime(name) {
    const AudioContext = window.AudioContext || window.webkitAudioContext;
    if (!AudioContext) {
        return false;
    }
    context ||= new AudioContext();
    // Browsers keep a page silent until the person has touched it.
    Promise.resolve(context.resume()).catch(() => {});
    for (const [frequency, start, length] of CHIMES[name]) {
        const from = context.currentTime + start;
        const tone = context.createOscillator();
        const volume = context.createGain();
        tone.frequency.value = frequency;
        volume.gain.setValueAtTime(0, from);
        volume.gain.linearRampToValueAtTime(VOLUME, from + 0.015);
        volume.gain.exponentialRampToValueAtTime(0.0001, from + length);
        tone.connect(volume).connect(context.destination);
        tone.start(from);
        tone.stop(from + length);
    }
    return true;
}

const KEPT_MS = 60_000;

/**
 * Do something in one tab only, whichever comes first.
 *
 * @param {string} key what it is about, such as a message
 * @param {() => void} callback
 */
export async function oncePerBrowser(key, callback) {
    const name = `usu_chat.once.${key}`;
    const claim = () => {
        if (browser.localStorage.getItem(name)) {
            return;
        }
        browser.localStorage.setItem(name, "1");
        browser.setTimeout(() => browser.localStorage.removeItem(name), KEPT_MS);
        callback();
    };
    // Locks exist on secure pages only; without them two tabs may both be first.
    if (browser.navigator.locks) {
        await browser.navigator.locks.request(name, claim);
    } else {
        claim();
    }
}
