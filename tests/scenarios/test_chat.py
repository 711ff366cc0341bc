"""The site chat with two real browsers: a visitor and an employee in Discuss.

The visitor comes on Odoo's own site and on a page of another origin that embeds the
chat: form, proof of work, first message; the employee gets the pop-up, sees the
dialogue red, answers; the visitor hears and sees the answer, and it is red no more.
Parallel visitors go to different employees. With nobody there the question is kept
and the visitor is told when the answer comes.
"""

import base64
import json
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import altcha.v2 as altcha
import pytest
from _chat_world import (
    LAUNCHER,
    LISTEN,
    WAIT,
    absent,
    desk_of,
    fill_in,
    foreign_site,
    present,
    write,
)


@pytest.fixture(scope="module")
def desk(rpc, server):
    return desk_of(rpc, server)


@pytest.fixture(params=["own site", "foreign site"])
def place(request, server, desk):
    if request.param == "own site":
        yield f"{server.url}/contactus?token=secret"
    else:
        with foreign_site(server, desk["channel"]) as url:
            yield url


def test_visitor_writes_and_an_employee_answers(
    place, rpc, desk, sign_in, open_page, shot
):
    kind = "foreign" if "localhost" in place else "own"
    staff = sign_in("chat_anna", path="/odoo/discuss")
    staff.wait_for_selector(".o-mail-Discuss", timeout=WAIT)
    visitor = open_page()
    visitor.add_init_script(LISTEN)
    visitor.goto(place)
    visitor.wait_for_selector(LAUNCHER, timeout=3 * WAIT)
    assert "Online now" in visitor.get_attribute(LAUNCHER, "aria-label")
    shot(visitor, f"chat_launcher_{kind}")
    phone = "+374 77 111222" if kind == "own" else "+374 77 333444"
    fill_in(visitor, f"Marta {kind}", phone)
    write(visitor, "How much is a blood test?")
    visitor.wait_for_selector(
        ".o-mail-Message:not(.o-pending) >> text=How much is a blood test?",
        timeout=WAIT,
    )

    # the employee: a pop-up that opens the dialogue, which is red
    staff.wait_for_selector(f".o-usu-Task >> text=Marta {kind}", timeout=WAIT)
    row = staff.wait_for_selector(
        f".o-usu-waiting:has-text('Marta {kind}')", timeout=WAIT
    )
    shot(staff, f"chat_red_{kind}")
    assert "waiting 0 min" in row.inner_text()
    staff.click(f".o_notification:has-text('Marta {kind}') button:has-text('Open')")
    staff.wait_for_selector("text=How much is a blood test?", timeout=WAIT)
    panel = staff.wait_for_selector(".o-usu-Panel", timeout=WAIT)
    staff.wait_for_selector(".o-usu-Panel >> text=Dr. House", timeout=WAIT)
    text = panel.inner_text()
    assert place.split("?")[0] in text and "secret" not in text
    shot(staff, f"chat_panel_{kind}")

    # the answer
    tones = visitor.evaluate("window.tones")
    write(staff, "20 euro, without an appointment.")
    visitor.wait_for_selector("text=20 euro, without an appointment.", timeout=WAIT)
    visitor.wait_for_function("before => window.tones > before", arg=tones)
    staff.wait_for_selector(".o-usu-waiting", state="detached", timeout=WAIT)
    staff.wait_for_selector(".o-usu-Task", state="detached", timeout=WAIT)
    shot(visitor, f"chat_dialogue_{kind}")

    dialogue = rpc(
        "discuss.channel",
        "search_read",
        [["livechat_channel_id", "=", desk["channel"]]],
        ["usu_request_id", "usu_waiting_since", "usu_start_page", "usu_address"],
        limit=1,
        order="id desc",
    )[0]
    assert dialogue["usu_address"] == "127.0.0.1"
    assert dialogue["usu_start_page"] == place.split("?")[0]
    assert not dialogue["usu_waiting_since"]
    request = rpc(
        "helpdesk.ticket",
        "read",
        [dialogue["usu_request_id"][0]],
        ["user_id", "team_id", "usu_channel"],
    )[0]
    assert request["user_id"][0] == desk["users"]["chat_anna"]
    assert request["team_id"][0] == desk["team"]

    # after a reload the dialogue is still there
    visitor.reload()
    visitor.wait_for_selector("text=20 euro, without an appointment.", timeout=3 * WAIT)
    staff.context.close()
    absent(rpc, desk)


def test_with_nobody_there_the_visitor_is_told_and_the_question_kept(
    server, rpc, desk, open_page, shot
):
    absent(rpc, desk)
    visitor = open_page(size=(390, 844))
    visitor.goto(f"{server.url}/contactus")
    visitor.wait_for_selector(LAUNCHER, timeout=3 * WAIT)
    assert "Online now" not in visitor.get_attribute(LAUNCHER, "aria-label")
    shot(visitor, "chat_launcher_phone")
    fill_in(visitor, "Night Owl", phone="+374 77 000111")
    write(visitor, "Are you there?")
    visitor.wait_for_selector("text=we have your question", timeout=WAIT)
    shot(visitor, "chat_offline_phone")
    found = rpc(
        "helpdesk.ticket",
        "search_read",
        [["team_id", "=", desk["team"]], ["partner_name", "=", "Night Owl"]],
        ["user_id", "usu_waiting_since"],
    )
    assert len(found) == 1
    assert not found[0]["user_id"] and found[0]["usu_waiting_since"]


def open_by_program(server, channel, name):
    """One visitor without a browser, who solves the proof honestly."""

    def ask(persisted, **extra):
        params = {"channel_id": channel, "persisted": persisted, **extra}
        request = urllib.request.Request(
            f"{server.url}/im_livechat/cors/get_session",
            json.dumps({"jsonrpc": "2.0", "params": params}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)["result"]

    preview = ask(False)
    proof = ""
    if preview["usu_challenge"]["provider"] == "usu":
        parts = {
            key: preview["usu_challenge"][key] for key in ("parameters", "signature")
        }
        challenge = altcha.Challenge.from_dict(parts)
        solution = altcha.solve_challenge(challenge)
        text = json.dumps({"challenge": parts, "solution": solution.to_dict()})
        proof = base64.b64encode(text.encode()).decode()
    first = preview["usu_form"]["questions"][0]["id"]
    return ask(True, usu_proof=proof, usu_answers={str(first): name})


def test_parallel_visitors_go_to_different_employees(server, rpc, desk):
    absent(rpc, desk)
    earlier = rpc("helpdesk.ticket", "search", [["team_id", "=", desk["team"]]])
    # closed, not deleted: the choice of a deleted request counts for a minute more
    closed = rpc("helpdesk.ticket.stage", "search", [["closed", "=", True]], limit=1)
    rpc("helpdesk.ticket", "write", earlier, {"stage_id": closed[0]})
    present(rpc, desk)
    with ThreadPoolExecutor(4) as pool:
        results = list(
            pool.map(
                lambda n: open_by_program(server, desk["channel"], f"Parallel {n}"),
                range(4),
            )
        )
    assert not [r["usu_error"] for r in results if "usu_error" in r]
    dialogues = rpc(
        "discuss.channel",
        "read",
        [r["channel_id"] for r in results],
        ["usu_request_id"],
    )
    requests = rpc(
        "helpdesk.ticket",
        "read",
        [d["usu_request_id"][0] for d in dialogues],
        ["user_id"],
    )
    taken = sorted(request["user_id"][0] for request in requests)
    assert len(set(taken)) == 4, "each to another employee"
    absent(rpc, desk)
