import { session } from "@web/session";

/**
 * Cards of the calls that ring at, or are spoken by, the reader. The bus says that there
 * is a call; everything else is read with the reader's own rights.
 */
export class CallCards {
    /** @param {Object} services orm, bus_service, multi_tab, mail.sound_effects */
    constructor(services) {
        this.orm = services.orm;
        this.bus = services.bus_service;
        this.multiTab = services.multi_tab;
        this.sounds = services["mail.sound_effects"];
        /** @type {Object[]} newest first */
        this.cards = [];
        this.settings = session.usu_callcard || {};
    }

    setup() {
        this.bus.subscribe("usu_callcard/ring", (payload) => this.onRing(payload));
        this.bus.subscribe("usu_callcard/update", (payload) => this.onUpdate(payload));
        this.bus.subscribe("usu_callcard/gone", (payload) => this.onGone(payload));
        // without it the reader has no calls: nothing is asked for
        if (session.usu_callcard) {
            this.bus.addEventListener("BUS:RECONNECT", () => this.resync());
            this.resync();
        }
    }

    get(id) {
        return this.cards.find((card) => card.id === id);
    }

    onRing(payload) {
        if (this.get(payload.id)) {
            return this.onUpdate(payload);
        }
        // a new call does not cover the one that is looked at
        const busy = this.cards.some(({ collapsed, state }) => !collapsed && state !== "ended");
        const fresh = { ...payload, data: null, failed: false, draft: null, filling: false };
        this.cards.unshift({ ...fresh, collapsed: true });
        if (!busy) {
            this.unfold(payload.id);
        }
        this.load(payload.id);
        if (payload.state === "ringing" && payload.direction === "incoming") {
            this.ringOnce();
        }
    }

    onUpdate(payload) {
        const card = this.get(payload.id);
        if (!card) {
            // the message that announced it was lost; a closed card stays closed, the
            // server tells those who closed it nothing more
            return payload.part === "talking" ? this.onRing(payload) : undefined;
        }
        if (payload.seq < card.seq) {
            return;
        }
        const stale = payload.changed || payload.part !== card.part || payload.state !== card.state;
        Object.assign(card, payload);
        if (stale) {
            this.load(card.id);
        }
    }

    /** Show one card whole and fold the others: two whole ones do not fit a small screen. */
    unfold(id) {
        this.cards.forEach((card) => (card.collapsed = card.id !== id));
    }

    /** Somebody else answered, the caller gave up, or the card was closed in a tab. */
    onGone({ id, closed }) {
        const card = this.get(id);
        if (!card) {
            return;
        }
        if (closed || !(card.filling || card.draft !== null)) {
            this.remove(id);
        } else {
            // what the operator has typed is theirs to save or to throw away
            Object.assign(card, { part: "missed", elsewhere: true });
        }
    }

    async load(id) {
        let data;
        try {
            data = await this.orm.silent.call("usu.call", "card_data", [[id]]);
        } catch {
            // the card says so and offers to try again; the number is there all the same
            const card = this.get(id);
            if (card) {
                card.failed = true;
            }
            return;
        }
        this.show(id, data);
    }

    /** Put what the server knows on the card. */
    show(id, data) {
        const card = this.get(id);
        if (card && data.seq >= card.seq) {
            const { seq, state, part, on_hold, answered_at, ended_at } = data;
            Object.assign(card, { seq, state, part, on_hold, answered_at, ended_at });
            Object.assign(card, { data, failed: false });
        }
    }

    /** A short sound, in one tab of all. */
    async ringOnce() {
        if (this.settings.sound && (await this.multiTab.isOnMainTab())) {
            this.sounds.play("call-invitation");
        }
    }

    remove(id) {
        const index = this.cards.findIndex((card) => card.id === id);
        if (index >= 0) {
            this.cards.splice(index, 1);
        }
    }

    /** Close the card here and, by way of the server, in every other tab. */
    async close(id) {
        this.remove(id);
        await this.orm.silent.call("usu.call", "card_dismiss", [[id]]);
    }

    /** After a (re)connection: what rings now, whatever was missed meanwhile. */
    async resync() {
        const { cards, ...settings } = await this.orm.silent.call("usu.call", "get_live_cards");
        Object.assign(this.settings, settings);
        const live = new Set(cards.map((card) => card.id));
        for (const card of this.cards.filter((card) => !live.has(card.id))) {
            if (card.part === "ringing") {
                this.onGone(card);
            } else {
                this.load(card.id);
            }
        }
        cards.forEach((payload) => this.onRing(payload));
    }
}
