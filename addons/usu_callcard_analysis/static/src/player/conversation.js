import { Figures } from "./figures";
import { Lanes } from "./lanes";
import { clock } from "./lanes_format";
import { Transcript } from "./transcript";

import { Component, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

/** One recorded conversation: picture, sound, words, figures. */
export class Conversation extends Component {
    static template = "usu_callcard_analysis.Conversation";
    static components = { Figures, Lanes, Transcript };
    static props = { conversation: Object, onChanged: Function };

    setup() {
        this.orm = useService("orm");
        this.audio = useRef("audio");
        this.clock = clock;
        this.state = useState({
            busy: false,
            failed: false,
            lines: [],
            playing: false,
            speed: 1,
            time: 0,
            url: "",
        });
    }

    get isMeasured() {
        return this.props.conversation.state === "done";
    }

    get toggleLabel() {
        return this.state.playing ? _t("Pause") : _t("Play");
    }

    get duration() {
        return this.props.conversation.measures.duration_seconds;
    }

    /** The server notes who listens; only then the sound is there. */
    async open() {
        this.state.busy = true;
        const id = this.props.conversation.recording_id;
        try {
            const opened = await this.orm.call("usu.call.recording", "usu_open", [[id]]);
            Object.assign(this.state, { url: opened.url, lines: opened.lines });
        } finally {
            this.state.busy = false;
        }
    }

    toggle() {
        const audio = this.audio.el;
        return audio.paused ? this.play() : audio.pause();
    }

    play() {
        return this.audio.el.play().catch((error) => {
            // a second click before the sound has come is no failure
            if (error.name !== "AbortError") {
                this.state.failed = true;
            }
        });
    }

    seek(seconds) {
        this.state.time = seconds;
        if (this.state.url) {
            this.audio.el.currentTime = seconds;
        }
    }

    playFrom(seconds) {
        this.seek(seconds);
        return this.play();
    }

    onSlide(ev) {
        this.seek(Number(ev.target.value));
    }

    onSpeed(ev) {
        this.state.speed = Number(ev.target.value);
        this.audio.el.playbackRate = this.state.speed;
    }

    onTime(ev) {
        this.state.time = ev.target.currentTime;
    }

    async restart() {
        const id = this.props.conversation.id;
        await this.orm.call("usu.call.analysis", "action_analyse_again", [[id]]);
        await this.props.onChanged();
    }
}
