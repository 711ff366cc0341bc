"""The clinic's chat as the scenarios see it: a desk, pages that embed it, a visitor."""

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WAIT = 20000
# Notes every tone a page plays, so that a sound can be seen.
LISTEN = """
    window.tones = 0;
    const make = AudioContext.prototype.createOscillator;
    AudioContext.prototype.createOscillator = function () {
        window.tones += 1;
        return make.apply(this, arguments);
    };
"""
LAUNCHER = ".o-livechat-LivechatButton"
LIGHT = ".usu-chat-launcher"
CODE = ".o-usu-GuardCode"
FORM = ".o-usu-Questionnaire"
COMPOSER = ".o-mail-Composer-input"


def desk_of(rpc, server):
    """A desk with four employees, its chat, three questions; the site offers it."""
    return _find(rpc) or _make(rpc, server)


def _find(rpc):
    """What another file of the same run has made."""
    [channel] = rpc(
        *("im_livechat.channel", "search_read"),
        [["name", "=", "Scenario chat"]],
        ["usu_desk_id", "user_ids"],
    ) or [None]
    if not channel:
        return None
    found = rpc("res.users", "read", channel["user_ids"], ["login"])
    return {
        "team": channel["usu_desk_id"][0],
        "channel": channel["id"],
        "users": {user["login"]: user["id"] for user in found},
    }


def _make(rpc, server):
    rpc("ir.config_parameter", "set_param", "web.base.url", server.url)
    rules = rpc("usu.guard.rule", "search", [["action", "=", "chat_open"]])
    # all visitors of this test share one address
    free = dict.fromkeys(
        ("address_soft", "address_hard", "address_day", "subject_soft", "site_soft"), 0
    )
    rpc("usu.guard.rule", "write", rules, free)
    ids = dict(
        zip(
            ("agent", "operator"),
            (
                rpc("ir.model.data", "check_object_reference", module, name)[1]
                for module, name in (
                    ("usu_routing", "usu_routing_group_user"),
                    ("im_livechat", "im_livechat_group_user"),
                )
            ),
            strict=True,
        )
    )
    names = ("chat_anna", "chat_boris", "chat_clara", "chat_dmitri")
    users = [
        rpc(
            "res.users",
            "create",
            {
                "name": name[5:].title(),
                "login": name,
                "password": name,
                "group_ids": [[4, ids["agent"]], [4, ids["operator"]]],
            },
        )
        for name in names
    ]
    team = rpc(
        "helpdesk.ticket.team",
        "create",
        {"name": "Scenario desk", "user_ids": [[6, 0, users]], "user_id": users[0]},
    )
    channel = rpc(
        "im_livechat.channel",
        "create",
        {
            "name": "Scenario chat",
            "usu_desk_id": team,
            "user_ids": [[6, 0, users]],
            "usu_question_ids": [
                [0, 0, {"name": "Your name", "role": "name", "required": True}],
                [0, 0, {"name": "Telephone", "kind": "phone", "role": "phone"}],
                [0, 0, {"name": "Which doctor?"}],
            ],
        },
    )
    for website in rpc("website", "search", []):
        rpc("website", "write", [website], {"channel_id": channel})
    return {
        "team": team,
        "channel": channel,
        "users": dict(zip(names, users, strict=True)),
    }


def embedding(server, channel):
    return f"""<script defer src="{server.url}/im_livechat/loader/{channel}"></script>
        <script defer src="{server.url}/im_livechat/assets_embed.js"></script>"""


def light_button(server, channel):
    path = "/usu_chat/static/src/launcher/launcher.js"
    return f"""<script defer src="{server.url}{path}" data-channel="{channel}">
        </script>"""


@contextmanager
def foreign_site(server, channel, snippet=embedding, policy=""):
    """A page of another origin that embeds the chat."""
    html = f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width"><title>Another site</title>
        {snippet(server, channel)}
        </head><body><h1>Prices</h1></body></html>""".encode()

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            found = self.path.startswith("/prices")
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html")
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            if found:
                self.wfile.write(html)

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, daemon=True)
        thread.start()
        # another name of this machine is another origin, and a secure one
        yield f"http://localhost:{httpd.server_port}/prices?token=secret"
        httpd.shutdown()


def fill_in(page, name, phone="+374 77 111222", doctor="Dr. House"):
    page.click(LAUNCHER)
    page.wait_for_selector(FORM, timeout=WAIT)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Telephone").fill(phone)
    page.get_by_label("Which doctor?").fill(doctor)
    page.click(f"{FORM} button[type=submit]")


def write(page, text):
    page.wait_for_selector(COMPOSER, timeout=WAIT)
    page.fill(COMPOSER, text)
    page.press(COMPOSER, "Enter")


def absent(rpc, desk, names=None):
    users = [desk["users"][name] for name in names or desk["users"]]
    presences = rpc("mail.presence", "search", [["user_id", "in", users]])
    rpc("mail.presence", "unlink", presences)


def present(rpc, desk, seconds=30):
    """Everybody is there, and stays so: a browser of an earlier test that says good-bye
    now would take its employee away."""
    users = list(desk["users"].values())
    known = rpc("mail.presence", "search_read", [["user_id", "in", users]], ["user_id"])
    for user in set(users) - {presence["user_id"][0] for presence in known}:
        rpc("mail.presence", "create", {"user_id": user, "status": "online"})
    calm, end = 0, time.monotonic() + seconds
    while calm < 6 and time.monotonic() < end:
        time.sleep(0.5)
        gone = rpc(
            *("mail.presence", "search"),
            [["user_id", "in", users], ["status", "!=", "online"]],
        )
        calm = 0 if gone else calm + 1
        if gone:
            rpc("mail.presence", "write", gone, {"status": "online"})
    assert calm, "the employees do not stay online"
