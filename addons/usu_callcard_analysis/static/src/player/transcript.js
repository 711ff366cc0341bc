import { clock, lineAt, sidesOf } from "./lanes_format";

import { Component, useEffect, useRef, useState } from "@odoo/owl";

/** What was said; a click on a line plays from there. */
export class Transcript extends Component {
    static template = "usu_callcard_analysis.Transcript";
    static props = { layout: String, lines: Array, onSeek: Function, time: Number };

    setup() {
        this.state = useState({ wanted: "" });
        this.list = useRef("list");
        this.clock = clock;
        useEffect(
            (id) => {
                const line = id && this.list.el?.querySelector(`[data-line="${id}"]`);
                if (line) {
                    // only inside the list: the page itself must not jump
                    this.list.el.scrollTop = line.offsetTop - this.list.el.clientHeight / 2;
                }
            },
            () => [this.current]
        );
    }

    get current() {
        return lineAt(this.props.lines, this.props.time)?.id;
    }

    get lines() {
        const wanted = this.state.wanted.trim().toLocaleLowerCase();
        return this.props.lines.filter((line) => line.text.toLocaleLowerCase().includes(wanted));
    }

    who(side) {
        return sidesOf(this.props.layout).find((one) => one.key === side)?.label || "";
    }
}
