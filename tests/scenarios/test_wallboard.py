"""The wallboard of a head on a running server: a figure leads to its request."""

import env
import pytest

DESK = ".o-usu-Desk[data-desk='{}']"
BUS_ALONE = """
    const every = window.setInterval;
    window.setInterval = (work, delay, ...rest) =>
        delay === 30000 ? 0 : every.call(window, work, delay, ...rest);
"""
RECEIVE = """
from odoo.addons.usu_routing.tools.values import Contact
desk = env["helpdesk.ticket.team"].browse({desk})
receipt = env["usu.routing"]._receive(
    Contact(name="Wall Visitor"), desk=desk, channel="chat", title="How much is it?"
)
env.cr.commit()
print("REQUEST", receipt.request_id)
"""


@pytest.fixture(scope="module")
def clinic_ids(rpc):
    """A desk with an employee and its head."""

    def group(name, module="usu_routing"):
        return rpc("ir.model.data", "check_object_reference", module, name)[1]

    def user(login, group_id):
        vals = {"name": login, "login": login, "password": login}
        return rpc("res.users", "create", {**vals, "group_ids": [[4, group_id]]})

    employee = user("wall_anna", group("usu_routing_group_user"))
    head = user("wall_head", group("usu_routing_group_head"))
    board = group("usu_routing_reports_group_board", "usu_routing_reports")
    user("wall_screen", board)
    desk = rpc(
        "helpdesk.ticket.team",
        "create",
        {"name": "Wall desk", "user_ids": [[6, 0, [employee]]], "user_id": head},
    )
    return {"desk": desk, "employee": employee}


def board_of_head(sign_in, server, desk):
    page = sign_in("wall_head")
    page.add_init_script(BUS_ALONE)
    page.goto(f"{server.url}/odoo/desk-wallboard", wait_until="commit", timeout=60000)
    page.wait_for_selector(DESK.format(desk), timeout=60000)
    page.wait_for_function(
        """() => {
            const bus = odoo.__WOWL_DEBUG__?.root.env.services.bus_service;
            return bus?.workerState === "CONNECTED" || bus?.isActive;
        }"""
    )
    page.wait_for_timeout(500)
    return page


def shows(page, desk, kind, value):
    """Wait until a figure is this."""
    place = f"{DESK.format(desk)} .o-usu-Figure-{kind} .o-usu-Figure-value"
    page.wait_for_function(
        "([place, value]) => document.querySelector(place)?.innerText === value",
        arg=[place, value],
        timeout=40000,
    )


def test_a_visitor_who_waits_shows_on_the_wall_until_the_answer(
    sign_in, server, rpc, clinic_ids, shot
):
    """The request is made by another process, and the head's board does not look by
    itself: what changes it is the bus."""
    desk = clinic_ids["desk"]
    screen = sign_in("wall_screen", path="/odoo/desk-wallboard")
    page = board_of_head(sign_in, server, desk)
    screen.wait_for_selector(DESK.format(desk), timeout=60000)
    shows(page, desk, "waiting", "0")
    page.evaluate("window.sameBoard = true")
    answer = env.shell(server.db, RECEIVE.format(desk=desk))
    request = int(answer.split("REQUEST")[1])
    shows(page, desk, "waiting", "1")
    assert page.evaluate("window.sameBoard"), "the page was not loaded again"
    shot(page, "wallboard")

    # the screen on the wall shows the same, no word of the client, and opens nothing
    shows(screen, desk, "waiting", "1")
    screen.locator(f"{DESK.format(desk)} .o-usu-Figure-waiting").click()
    screen.wait_for_timeout(500)
    assert screen.locator(DESK.format(desk)).count() == 1
    assert "Wall Visitor" not in screen.content()

    # an answer takes it from the wall
    vals = {"message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
    rpc("helpdesk.ticket", "message_post", [request], body="Forty.", **vals)
    shows(page, desk, "waiting", "0")
    shows(page, desk, "level", "100 %")


def test_a_figure_leads_to_the_request(sign_in, server, rpc, clinic_ids):
    desk = clinic_ids["desk"]
    answer = env.shell(server.db, RECEIVE.format(desk=desk))
    request = int(answer.split("REQUEST")[1])
    page = board_of_head(sign_in, server, desk)
    shows(page, desk, "waiting", "1")
    page.locator(f"{DESK.format(desk)} .o-usu-Figure-waiting").click()
    row = page.locator(".o_data_row")
    row.first.wait_for(timeout=15000)
    assert row.count() == 1
    assert "How much is it?" in row.inner_text()
    row.locator("td[name=title]").click()
    page.wait_for_url(f"**/{request}*", timeout=15000)
    page.wait_for_selector(".o_form_view", timeout=15000)
