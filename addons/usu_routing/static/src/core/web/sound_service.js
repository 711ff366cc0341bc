import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { url } from "@web/core/utils/urls";
import { session } from "@web/session";

/**
 * All sounds of the front desk, behind one switch (the user's own preference) and
 * played once, in the main tab, however many tabs are open.
 */
export const soundService = {
    dependencies: ["multi_tab"],
    start(env, { multi_tab: multiTab }) {
        const sounds = new Map();
        return {
            /**
             * @param {string} path below the server's address, an audio file
             * @param {number} [volume] 0 to 1
             * @returns {Promise<boolean>} was it this tab's turn to play
             */
            async play(path, volume = 0.6) {
                if (session.usu_routing?.sound === false || !browser.Audio) {
                    return false;
                }
                if (!(await multiTab.isOnMainTab())) {
                    return false;
                }
                if (!sounds.has(path)) {
                    const audio = new browser.Audio();
                    audio.src = url(path);
                    sounds.set(path, audio);
                }
                const audio = sounds.get(path);
                audio.currentTime = 0;
                audio.volume = volume;
                // a browser refuses before the first click on the page: no matter
                Promise.resolve(audio.play()).catch(() => {});
                return true;
            },
        };
    },
};

registry.category("services").add("usu_routing.sound", soundService);
