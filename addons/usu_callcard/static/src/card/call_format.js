import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

const { DateTime } = luxon;

/**
 * @param {string} iso UTC, as the server sends it
 * @returns {luxon.DateTime} in the reader's zone
 */
export function toLocal(iso) {
    return deserializeDateTime(iso.replace("T", " ").replace("Z", ""));
}

/** Date and time with seconds, as the reader's language writes them. */
export function formatMoment(iso) {
    return iso ? formatDateTime(toLocal(iso), { showSeconds: true }) : "";
}

/** Date and time without seconds. */
export function formatShortMoment(iso) {
    return iso ? formatDateTime(toLocal(iso), { showSeconds: false }) : "";
}

/**
 * Time between two moments as 0:07, 12:34 or 1:02:03.
 *
 * @param {number} from milliseconds
 * @param {number} to milliseconds
 */
export function formatSpan(from, to) {
    const seconds = Math.max(0, Math.floor((to - from) / 1000));
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const shown = parts[0] ? parts : parts.slice(1);
    return shown.map((part, index) => (index ? String(part).padStart(2, "0") : part)).join(":");
}

/** Whole milliseconds of a moment sent by the server. */
export function millis(iso) {
    return toLocal(iso).toMillis();
}

export function directionLabel(direction) {
    return direction === "outgoing" ? _t("OUTGOING") : _t("INCOMING");
}

/**
 * What the card says about the call, and how loudly.
 *
 * @param {Object} card
 * @param {number} now milliseconds
 * @returns {{ text: string, tone: "ring" | "talk" | "hold" | "end" }}
 */
export function stateOf(card, now) {
    if (card.state === "ended") {
        if (!card.answered_at) {
            return { text: _t("Not answered"), tone: "end" };
        }
        const span = formatSpan(millis(card.answered_at), millis(card.ended_at));
        return { text: _t("Ended, %s", span), tone: "end" };
    }
    if (card.part === "spoke") {
        return { text: _t("Passed on"), tone: "end" };
    }
    if (card.state === "ringing") {
        return { text: _t("Ringing"), tone: "ring" };
    }
    const span = formatSpan(millis(card.answered_at), now);
    if (card.on_hold) {
        return { text: _t("On hold, %s", span), tone: "hold" };
    }
    return { text: _t("Talking, %s", span), tone: "talk" };
}

/**
 * The time of day where the client is, when it differs from the reader's.
 *
 * @param {string} zone
 * @param {number} now milliseconds
 */
export function timeThere(zone, now) {
    if (!zone) {
        return "";
    }
    const there = DateTime.fromMillis(now).setZone(zone);
    const here = DateTime.fromMillis(now);
    return there.isValid && there.offset !== here.offset ? there.toFormat("HH:mm") : "";
}

/** What stands first and bold on the card. */
export function titleOf(card) {
    const client = card.data?.client;
    return client?.company || client?.name || card.number || _t("Withheld number");
}
