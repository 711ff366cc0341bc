import { _t } from "@web/core/l10n/translation";

/** Sides in the order they are drawn, with the words people read. */
export function sidesOf(layout) {
    if (layout === "sides") {
        return [
            { key: "staff", label: _t("Employee") },
            { key: "client", label: _t("Client") },
        ];
    }
    return [{ key: "mixed", label: _t("Both sides") }];
}

/**
 * The outline of loudness as an SVG path, mirrored around the middle.
 *
 * @param {number[]} peaks 0 to 100, evenly over the whole recording
 * @param {number} width of the picture
 * @param {number} height of the lane
 */
export function wavePath(peaks, width, height) {
    if (!peaks?.length) {
        return "";
    }
    const step = width / peaks.length;
    const middle = height / 2;
    // soft voices stay visible: the square root, as the ear hears
    const tall = (peak) => Math.max(0.5, (Math.sqrt(peak / 100) * height) / 2.2);
    const bars = peaks.map((peak, index) => {
        const x = (index + 0.5) * step;
        const reach = tall(peak);
        return `M${x.toFixed(1)} ${(middle - reach).toFixed(1)}V${(middle + reach).toFixed(1)}`;
    });
    return bars.join("");
}

/**
 * Where speech is drawn.
 *
 * @param {[number, number][]} spans seconds
 * @param {number} duration seconds
 * @param {number} width of the picture
 */
export function spanBoxes(spans, duration, width) {
    return (spans || []).map(([start, end]) => ({
        x: (start / duration) * width,
        width: Math.max(1, ((end - start) / duration) * width),
    }));
}

/** Seconds as 3:05; tenths below a minute when asked for. */
export function clock(seconds, tenths = false) {
    const whole = Math.max(0, seconds || 0);
    if (tenths && whole < 60) {
        return _t("%s s", whole.toFixed(1));
    }
    const parts = [Math.floor(whole / 60), Math.floor(whole % 60)];
    return `${parts[0]}:${String(parts[1]).padStart(2, "0")}`;
}

/** The line of the transcript that is spoken at a moment, or undefined. */
export function lineAt(lines, time) {
    return lines.findLast((line) => line.start <= time + 0.05 && time < line.end + 0.5);
}
