"""A telephone call, whole: SIP INVITE on a real Asterisk -> connector -> Odoo -> card.

Two operators with telephones 101 and 102 in two browsers. Nothing is faked between the
telephone and the screen.
"""

import base64
import io
import re
import time

import _call_world as world
import pytest
from asterisk import kit
from PIL import Image

CARD = ".o-usu-Card"
TITLE = f"{CARD} .o-usu-Card-title"
# counts the sounds a page plays
LISTEN = """
    window.sounds = [];
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
        window.sounds.push(this.src);
        return play.apply(this, arguments);
    };
"""


def photo():
    stream = io.BytesIO()
    Image.new("RGB", (1400, 1200), "#89a").save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


@pytest.fixture(scope="module")
def ids(rpc):
    return world.make_clinic(rpc, photo())


@pytest.fixture(scope="module")
def pbx(tmp_path_factory):
    try:
        asterisk = kit.Asterisk(tmp_path_factory.mktemp("asterisk")).start()
    except kit.NotAvailable as why:
        pytest.skip(f"the Debian mirror does not answer: {why}")
    yield asterisk
    asterisk.stop()


@pytest.fixture(scope="module", autouse=True)
def connector(pbx, ids, server, tmp_path_factory):
    folder = tmp_path_factory.mktemp("connector")
    with world.Connector(pbx, server.url, server.db, folder) as running:
        yield running


@pytest.fixture
def anna(sign_in):
    return ready(sign_in("call_anna"))


@pytest.fixture
def boris(sign_in):
    return ready(sign_in("call_boris"))


def ready(page):
    """The page listens to the bus: its websocket has subscribed."""
    page.wait_for_function(
        """() => {
            const services = odoo.__WOWL_DEBUG__?.root.env.services;
            return services?.["bus_service"].workerState === "CONNECTED"
                || services?.["bus_service"].isActive;
        }"""
    )
    page.wait_for_timeout(500)
    return page


def telephone(pbx, name):
    """A telephone that has forgotten the calls it did not take."""
    phone = pbx.phone(name)
    while not phone.incoming.empty():
        phone.incoming.get_nowait()
    return phone


def wait_for(condition, what, seconds=20):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, what
        time.sleep(0.1)
    return found


def of_number(rpc, number, fields):
    domain = [["number", "=", f"+{number}"]]
    return rpc("usu.call", "search_read", domain, fields, 0, 1, "id desc")


def test_known_client_rings_is_answered_and_settled(pbx, anna, boris, rpc, shot):
    phones = telephone(pbx, "101"), telephone(pbx, "102")
    call = pbx.trunk_call(world.VIP, did=world.BOTH)
    for page in (anna, boris):
        page.wait_for_selector(f"{TITLE}:has-text('Northern Light')")
    card = anna.locator(CARD)
    assert card.locator(".o-usu-Card-direction").inner_text() == "INCOMING"
    weight = "node => getComputedStyle(node).fontWeight"
    assert card.locator(".o-usu-Card-title").evaluate(weight) == "700"
    moment = card.locator(".o-usu-Card-moment").inner_text()
    assert re.search(r"\d{1,2}:\d\d:\d\d", moment), moment
    for part, text in {
        "category": "VIP",
        "warning": "Allergic to lidocaine",
        "name": "Maria Sokolova",
        "number": "+7 916 111-00-01",
        "place": "Pskov",
        "line": "Dental clinic",
    }.items():
        assert text in card.locator(f".o-usu-Card-{part}").inner_text(), part
    requests = card.locator("[data-section=requests]").inner_text()
    assert "Crown came loose" in requests and "Call Boris" in requests
    size = "img => img.decode().then(() => [img.naturalWidth, img.naturalHeight])"
    assert card.locator(".o-usu-Card-photo img").evaluate(size) == [1400, 1200]
    shot(anna, "call_known_client")
    answered = phones[1].wait_call().answer()
    call.wait_answered()
    anna.wait_for_selector(CARD, state="detached")
    boris.wait_for_selector(".o-usu-Card-state:has-text('Talking')")
    extension = boris.locator(".o-usu-Card-extension").inner_text()
    assert extension == "102 Call Boris"
    boris.fill(".o-usu-Card-note textarea", "wants a new crown")
    answered.hangup()
    boris.wait_for_selector(".o-usu-Card-state:has-text('Ended')")
    fields = ["outcome", "note", "extension", "wait_seconds"]
    record = wait_for(
        lambda: [c for c in of_number(rpc, world.VIP, fields) if c["note"]],
        "the note is kept",
    )[0]
    assert (record["outcome"], record["extension"]) == ("answered", "102")
    assert record["note"] == "wants a new crown"
    pbx.wait_quiet()


