import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

import { CodeNeeded, fetchChallenge, solve } from "@usu_guard/core/common/proof";
import { UsuGuardCode } from "@usu_guard/core/common/guard_code";

const PROOF = "usu_guard_proof";
const HONEYPOT = "usu_homepage";
const SEND = ".s_website_form_send, .o_website_form_send";
/** Proofs are good for ten minutes; a form may stay open longer. */
const FRESH = 8 * 60 * 1000;

/**
 * Gives Odoo's own public forms their proof: computed when the visitor begins to fill in,
 * awaited when the form is sent. Where a code is needed, the form shows the code step.
 */
export class GuardForm extends Interaction {
    static selector = "form[data-captcha]:not([data-captcha='login']), .s_website_form form";
    dynamicContent = {
        _root: {
            "t-on-focusin.once": this.begin,
            "t-on-submit.capture": (ev) => this.hold(ev, () => this.el.requestSubmit(ev.submitter)),
            "t-on-click.capture": this.onClick,
        },
    };

    setup() {
        this.proof = undefined;
        this.waiting = false;
    }

    start() {
        this.honeypot = this.addField(HONEYPOT, "text");
        this.field = this.addField(PROOF, "hidden");
    }

    get action() {
        return this.el.dataset.captcha || "website_form";
    }

    addField(name, type) {
        const found = this.el.querySelector(`input[name="${name}"]`);
        if (found) {
            return found;
        }
        const input = document.createElement("input");
        Object.assign(input, { name, type, value: "", tabIndex: -1, autocomplete: "off" });
        input.setAttribute("aria-hidden", "true");
        if (type === "text") {
            input.style.cssText = "position:absolute;width:1px;height:1px;opacity:0;border:0";
        }
        this.insert(input);
        return input;
    }

    begin() {
        this.prepare();
    }

    /** Begin to compute, once. */
    prepare() {
        if (!this.proof || Date.now() - this.since > FRESH) {
            this.since = Date.now();
            this.field.value = "";
            this.proof = this.compute();
            // the failure is looked at when the form is sent
            this.proof.catch(() => {});
        }
        return this.proof;
    }

    /** An outside service's token is brought by that service's own addon. */
    async compute() {
        const challenge = await fetchChallenge(this.action);
        return ["turnstile", "recaptcha"].includes(challenge.provider) ? "" : solve(challenge);
    }

    onClick(ev) {
        const button = ev.target.closest(SEND);
        if (button) {
            this.hold(ev, () => button.click());
        }
    }

    /**
     * Stop an event until the proof is there, then let it happen again.
     *
     * @param {Event} ev
     * @param {() => void} again
     */
    async hold(ev, again) {
        const fresh = this.proof && Date.now() - this.since <= FRESH;
        if (this.ready && fresh) {
            this.ready = false;
            // a proof serves one request; the next attempt makes its own
            this.waitForTimeout(() => (this.proof = undefined), 0);
            return;
        }
        ev.preventDefault();
        ev.stopImmediatePropagation();
        if (this.waiting) {
            return;
        }
        this.waiting = true;
        try {
            this.field.value = await this.waitFor(this.prepare().catch((e) => this.ask(e)));
            // a form ignores what is submitted while its own submit event still runs, as
            // it does when the proof was there already
            await this.waitFor(new Promise((resolve) => setTimeout(resolve)));
            this.ready = true;
        } finally {
            this.waiting = false;
        }
        again();
    }

    /**
     * @param {Error} error why there is no proof
     * @returns {Promise<string>} the proof of the code step; without it the server says why
     */
    ask(error) {
        if (!(error instanceof CodeNeeded)) {
            return "";
        }
        return new Promise((resolve) => {
            const place = document.createElement("div");
            place.className = "my-3";
            const button = this.el.querySelector(`${SEND}, button[type="submit"]`);
            this.insert(place, button || this.el, button ? "beforebegin" : "beforeend");
            const remove = this.mountComponent(place, UsuGuardCode, {
                action: this.action,
                onProof: (proof) => {
                    remove();
                    place.remove();
                    resolve(proof);
                },
            });
        });
    }
}

registry.category("public.interactions").add("usu_guard.guard_form", GuardForm);
