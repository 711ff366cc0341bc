import { dayAndHour, isStaffed, openingWords } from "@usu_chat/core/common/opening_words";

import { describe, expect, test } from "@odoo/hoot";
import { mockTimeZone } from "@odoo/hoot-mock";
import { allowTranslations } from "@web/../tests/web_test_helpers";

describe.current.tags("headless");

const { DateTime } = luxon;

// Friday, 18 December 2026
const NOW = DateTime.fromISO("2026-12-18T18:00:00", { zone: "utc" });

function at(text, zone = "utc") {
    return DateTime.fromISO(text, { zone: "utc" }).setZone(zone).setLocale("en-GB");
}

test("the day is told as people say it", () => {
    allowTranslations();
    const cases = [
        ["2026-12-18T19:30:00", "utc", "today at 19:30"],
        ["2026-12-19T09:00:00", "utc", "tomorrow at 09:00"],
        ["2026-12-21T09:00:00", "utc", "on Monday at 09:00"],
        ["2026-12-24T09:00:00", "utc", "on Thursday at 09:00"],
        ["2027-01-04T09:00:00", "utc", "on Monday 4 January at 09:00"],
        // in the visitor's zone it is already Saturday, and the desk opens today
        ["2026-12-19T05:00:00", "Asia/Kolkata", "tomorrow at 10:30"],
        ["2026-12-19T05:00:00", "Asia/Tokyo", "today at 14:00"],
        ["2026-12-19T05:00:00", "America/New_York", "tomorrow at 00:00"],
    ];
    for (const [text, zone, words] of cases) {
        expect(dayAndHour(at(text, zone), NOW)).toBe(words);
    }
});

test("somebody is online only until the hour the server named", () => {
    const state = { open: true, staffed: true, closes_at: "2026-12-18 18:30:00" };
    expect(isStaffed(state, NOW)).toBe(true);
    expect(isStaffed(state, NOW.plus({ hours: 1 }))).toBe(false);
    expect(isStaffed({ ...state, closes_at: false }, NOW)).toBe(true);
    expect(isStaffed(undefined, NOW)).toBe(false);
});

test("what the launcher says", () => {
    allowTranslations();
    mockTimeZone("Europe/London");
    const closed = { open: false, staffed: false, next_opening: "2026-12-21 09:00:00" };
    expect(openingWords(undefined, NOW)).toBe("");
    expect(openingWords({ open: true, staffed: true }, NOW)).toBe("Online now");
    expect(openingWords(closed, NOW)).toMatch(/^We answer on Monday at 0?9:00/);
    expect(openingWords({ open: true, staffed: false }, NOW)).toBe(
        "We answer as soon as somebody is free"
    );
    expect(openingWords({ open: false, staffed: false }, NOW)).toBe(
        "Leave a message, we will answer"
    );
    // an opening that has passed promises nothing
    expect(openingWords(closed, NOW.plus({ days: 10 }))).toBe("Leave a message, we will answer");
});