def test_new_caller_is_filled_in_and_known_the_next_time(pbx, anna, shot):
    phone = telephone(pbx, "101")
    call = pbx.trunk_call(world.NEW, did=world.ONE)
    anna.wait_for_selector(f"{TITLE}:has-text('+7 916 111-00-03')")
    answered = phone.wait_call().answer()
    call.wait_answered()
    anna.fill(".o-usu-ClientForm [name=name]", "Olga Newman")
    anna.fill(".o-usu-ClientForm [name=company]", "Fresh Start")
    shot(anna, "call_new_client")
    anna.click(".o-usu-ClientForm [type=submit]")
    anna.wait_for_selector(f"{TITLE}:has-text('Fresh Start')")
    answered.hangup()
    anna.wait_for_selector(".o-usu-Card-state:has-text('Ended')")
    anna.click(".o-usu-Card-tool[title=Close]")
    pbx.wait_quiet()
    again = pbx.trunk_call(world.NEW, did=world.ONE)
    anna.wait_for_selector(f"{TITLE}:has-text('Fresh Start')")
    assert anna.locator(".o-usu-Card-name").inner_text() == "Olga Newman"
    again.hangup()
    anna.wait_for_selector(CARD, state="detached")
    pbx.wait_quiet()


def test_shared_number_offers_the_choice(pbx, anna, shot):
    telephone(pbx, "101")
    call = pbx.trunk_call(world.SHARED, did=world.ONE)
    anna.wait_for_selector(".o-usu-ClientChoice-item >> nth=1")
    shot(anna, "call_shared_number")
    anna.click(".o-usu-ClientChoice-item:has-text('Kirill')")
    anna.wait_for_selector(f"{TITLE}:has-text('Kirill Petrov')")
    call.hangup()
    pbx.wait_quiet()


def test_two_tabs_two_cards_one_sound_one_close(pbx, server, anna):
    context = anna.context
    context.add_init_script(LISTEN)
    anna.reload()
    anna.wait_for_selector(".o_main_navbar")
    other = context.new_page()
    other.goto(f"{server.url}/odoo")
    other.wait_for_selector(".o_main_navbar")
    tabs = [ready(anna), ready(other)]
    telephone(pbx, "101")
    call = pbx.trunk_call(world.VIP, did=world.ONE)
    for tab in tabs:
        tab.wait_for_selector(f"{TITLE}:has-text('Northern Light')")
    wait_for(lambda: sum(rings(tab) for tab in tabs), "a sound")
    anna.wait_for_timeout(500)
    assert sum(rings(tab) for tab in tabs) == 1
    other.click(".o-usu-Card-tool[title=Close]")
    for tab in tabs:
        tab.wait_for_selector(CARD, state="detached")
    call.hangup()
    pbx.wait_quiet()


def rings(tab):
    return tab.evaluate("sounds.filter((s) => s.includes('call-invitation')).length")


def test_two_calls_at_once_are_two_cards(pbx, anna, shot):
    phone = telephone(pbx, "101")
    first = pbx.trunk_call(world.VIP, did=world.ONE)
    phone.wait_call().answer()
    first.wait_answered()
    anna.wait_for_selector(".o-usu-Card-state:has-text('Talking')")
    second = pbx.trunk_call(world.SHARED, did=world.ONE)
    anna.wait_for_selector(f"{CARD} >> nth=1")
    shot(anna, "call_two_at_once")
    assert anna.locator(f"{CARD}:not(.o-collapsed)").count() == 1
    for call in (second, first):
        call.hangup()
    pbx.wait_quiet()


def test_card_on_a_narrow_screen(pbx, sign_in, shot):
    page = ready(sign_in("call_anna", size=(390, 844), is_mobile=True, has_touch=True))
    telephone(pbx, "101")
    call = pbx.trunk_call(world.VIP, did=world.ONE)
    ringing = f"{CARD}[data-tone=ring]"  # cards of the calls before may lie below
    page.wait_for_selector(f"{ringing} .o-usu-Card-title:has-text('Northern Light')")
    box = page.locator(ringing).bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert box["y"] >= 0 and box["y"] + box["height"] <= 844
    shot(page, "call_narrow")
    call.hangup()
    page.wait_for_selector(ringing, state="detached")
    pbx.wait_quiet()


def test_missed_call_becomes_a_task_and_calling_back_settles_it(pbx, login, rpc):
    number = "79161110009"
    phone = telephone(pbx, "101")
    call = pbx.trunk_call(number, did=world.ONE)
    phone.wait_call()
    call.hangup()
    pbx.wait_quiet()
    record = wait_for(
        lambda: [c for c in of_number(rpc, number, ["request_id"]) if c["request_id"]],
        "the missed call has a request",
        90,
    )[0]
    request = record["request_id"][0]
    outside = pbx.trunk()
    extension = login("call_anna")("usu.call.command", "dial", f"+{number}")
    assert extension == "101"
    mine = phone.wait_call().answer()
    outside.wait_call().answer()
    time.sleep(0.5)
    mine.hangup()
    pbx.wait_quiet()
    wait_for(
        lambda: not rpc("helpdesk.ticket", "read", [request], ["usu_open"])[0][
            "usu_open"
        ],
        "calling back settles it",
        90,
    )
