import { Component, onMounted, onWillStart, useRef, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { rpc } from "@web/core/network/rpc";
import { url } from "@web/core/utils/urls";

const LENGTH = 5;
let nextId = 0;

/**
 * The code step: a picture with digits, or the same digits spoken.
 *
 * @typedef {Object} Props
 * @property {string} action
 * @property {string} [binding]
 * @property {(proof: string) => void} onProof
 * @property {() => void} [onCancel]
 * @extends {Component<Props, Env>}
 */
export class UsuGuardCode extends Component {
    static template = "usu_guard.Code";
    static props = {
        action: String,
        binding: { type: String, optional: true },
        onProof: Function,
        onCancel: { type: Function, optional: true },
    };
    static defaultProps = { binding: "" };

    setup() {
        super.setup();
        this.id = `o-usu-guard-code-${nextId++}`;
        this.state = useState({ token: "", audio: false, answer: "", message: "", busy: false });
        this.input = useRef("input");
        this.player = useRef("player");
        onWillStart(() => this.load());
        onMounted(() => this.input.el?.focus());
    }

    get imageUrl() {
        return url(`/usu_guard/code/${this.state.token}/image`);
    }

    get audioUrl() {
        return url(`/usu_guard/code/${this.state.token}/audio`);
    }

    get length() {
        return LENGTH;
    }

    /** Fetch a code nobody has seen yet. */
    async load() {
        const { action, binding } = this.props;
        const code = await rpc("/usu_guard/code", { action, binding }, { silent: true });
        this.state.answer = "";
        this.state.token = code.token || "";
        this.state.audio = Boolean(code.audio);
        if (code.usu_error) {
            this.state.message = this.explain(code);
        }
    }

    explain({ usu_error, tries, retry_after }) {
        switch (usu_error) {
            case "code_wrong":
                return tries === 1
                    ? _t("That was not right. One more try.")
                    : _t("That was not right. Please try again.");
            case "code_expired":
                return _t("This code is used up. Here is a new one.");
            case "limit": {
                const minutes = Math.ceil(retry_after / 60);
                return _t("Too many attempts. Please try again in %s min.", minutes);
            }
        }
        return _t("This did not work. Please try again later.");
    }

    async onClickNew() {
        this.state.message = "";
        await this.load();
        this.input.el?.focus();
    }

    onClickListen() {
        this.player.el?.play();
        this.input.el?.focus();
    }

    /** The step may stand inside another form, which Enter must not send. */
    onKeydown(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.onSubmit();
        }
    }

    async onSubmit() {
        if (this.state.busy || !this.state.answer.trim()) {
            return;
        }
        this.state.busy = true;
        try {
            await this.send();
        } finally {
            this.state.busy = false;
        }
    }

    async send() {
        const { token, answer } = this.state;
        const result = await rpc("/usu_guard/code/answer", { token, answer }, { silent: true });
        if (result.proof) {
            this.props.onProof(result.proof);
            return;
        }
        this.state.message = this.explain(result);
        if (result.usu_error === "code_expired") {
            await this.load();
        }
        this.state.answer = "";
        this.input.el?.focus();
    }
}
