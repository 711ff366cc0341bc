import { oncePerBrowser } from "@usu_chat/core/common/chime";

import { describe, expect, test } from "@odoo/hoot";

describe.current.tags("headless");

test("an answer is heard once, however many tabs are open", async () => {
    const ring = () => expect.step("ring");
    await Promise.all([1, 2, 3].map(() => oncePerBrowser("answer.7", ring)));
    await oncePerBrowser("answer.7", ring);
    expect.verifySteps(["ring"]);
    await oncePerBrowser("answer.8", ring);
    expect.verifySteps(["ring"]);
});
