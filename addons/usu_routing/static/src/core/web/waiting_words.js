import { _t } from "@web/core/l10n/translation";

/**
 * @param {import("luxon").DateTime} since
 * @param {number} now milliseconds since 1970
 * @returns {string} "waiting 12 min"
 */
export function waitingWords(since, now) {
    const minutes = Math.max(0, Math.floor((now - since.toMillis()) / 60_000));
    if (minutes < 60) {
        return _t("waiting %(minutes)s min", { minutes });
    }
    const hours = Math.floor(minutes / 60);
    if (hours < 24) {
        return _t("waiting %(hours)s h %(minutes)s min", { hours, minutes: minutes % 60 });
    }
    const days = Math.floor(hours / 24);
    return _t("waiting %(days)s d %(hours)s h", { days, hours: hours % 24 });
}
