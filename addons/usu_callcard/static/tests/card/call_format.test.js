import { describe, expect, test } from "@odoo/hoot";

import { formatSpan } from "@usu_callcard/card/call_format";

describe.current.tags("headless");

test("spans", () => {
    expect(formatSpan(0, 0)).toBe("0:00");
    expect(formatSpan(0, 7_900)).toBe("0:07");
    expect(formatSpan(0, 754_000)).toBe("12:34");
    expect(formatSpan(0, 3_723_000)).toBe("1:02:03");
    expect(formatSpan(5_000, 0)).toBe("0:00", { message: "clocks may differ" });
});
