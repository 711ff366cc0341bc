import { checkAnswers, shownQuestions } from "@usu_chat/embed/common/questionnaire_rules";

import { describe, expect, test } from "@odoo/hoot";

describe.current.tags("headless");

function question(id, kind, options = {}) {
    return {
        id,
        kind,
        required: false,
        choices: [],
        shown_if: null,
        shown_value: "yes",
        ...options,
    };
}

test("values are cleaned and errors named", () => {
    const questions = [
        question(1, "text", { required: true }),
        question(2, "email"),
        question(3, "phone"),
        question(4, "choice", { choices: [{ id: "9", label: "A" }] }),
        question(5, "consent", { required: true }),
    ];
    expect(
        checkAnswers(questions, { 1: " Anna ", 2: "a@b.org", 3: "+374 91 234567", 4: "9", 5: true })
    ).toEqual({
        values: { 1: "Anna", 2: "a@b.org", 3: "+374 91 234567", 4: "9", 5: "yes" },
        errors: {},
    });
    expect(checkAnswers(questions, { 2: "a@b", 3: "12", 4: "7" }).errors).toEqual({
        1: "missing",
        2: "invalid",
        3: "invalid",
        4: "invalid",
        5: "missing",
    });
    expect(checkAnswers([question(1, "text")], { 1: "x".repeat(201) }).errors).toEqual({
        1: "long",
    });
});

test("digits of every alphabet make a telephone number", () => {
    const questions = [question(1, "phone")];
    expect(checkAnswers(questions, { 1: "०१२३४५६७८९" }).errors).toEqual({});
});

test("a question that depends on a hidden one stays hidden", () => {
    const questions = [
        question(1, "yesno"),
        question(2, "choice", { shown_if: 1, choices: [{ id: "5", label: "A" }] }),
        question(3, "text", { shown_if: 2, shown_value: "5", required: true }),
    ];
    const ids = (values) => shownQuestions(questions, values).map(({ id }) => id);
    expect(ids({})).toEqual([1]);
    expect(ids({ 1: true })).toEqual([1, 2]);
    expect(ids({ 1: true, 2: "5" })).toEqual([1, 2, 3]);
    expect(ids({ 1: false, 2: "5" })).toEqual([1]);
    expect(checkAnswers(questions, { 1: false, 2: "5" }).errors).toEqual({});
});
