import { MockServer, onRpc, patchWithCleanup, serverState } from "@web/../tests/web_test_helpers";

import { session } from "@web/session";

export const RING = {
    id: 7,
    seq: 1,
    state: "ringing",
    part: "ringing",
    on_hold: false,
    direction: "incoming",
    number: "+7 916 123-45-67",
    started_at: "2026-11-20T10:00:00Z",
    answered_at: null,
    ended_at: null,
};

export const CLIENT = {
    id: 3,
    name: "Maria Client",
    company: "Northern Light LLC",
    function: "",
    category: { id: 1, name: "VIP", color: 3 },
    email: "",
    lang: "",
    photo: "",
};

/** What the server answers to card_data. */
export function cardData(values = {}) {
    return {
        ...RING,
        line: { number: "+74951234567", name: "Dental" },
        queue: "",
        extension: "102",
        employee: "Boris Petrov",
        transfers: 0,
        outcome: "",
        caller_name: "",
        can_dial: true,
        note: "",
        reason: "",
        client: CLIENT,
        hidden_client: false,
        place: { text: "Pskov, Russia", zone: "", guessed: false },
        candidates: [],
        sections: [
            { key: "warning", data: "Allergic to lidocaine" },
            {
                key: "requests",
                data: {
                    hidden: 0,
                    more: 0,
                    items: [
                        {
                            id: 9,
                            number: "HT00009",
                            title: "Implant broke",
                            stage: "In progress",
                            responsible: "Anna Ivanova",
                            desk: "Reception",
                            since: "2026-11-19T10:00:00Z",
                        },
                    ],
                },
            },
        ],
        shown: ["photo", "category", "place", "warning", "requests", "history"],
        ...values,
    };
}

/** An unknown caller as card_data describes them. */
export function unknownData(values = {}) {
    const place = { text: "Russia", zone: "", guessed: true };
    return cardData({ client: null, sections: [], place, ...values });
}

/**
 * A reader with a telephone.
 *
 * @param {Object} [params]
 * @param {Object | (id: number) => Object} [params.data] answer to card_data
 * @param {Object[]} [params.live] cards that ring when the page opens
 */
export function setupCalls({ data = cardData(), live = [], sound = true } = {}) {
    patchWithCleanup(session, { usu_callcard: { sound, can_dial: true } });
    onRpc("usu.call", "get_live_cards", () => ({ cards: live, sound, can_dial: true }));
    onRpc("usu.call", "card_data", ({ args }) =>
        typeof data === "function" ? data(args[0][0]) : data
    );
}

export function send(type, payload) {
    MockServer.env["bus.bus"]._sendone(serverState.partnerId, `usu_callcard/${type}`, payload);
}
