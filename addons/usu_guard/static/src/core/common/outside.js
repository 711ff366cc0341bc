import { loadJS } from "@web/core/assets";

const TURNSTILE = "https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit";
const RECAPTCHA = "https://www.recaptcha.net/recaptcha/api.js?render=";

/**
 * Turnstile's widget, in the page itself: it does not work inside a shadow root. It shows
 * itself only when it wants something from the visitor.
 */
async function askTurnstile({ site_key, action }) {
    await loadJS(TURNSTILE);
    const place = document.createElement("div");
    place.style.cssText = "position:fixed;inset:auto 1rem 1rem auto;z-index:2000";
    document.body.append(place);
    try {
        return await new Promise((resolve, reject) => {
            globalThis.turnstile.render(place, {
                sitekey: site_key,
                action,
                appearance: "interaction-only",
                callback: resolve,
                "error-callback": () => reject(new Error("turnstile")),
            });
        });
    } finally {
        place.remove();
    }
}

async function askRecaptcha({ site_key, action }) {
    await loadJS(RECAPTCHA + encodeURIComponent(site_key));
    await new Promise((resolve) => globalThis.grecaptcha.ready(resolve));
    return globalThis.grecaptcha.execute(site_key, { action });
}

/** How an outside service is asked for its token, by provider. */
export const outside = { turnstile: askTurnstile, recaptcha: askRecaptcha };
