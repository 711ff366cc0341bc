/**
 * The chat's button for pages of other sites, without the chat:
 *
 *   <script defer src="https://clinic.example/usu_chat/static/src/launcher/launcher.js"
 *       data-channel="3"></script>
 *
 * This file, the state and the picture are all that is loaded before the first click;
 * the chat itself follows on demand, or at once for who has a dialogue already. No
 * inline style, no eval: a strict Content-Security-Policy needs to name our server only.
 */
(() => {
    const script = document.currentScript;
    const server = new URL(script.src).origin;
    const channel = parseInt(script.dataset.channel);
    const lang = document.documentElement.lang || navigator.language || "en";
    const FRESH_MS = 60_000;
    const GUEST_KEY = "im_livechat_guest_token";
    const STYLE = `
        button { all: unset; box-sizing: border-box; position: fixed; z-index: 2147483000;
            inset-inline-end: 24px; bottom: 24px; width: 56px; height: 56px; padding: 4px;
            border-radius: 50%; cursor: pointer; background: #fff;
            box-shadow: 0 2px 10px rgba(0, 0, 0, 0.3); }
        button:focus-visible { outline: 3px solid #1f6feb; outline-offset: 2px; }
        button[aria-busy=true] { opacity: 0.6; }
        img { width: 100%; height: 100%; border-radius: 50%; object-fit: contain; }
        i { position: absolute; inset-inline-end: 2px; bottom: 2px; width: 10px; height: 10px;
            border: 2px solid #fff; border-radius: 50%; background: #adb5bd; }
        i.staffed { background: #28a745; }
        span { position: absolute; inset-inline-end: 66px; top: 50%; padding: 4px 10px;
            transform: translateY(-50%); border-radius: 14px; white-space: nowrap;
            font: 13px/1.4 sans-serif; color: #212529; background: #fff;
            box-shadow: 0 1px 5px rgba(0, 0, 0, 0.25); }
        @media (max-width: 575px) {
            span { max-width: 60vw; overflow: hidden; text-overflow: ellipsis; }
        }`;
    let answer, fetchedAt, button, isLoading;
    const launcher = { wanted: false, remove: () => button?.getRootNode().host.remove() };
    window.usuChatLauncher = launcher;

    const time = (text) => (text ? new Date(`${text.replace(" ", "T")}Z`) : undefined);

    /** "today at 14:00", "tomorrow at 09:00", "on Monday at 09:00" */
    function dayAndHour(moment, now) {
        const { words } = answer;
        const day = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());
        const days = Math.round((day(moment) - day(now)) / 86_400_000);
        const hour = moment.toLocaleTimeString(lang, { hour: "numeric", minute: "2-digit" });
        if (days <= 1) {
            return (days <= 0 ? words.today : words.tomorrow).replace("{hour}", hour);
        }
        const names = { weekday: "long", ...(days < 7 ? {} : { day: "numeric", month: "long" }) };
        const name = moment.toLocaleDateString(lang, names);
        return words.day.replace("{day}", name).replace("{hour}", hour);
    }

    /** What the server said is believed until the hour it named. */
    const isStaffed = (now) => answer.state.staffed && !(time(answer.state.closes_at) <= now);

    function stateWords(now) {
        const { state, words } = answer;
        const next = time(state.next_opening);
        if (next > now && !isStaffed(now)) {
            return words.when.replace("{when}", dayAndHour(next, now));
        }
        return isStaffed(now) ? words.online : state.open ? words.soon : words.leave;
    }

    function make() {
        const host = document.createElement("div");
        host.className = "usu-chat-launcher";
        const root = host.attachShadow({ mode: "open" });
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(STYLE);
        root.adoptedStyleSheets = [sheet];
        button = document.createElement("button");
        button.type = "button";
        const picture = document.createElement("img");
        picture.alt = "";
        picture.src = server + answer.picture;
        button.append(picture, document.createElement("i"), document.createElement("span"));
        button.addEventListener("click", () => load(true));
        root.append(button);
        document.body.append(host);
    }

    function show() {
        button || make();
        const now = new Date();
        const words = stateWords(now);
        button.querySelector("span").textContent = words;
        button.querySelector("i").classList.toggle("staffed", Boolean(isStaffed(now)));
        button.setAttribute("aria-label", `${answer.words.open} ${words}`);
    }

    async function refresh() {
        if (isLoading || (fetchedAt && Date.now() - fetchedAt < FRESH_MS)) {
            return answer && !isLoading && show();
        }
        fetchedAt = Date.now();
        const query = new URLSearchParams({ lang, page: location.href.slice(0, 2048) });
        const response = await fetch(`${server}/usu_chat/state/${channel}?${query}`, {
            credentials: "omit",
        });
        answer = response.ok ? await response.json() : undefined;
        if (!answer?.available) {
            launcher.remove();
            button = undefined;
        } else if (answer.popup || localStorage.getItem(GUEST_KEY)) {
            await load(false);
        } else {
            show();
        }
    }

    function addScript(path, crossOrigin) {
        return new Promise((resolve, reject) => {
            const element = document.createElement("script");
            element.src = server + path;
            element.crossOrigin = crossOrigin;
            element.onload = resolve;
            element.onerror = reject;
            document.head.append(element);
        });
    }

    async function load(wanted) {
        launcher.wanted ||= wanted;
        if (isLoading) {
            return;
        }
        isLoading = true;
        button?.setAttribute("aria-busy", "true");
        try {
            await addScript(`/im_livechat/loader/${channel}`, null);
            // with its origin the server knows that the page is foreign
            await addScript("/im_livechat/assets_embed.js", "anonymous");
        } catch {
            isLoading = false;
            button?.removeAttribute("aria-busy");
            if (wanted) {
                window.open(`${server}/im_livechat/support/${channel}`, "_blank", "noopener");
            }
        }
    }

    const safely = () => refresh().catch(() => {});
    document.addEventListener("visibilitychange", () => document.hidden || safely());
    setInterval(() => document.hidden || safely(), FRESH_MS);
    safely();
})();
