import { _t } from "@web/core/l10n/translation";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * An age short enough to read from across a room; whole minutes, rounded down.
 *
 * @param {number} ms
 * @returns {string} "now", "7 min", "2 h 05", "3 d"
 */
export function formatAge(ms) {
    if (ms < MINUTE) {
        return _t("now");
    }
    if (ms < HOUR) {
        return _t("%s min", Math.floor(ms / MINUTE));
    }
    if (ms < DAY) {
        const minutes = String(Math.floor((ms % HOUR) / MINUTE)).padStart(2, "0");
        return _t("%(hours)s h %(minutes)s", { hours: Math.floor(ms / HOUR), minutes });
    }
    return _t("%s d", Math.floor(ms / DAY));
}

/**
 * How the service level stands: never told by colour alone, the word goes with it.
 *
 * @param {number | null} percent null: nothing was due yet
 * @returns {"none" | "good" | "fair" | "bad"}
 */
export function levelGrade(percent) {
    if (percent === null) {
        return "none";
    }
    if (percent >= 80) {
        return "good";
    }
    return percent >= 60 ? "fair" : "bad";
}

/**
 * @param {{ waiting: number, late: number }} desk
 * @returns {"good" | "fair" | "bad"}
 */
export function waitingGrade({ waiting, late }) {
    if (late) {
        return "bad";
    }
    return waiting ? "fair" : "good";
}

/**
 * What an employee has now, as few numbers as say it: only kinds of work in which they
 * have something, "2/3" where there is a limit.
 *
 * @param {{ busy: Object, capacity: Object }} person
 * @returns {{ kind: string, icon: string, text: string, full: boolean }[]}
 */
export function workOf({ busy, capacity }) {
    const icons = { chat: "fa-comments", call: "fa-phone", written: "fa-envelope" };
    return Object.keys(icons)
        .filter((kind) => busy[kind])
        .map((kind) => ({
            kind,
            icon: icons[kind],
            text: capacity[kind] ? `${busy[kind]}/${capacity[kind]}` : `${busy[kind]}`,
            full: Boolean(capacity[kind]) && busy[kind] >= capacity[kind],
        }));
}
