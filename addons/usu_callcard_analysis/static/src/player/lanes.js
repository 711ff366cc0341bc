import { sidesOf, spanBoxes, wavePath } from "./lanes_format";

import { Component, useRef } from "@odoo/owl";

export const WIDTH = 1000;
export const LANE = 56;

/** Both sides over time: loudness, and a band where somebody speaks. */
export class Lanes extends Component {
    static template = "usu_callcard_analysis.Lanes";
    static props = {
        conversation: Object,
        marks: { type: Array, optional: true },
        onSeek: Function,
        time: Number,
    };

    setup() {
        this.picture = useRef("picture");
        this.WIDTH = WIDTH;
        this.LANE = LANE;
    }

    get duration() {
        return this.props.conversation.measures.duration_seconds || 1;
    }

    get lanes() {
        const { layout, peaks, spans } = this.props.conversation;
        return sidesOf(layout).map((side, index) => ({
            ...side,
            top: index * (LANE + 6),
            // few bars are drawn thicker, so that short recordings look alike
            stroke: Math.min(5, Math.max(1, 500 / (peaks[side.key]?.length || 1))),
            path: wavePath(peaks[side.key], WIDTH, LANE),
            boxes: spanBoxes(spans[side.key], this.duration, WIDTH),
        }));
    }

    get height() {
        return this.lanes.length * (LANE + 6) - 6;
    }

    get marks() {
        return (this.props.marks || []).map((mark) => ({ ...mark, x: this.at(mark.at) }));
    }

    at(seconds) {
        return (seconds / this.duration) * WIDTH;
    }

    onClick(ev) {
        const box = this.picture.el.getBoundingClientRect();
        const share = Math.min(1, Math.max(0, (ev.clientX - box.left) / box.width));
        this.props.onSeek(share * this.duration);
    }
}
