import { _t } from "@web/core/l10n/translation";

const { DateTime } = luxon;

/**
 * @typedef {Object} DeskState
 * @property {boolean} open within the desk's hours
 * @property {boolean} staffed somebody could answer now
 * @property {string|false} closes_at UTC, as the server writes times
 * @property {string|false} next_opening UTC
 */

/**
 * The moment in the reader's own zone, whatever zone the account has.
 *
 * @param {string|false|undefined} text
 * @returns {import("luxon").DateTime|undefined}
 */
export function localTime(text) {
    return text ? DateTime.fromSQL(text, { zone: "utc" }).setZone("system") : undefined;
}

/**
 * Whether the answer can come now. A page stays open longer than a desk: what the
 * server said is only believed until the hour it named.
 *
 * @param {DeskState|undefined} state
 * @param {import("luxon").DateTime} [now]
 */
export function isStaffed(state, now = DateTime.now()) {
    const closes = localTime(state?.closes_at);
    return Boolean(state?.staffed && !(closes && closes <= now));
}

/**
 * When the answer comes: "today at 14:00", "tomorrow at 09:00", "on Monday at 09:00".
 *
 * @param {import("luxon").DateTime} moment
 * @param {import("luxon").DateTime} [now]
 */
export function dayAndHour(moment, now = DateTime.now()) {
    const here = now.setZone(moment.zone);
    const hour = moment.toLocaleString(DateTime.TIME_SIMPLE);
    const days = Math.round(moment.startOf("day").diff(here.startOf("day"), "days").days);
    if (days <= 0) {
        return _t("today at %(hour)s", { hour });
    }
    if (days === 1) {
        return _t("tomorrow at %(hour)s", { hour });
    }
    if (days < 7) {
        return _t("on %(day)s at %(hour)s", { day: moment.weekdayLong, hour });
    }
    const date = moment.toLocaleString({ weekday: "long", day: "numeric", month: "long" });
    return _t("on %(day)s at %(hour)s", { day: date, hour });
}

/**
 * @param {DeskState|undefined} state
 * @param {import("luxon").DateTime} [now]
 * @returns {string}
 */
export function openingWords(state, now = DateTime.now()) {
    if (!state) {
        return "";
    }
    if (isStaffed(state, now)) {
        return _t("Online now");
    }
    const next = localTime(state.next_opening);
    if (next && next > now) {
        return _t("We answer %(when)s", { when: dayAndHour(next, now) });
    }
    if (state.open) {
        return _t("We answer as soon as somebody is free");
    }
    return _t("Leave a message, we will answer");
}
