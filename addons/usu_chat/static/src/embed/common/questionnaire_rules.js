/**
 * The browser's half of checking a questionnaire; the server repeats it
 * (`tools/answers.py`) and has the last word.
 */

/**
 * @typedef {Object} Question
 * @property {number} id
 * @property {string} kind
 * @property {boolean} required
 * @property {{id: string, label: string}[]} choices
 * @property {number|null} shown_if
 * @property {string} shown_value
 */

export const LIMITS = { text: 200, longtext: 2000, email: 254, phone: 40 };
const EMAIL = /^[^@\s<>,;:"()[\]\\]+@[^@\s<>,;:"()[\]\\]+\.[^@\s.]{2,}$/;

function isYes(value) {
    return [true, "yes", "true", "1"].includes(value);
}

/**
 * @param {Question[]} questions
 * @param {Object} values question id -> value
 * @returns {Question[]} those that appear, given the answers so far
 */
export function shownQuestions(questions, values) {
    const shown = new Set();
    return questions.filter((question) => {
        const condition = questions.find((other) => other.id === question.shown_if);
        if (condition) {
            const value = values[condition.id];
            const text = condition.kind === "yesno" ? (isYes(value) ? "yes" : "no") : value;
            if (!shown.has(condition.id) || text !== question.shown_value) {
                return false;
            }
        }
        shown.add(question.id);
        return true;
    });
}

/**
 * @param {Question[]} questions
 * @param {Object} values question id -> value
 * @returns {{values: Object, errors: Object}} clean values; question id -> `missing`,
 *  `invalid` or `long`
 */
export function checkAnswers(questions, values) {
    const clean = {};
    const errors = {};
    for (const question of shownQuestions(questions, values)) {
        if (["yesno", "consent"].includes(question.kind)) {
            clean[question.id] = isYes(values[question.id]) ? "yes" : "no";
            if (question.required && clean[question.id] === "no") {
                errors[question.id] = "missing";
            }
            continue;
        }
        const text = String(values[question.id] ?? "").trim();
        const error = text ? findError(question, text) : question.required && "missing";
        if (error) {
            errors[question.id] = error;
        } else if (text) {
            clean[question.id] = text;
        }
    }
    return { values: clean, errors };
}

function findError(question, text) {
    if (text.length > (LIMITS[question.kind] || 200)) {
        return "long";
    }
    const isValid = {
        email: () => EMAIL.test(text),
        // Only what is surely wrong; the server knows the countries' numbers.
        phone: () => (text.match(/\p{Nd}/gu) || []).length >= 5,
        choice: () => question.choices.some((choice) => choice.id === text),
        date: () => /^\d{4}-\d{2}-\d{2}$/.test(text),
    }[question.kind];
    return isValid && !isValid() ? "invalid" : undefined;
}
