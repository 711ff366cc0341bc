import { defineMailModels, start } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { click } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, mockDate } from "@odoo/hoot-mock";
import { allowTranslations, getService, onRpc } from "@web/../tests/web_test_helpers";
import {
    formatAge,
    levelGrade,
    waitingGrade,
    workOf,
} from "@usu_routing_reports/wallboard/wallboard_format";

describe.current.tags("desktop");
defineMailModels();

const DESK = {
    id: 7,
    name: "Reception",
    open: true,
    next_opening: false,
    chat_minutes: 3,
    minutes: 60,
    waiting: 2,
    late: 1,
    unassigned: 1,
    oldest_since: "2026-03-11T11:38:00Z",
    received: 12,
    judged: 8,
    service_level: 75,
    missed: 0,
    people: [
        {
            id: 4,
            name: "Anna",
            busy: { chat: 3, call: 0, written: 1 },
            capacity: { chat: 3, call: 1, written: 0 },
            open: 4,
        },
    ],
    absent: 2,
    more: [{ key: "ringing", label: "Ringing now", value: 1, words: "longest 4 s", alert: false }],
};

async function openBoard(desks) {
    mockDate("2026-03-11 12:00:00", 0);
    onRpc("usu.routing.wallboard", "get_board", () => {
        expect.step("get_board");
        return { now: "2026-03-11T12:00:00Z", may_open: true, desks };
    });
    await start();
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "usu_routing_reports.wallboard",
    });
    expect.verifySteps(["get_board"]);
}

test("an age is short and rounded down", () => {
    allowTranslations();
    const minute = 60_000;
    expect(formatAge(59_999)).toBe("now");
    expect(formatAge(7.9 * minute)).toBe("7 min");
    expect(formatAge(125 * minute)).toBe("2 h 05");
    expect(formatAge(3.5 * 24 * 60 * minute)).toBe("3 d");
});

test("grades of the service level and of the queue", () => {
    expect([null, 80, 79.9, 60, 59].map(levelGrade)).toEqual([
        "none",
        "good",
        "fair",
        "fair",
        "bad",
    ]);
    expect(waitingGrade({ waiting: 0, late: 0 })).toBe("good");
    expect(waitingGrade({ waiting: 2, late: 0 })).toBe("fair");
    expect(waitingGrade({ waiting: 2, late: 1 })).toBe("bad");
});

test("the work of an employee: only kinds they have, and what is full", () => {
    const work = workOf(DESK.people[0]);
    expect(work.map(({ kind, text, full }) => [kind, text, full])).toEqual([
        ["chat", "3/3", true],
        ["written", "1", false],
    ]);
});

test("every figure of a desk, in words as well as in colour", async () => {
    await openBoard([DESK]);
    expect(".o-usu-Figure-waiting .o-usu-Figure-value").toHaveText("2");
    expect(".o-usu-Figure-waiting .o-usu-Figure-words").toHaveText("1 too long");
    expect(".o-usu-Figure-waiting").toHaveAttribute("data-grade", "bad");
    expect(".o-usu-Figure-oldest .o-usu-Figure-value").toHaveText("22 min");
    expect(".o-usu-Figure-level .o-usu-Figure-value").toHaveText("75 %");
    expect(".o-usu-Figure-level .o-usu-Figure-words").toHaveText("too slow");
    expect(".o-usu-Figure-missed .o-usu-Figure-words").toHaveText("none lost");
    expect("[data-key=ringing] .o-usu-Figure-words").toHaveText("longest 4 s");
    expect(".o-usu-Person").toHaveText("Anna\n3/3\n1");
    expect(".o-usu-Desk-absent").toHaveText("2 not available");
});

test("it looks again by itself, and the age goes on between", async () => {
    await openBoard([DESK]);
    await advanceTime(29_000);
    expect.verifySteps([]);
    await advanceTime(1_500);
    expect.verifySteps(["get_board"]);
});

test("old figures stay, marked, while the server does not answer", async () => {
    await openBoard([DESK]);
    onRpc("usu.routing.wallboard", "get_board", () => {
        throw new Error("away");
    });
    await advanceTime(30_000);
    await animationFrame();
    expect(".o-usu-Board-failed").toHaveCount(1);
    expect(".o-usu-Figure-waiting .o-usu-Figure-value").toHaveText("2");
});

test("a figure leads to its records", async () => {
    await openBoard([DESK]);
    onRpc("usu.routing.wallboard", "action_open_desk", ({ args }) => {
        expect.step(args.join(" "));
        return { type: "ir.actions.act_window_close" };
    });
    await click(".o-usu-Figure-waiting");
    await animationFrame();
    await click(".o-usu-Person");
    await animationFrame();
    expect.verifySteps(["7 waiting", "7 person:4"]);
});

test("no desk: it says why", async () => {
    await openBoard([]);
    expect(".o-usu-Board-empty").toHaveText(/No desk to show/);
});
