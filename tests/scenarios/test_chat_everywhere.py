"""The chat for everybody: a light button on strict pages, two tabs, axe-core.

axe-core is fetched from npm into the cache (USU_AXE names another file); without a
network and a cache its part is left out, and said so.
"""

import gzip
import os
import subprocess
from pathlib import Path

import env as tools
import pytest
from _chat_world import (
    CODE,
    FORM,
    LAUNCHER,
    LIGHT,
    LISTEN,
    WAIT,
    absent,
    desk_of,
    fill_in,
    foreign_site,
    light_button,
    present,
    write,
)

AXE_VERSION = "4.10.2"


@pytest.fixture(scope="module")
def desk(rpc, server):
    return desk_of(rpc, server)


@pytest.fixture(scope="module")
def axe():
    """The text of axe-core; npm brings it once, tests without a network lack it."""
    path = Path(os.environ.get("USU_AXE") or tools.CACHE / "axe/package/axe.min.js")
    if not path.exists():
        folder = path.parent.parent
        folder.mkdir(parents=True, exist_ok=True)
        pack = ["npm", "pack", "--silent", f"axe-core@{AXE_VERSION}"]
        done = subprocess.run(pack, cwd=folder, capture_output=True, check=False)
        for file in folder.glob("axe-core-*.tgz"):
            subprocess.run(["tar", "-xzf", file], cwd=folder, check=True)
        if done.returncode:
            print("no axe-core: accessibility is not checked in this run")
    return path.read_text() if path.exists() else ""


def grave(page, axe, root=".o-livechat-root"):
    """What axe-core calls critical or serious in the chat, through its shadow root."""
    if not axe:
        return []
    page.evaluate(axe)
    found = page.evaluate(
        """root => axe.run({include: [[root]]}, {resultTypes: ["violations"]})""", root
    )
    return [
        (rule["id"], [node["html"][:160] for node in rule["nodes"]])
        for rule in found["violations"]
        if rule["impact"] in ("critical", "serious")
    ]


def test_the_light_button_loads_the_chat_at_the_first_click(
    server, rpc, desk, open_page, shot, axe
):
    present(rpc, desk)
    policy = (
        f"default-src 'none'; script-src {server.url}; connect-src {server.url};"
        f" img-src {server.url}"
    )
    with foreign_site(server, desk["channel"], light_button, policy) as url:
        visitor = open_page()
        asked, refused = [], []
        visitor.on("response", lambda r: asked.append(r))
        visitor.on("console", lambda m: refused.append(m.text))
        visitor.goto(url)
        visitor.wait_for_selector(f"{LIGHT} button", timeout=3 * WAIT)
        visitor.wait_for_selector(f"{LIGHT} >> text=Online now", timeout=WAIT)
        visitor.wait_for_function(
            "light => document.querySelector(light).shadowRoot"
            ".querySelector('img').complete",
            arg=LIGHT,
        )
        shot(visitor, "chat_light_button")
        ours = [r for r in asked if r.url.startswith(server.url)]
        assert len(ours) == 3, [r.url for r in ours]
        code = sum(len(gzip.compress(r.body())) for r in ours if "picture" not in r.url)
        assert code < 10_000
        assert not [text for text in refused if "Content Security" in text]
        assert not grave(visitor, "" if policy else axe)
    with foreign_site(server, desk["channel"], light_button) as url:
        visitor = open_page(size=(390, 844))
        visitor.goto(url)
        visitor.wait_for_selector(f"{LIGHT} button", timeout=3 * WAIT)
        assert not grave(visitor, axe, LIGHT)
        visitor.click(f"{LIGHT} button")
        visitor.wait_for_selector(FORM, timeout=3 * WAIT)
        visitor.wait_for_selector(LIGHT, state="detached", timeout=WAIT)
        visitor.get_by_label("Your name").fill("Light Visitor")
        visitor.get_by_label("Telephone").fill("+374 77 555666")
        visitor.click(f"{FORM} button[type=submit]")
        write(visitor, "Is it far?")
        visitor.wait_for_selector(
            ".o-mail-Message:not(.o-pending) >> text=Is it far?", timeout=WAIT
        )
        # who has a dialogue gets the chat at once
        visitor.reload()
        visitor.wait_for_selector(".o-livechat-root", timeout=3 * WAIT)
        visitor.wait_for_selector("text=Is it far?", timeout=3 * WAIT)
    absent(rpc, desk)


