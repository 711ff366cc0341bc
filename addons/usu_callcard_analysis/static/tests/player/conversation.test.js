import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { animationFrame, click, describe, edit, expect, queryAllTexts, test } from "@odoo/hoot";
import { mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";

import { Conversation } from "@usu_callcard_analysis/player/conversation";

describe.current.tags("desktop");
defineMailModels();

const MEASURES = {
    duration_seconds: 10,
    speech_seconds: 6,
    silence_seconds: 4,
    silence_share: 40,
    longest_silence_seconds: 1.5,
    talk_staff_seconds: 4,
    talk_client_seconds: 3,
    both_seconds: 1,
    staff_share: 57,
    interruptions_staff: 1,
    interruptions_client: 0,
    longest_staff_seconds: 3,
    longest_client_seconds: 2,
    response_seconds: 0.8,
    silent_side: false,
};

function conversation(values = {}) {
    return {
        id: 3,
        recording_id: 7,
        gone: false,
        notice: "An announcement",
        layout: "sides",
        state: "done",
        error: "",
        progress: 100,
        spans: { staff: [[1, 3]], client: [[4, 6]] },
        peaks: { staff: [0, 50], client: [0, 10] },
        measures: MEASURES,
        text_state: "done",
        text_error: "",
        language: "en",
        hits: [{ id: 1, name: "Greeting", kind: "script", at: 1 }],
        missed: ["Farewell"],
        can_restart: false,
        ...values,
    };
}

async function show(values) {
    const props = { conversation: conversation(values), onChanged: () => expect.step("changed") };
    await mountWithCleanup(Conversation, { props });
}

function answerOpening() {
    onRpc("usu.call.recording", "usu_open", ({ args }) => {
        expect.step(`open ${args[0]}`);
        return {
            url: "data:audio/wav;base64,",
            lines: [
                { id: 1, side: "staff", start: 1, end: 3, text: "Good morning" },
                { id: 2, side: "client", start: 4, end: 6, text: "My crown" },
            ],
        };
    });
}

test("who spoke when, and the figures by side", async () => {
    await show();
    expect(".o-usu-Lanes-speech").toHaveCount(2);
    expect(".o-usu-Lanes-mark").toHaveCount(1);
    const rows = queryAllTexts(".o-usu-Figures tbody:first tr");
    expect(rows[0]).toMatch(/Speaks\s+0:04\s+0:03/);
    expect(rows[2]).toMatch(/Interrupts\s+1\s+0/);
    expect(".o-usu-Figures").toHaveText(/Farewell/);
});

test("the sound comes only after opening, with what was said", async () => {
    answerOpening();
    await show();
    expect("audio").toHaveCount(0);
    expect(".o-usu-Transcript").toHaveCount(0);
    await click("button:contains(Listen)");
    await animationFrame();
    expect.verifySteps(["open 7"]);
    expect("audio").toHaveCount(1);
    expect(queryAllTexts(".o-usu-Transcript-line")).toHaveLength(2);
    await click(".o-usu-Transcript input");
    await edit("CROWN");
    await animationFrame();
    expect(queryAllTexts(".o-usu-Transcript-line")).toHaveLength(1);
});

test("without the right to listen there is no sound, but the figures", async () => {
    await show({ recording_id: false });
    expect("button:contains(Listen)").toHaveCount(0);
    expect(".o-usu-Figures").toHaveCount(1);
});

test("mixed recordings say nothing by side", async () => {
    await show({ layout: "mixed", spans: { mixed: [[1, 6]] }, peaks: { mixed: [1] } });
    expect(".o-usu-Lanes-speech").toHaveCount(1);
    expect(".o-usu-Figures").not.toHaveText(/Interrupts/);
    expect(".o-usu-Figures").toHaveText(/cannot be told/);
});

test("a failed analysis can be tried again by those who may", async () => {
    onRpc("usu.call.analysis", "action_analyse_again", ({ args }) => {
        expect.step(`again ${args[0]}`);
        return true;
    });
    await show({ state: "error", error: "no WAV file", can_restart: true });
    expect(".alert-danger").toHaveText(/no WAV file/);
    await click("button:contains(Analyse again)");
    await animationFrame();
    expect.verifySteps(["again 3", "changed"]);
});

test("work in progress is said", async () => {
    await show({ state: "running", progress: 35 });
    expect(".alert-info").toHaveText(/35 %/);
    expect(".o-usu-Lanes").toHaveCount(0);
});
