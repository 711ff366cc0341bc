import { describe, expect, test } from "@odoo/hoot";

import {
    clock,
    lineAt,
    sidesOf,
    spanBoxes,
    wavePath,
} from "@usu_callcard_analysis/player/lanes_format";

describe.current.tags("headless");

test("two lanes where the sides are apart, one where they are not", () => {
    expect(sidesOf("sides").map((side) => side.key)).toEqual(["staff", "client"]);
    expect(sidesOf("mixed").map((side) => side.key)).toEqual(["mixed"]);
});

test("the picture spans the whole recording", () => {
    expect(wavePath([], 100, 50)).toBe("");
    expect(wavePath([0, 100], 100, 44)).toBe("M25.0 21.5V22.5M75.0 2.0V42.0");
});

test("speech is drawn where it was, never too narrow to see", () => {
    expect(spanBoxes([[1, 3]], 10, 1000)).toEqual([{ x: 100, width: 200 }]);
    expect(spanBoxes([[0, 0.001]], 10, 1000)[0].width).toBe(1);
    expect(spanBoxes(undefined, 10, 1000)).toEqual([]);
});

test("times", () => {
    expect(clock(0)).toBe("0:00");
    expect(clock(65.9)).toBe("1:05");
    expect(clock(3600)).toBe("60:00");
});

test("the line that is spoken now", () => {
    const lines = [
        { id: 1, start: 0, end: 2 },
        { id: 2, start: 5, end: 6 },
    ];
    expect(lineAt(lines, 1).id).toBe(1);
    expect(lineAt(lines, 3)).toBe(undefined);
    expect(lineAt(lines, 5).id).toBe(2);
});
