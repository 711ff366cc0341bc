"""The chat everywhere: a light button on strict pages of others, two tabs at once."""

import gzip

import pytest
from _chat_world import (
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


@pytest.fixture(scope="module")
def desk(rpc, server):
    return desk_of(rpc, server)


def test_the_light_button_loads_the_chat_at_the_first_click(
    server, rpc, desk, open_page, shot
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
    with foreign_site(server, desk["channel"], light_button) as url:
        visitor = open_page(size=(390, 844))
        visitor.goto(url)
        visitor.wait_for_selector(f"{LIGHT} button", timeout=3 * WAIT)
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
    absent(rpc, desk)


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