def test_no_state_of_the_chat_shuts_anybody_out(
    server, rpc, desk, open_page, shot, axe
):
    """Launcher, form, its errors, dialogue, answered, code: nothing grave for axe."""
    present(rpc, desk)
    found = {}
    visitor = open_page()
    visitor.goto(f"{server.url}/im_livechat/support/{desk['channel']}")
    visitor.wait_for_selector(FORM, timeout=3 * WAIT)
    found["form"] = grave(visitor, axe)
    visitor.click(f"{FORM} button[type=submit]")
    visitor.wait_for_selector(f"{FORM} [role=alert]", timeout=WAIT)
    found["errors"] = grave(visitor, axe)
    visitor.get_by_label("Your name").fill("Reader")
    visitor.click(f"{FORM} button[type=submit]")
    write(visitor, "Can you hear me?")
    visitor.wait_for_selector(
        ".o-mail-Message:not(.o-pending) >> text=Can you hear me?", timeout=WAIT
    )
    found["dialogue"] = grave(visitor, axe)
    shot(visitor, "chat_dialogue_axe")
    rules = rpc("usu.guard.rule", "search", [["action", "=", "chat_open"]])
    rpc("usu.guard.rule", "write", rules, {"check": "code"})
    try:
        typist = open_page(size=(390, 844))
        typist.goto(f"{server.url}/contactus")
        typist.wait_for_selector(LAUNCHER, timeout=3 * WAIT)
        found["launcher"] = grave(typist, axe)
        fill_in(typist, "Typist")
        write(typist, "A person, really")
        typist.wait_for_selector(f"{CODE} img", timeout=WAIT)
        shot(typist, "chat_code")
        found["code"] = grave(typist, axe)
    finally:
        rpc("usu.guard.rule", "write", rules, {"check": "proof"})
    absent(rpc, desk)
    assert not {state: faults for state, faults in found.items() if faults}


def test_two_tabs_of_a_visitor_sound_once(server, rpc, login, desk, open_page):
    present(rpc, desk)
    first = open_page()
    first.context.add_init_script(LISTEN)
    first.goto(f"{server.url}/contactus")
    first.wait_for_selector(LAUNCHER, timeout=3 * WAIT)
    fill_in(first, "Two Tabs", phone="+374 77 222000")
    write(first, "Once, please")
    first.wait_for_selector(
        ".o-mail-Message:not(.o-pending) >> text=Once, please", timeout=WAIT
    )
    second = first.context.new_page()
    second.goto(f"{server.url}/contactus")
    second.wait_for_selector("text=Once, please", timeout=3 * WAIT)
    [dialogue] = rpc(
        *("discuss.channel", "search_read"),
        [["livechat_channel_id", "=", desk["channel"]]],
        ["livechat_operator_id"],
        limit=1,
        order="id desc",
    )
    operator = dialogue["livechat_operator_id"][0]
    [user] = rpc("res.users", "search_read", [["partner_id", "=", operator]], ["login"])
    before = sum(tab.evaluate("window.tones") for tab in (first, second))
    login(user["login"])(
        *("discuss.channel", "message_post", [dialogue["id"]]),
        body="Ding",
        message_type="comment",
        subtype_xmlid="mail.mt_comment",
    )
    for tab in (first, second):
        tab.wait_for_selector("text=Ding", timeout=WAIT)
    for tab in (first, second):  # what could still sound has had its turn
        tab.evaluate("() => new Promise(done => setTimeout(done, 500))")
    tones = sum(tab.evaluate("window.tones") for tab in (first, second)) - before
    assert tones == 2, "one chime of two tones"
    absent(rpc, desk)
