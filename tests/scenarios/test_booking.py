"""A visitor books in a browser, on a desk and on a telephone; the clinic sees it.

The service is the scenario's own: one doctor who is always there and a room. The
visitor chooses a day and a time, types who they are, gets a calendar file, moves and
cancels by the page of the visit; a second one who pressed too late gets other times.
"""

import re
import urllib.request

import pytest
from icalendar import Calendar

WAIT = 60000
DAYS = ".o-usu-Booking-month td > a"
TIMES = ".o-usu-Booking-times button"
SEND = "form[data-captcha] button[type=submit]"
SCREENS = {"desk": (1366, 768), "telephone": (390, 844)}


@pytest.fixture(scope="module")
def service(rpc):
    """A service with one doctor and one room, always open."""
    rules = rpc("usu.guard.rule", "search", [["action", "like", "booking_"]])
    names = ("address_soft", "address_hard", "address_day", "subject_soft")
    free = dict.fromkeys((*names, "subject_hard", "site_soft"), 0)
    rpc("usu.guard.rule", "write", rules, free)
    hours = {"calendar_id": False, "tz": "Asia/Kolkata"}
    people = [
        rpc(
            "resource.resource",
            "create",
            {"name": name, "resource_type": kind, **hours},
        )
        for name, kind in (("Dr. Scenario", "user"), ("Room 7", "material"))
    ]
    desk = rpc("helpdesk.ticket.team", "create", {"name": "Scenario appointments"})
    vals = {
        "name": "Scenario visit",
        "published": True,
        "desk_id": desk,
        "tz": "Asia/Kolkata",
        "doctor_ids": [[6, 0, people[:1]]],
        "room_ids": [[6, 0, people[1:]]],
        "open_limit": 0,
    }
    return rpc("usu.booking.service", "create", vals)


def choose(page, server, service, day=3, time=4):
    """A day and a time; the address of the form that follows."""
    page.goto(f"{server.url}/book/{service}")
    page.locator(DAYS).nth(day).click()
    page.wait_for_load_state("networkidle")
    page.locator(TIMES).nth(time).click()
    page.wait_for_selector(SEND)


def fill_in(page, name, phone, email):
    page.fill("#name", name)
    page.fill("#phone", phone)
    page.fill("#email", email)
    page.check("#consent")
    page.click(SEND)
    page.wait_for_selector("text=Your appointment is booked.", timeout=WAIT)
    return page.url.partition("?")[0]


def read_ics(link):
    with urllib.request.urlopen(f"{link}/visit.ics", timeout=60) as answer:
        calendar = Calendar.from_ical(answer.read())
    return calendar, calendar.walk("VEVENT")[0]


def booking_of(rpc, link):
    found = re.search(r"/book/visit/(\d+)-", link)
    names = [
        "state",
        "name",
        "ticket_id",
        "event_id",
        "partner_id",
        "sequence",
        "room_id",
    ]
    return rpc("usu.booking", "read", [int(found[1])], names)[0]


@pytest.mark.parametrize("screen", SCREENS)
def test_a_visitor_books_moves_and_cancels(
    screen, server, rpc, service, open_page, shot
):
    """Another zone than the clinic's, both shown; one entry in any calendar."""
    page = open_page(SCREENS[screen], timezone_id="Europe/Moscow", locale="en-US")
    page.set_default_timeout(WAIT)
    page.goto(f"{server.url}/book")
    page.click("text=Scenario visit")
    page.wait_for_selector(".o-usu-Booking-zone:has-text('Europe/Moscow')")
    assert "Asia/Kolkata" in page.inner_text(".o-usu-Booking-zone")
    shot(page, f"booking-{screen}-times", full_page=True)
    choose(page, server, service, day=3 + list(SCREENS).index(screen))
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, "nothing is to be scrolled sideways"
    page.click(SEND)
    page.wait_for_selector(".invalid-feedback >> nth=0")
    shot(page, f"booking-{screen}-details", full_page=True)
    number = f"+91 98300 4000{len(screen)}"
    link = fill_in(page, "Meera Nair", number, f"meera@{screen}.example")
    shot(page, f"booking-{screen}-booked", full_page=True)

    booking = booking_of(rpc, link)
    assert booking["state"] == "booked"
    assert all(booking[name] for name in ("ticket_id", "event_id", "partner_id"))
    assert booking["room_id"][1] == "Room 7"
    calendar, first = read_ics(link)
    assert (str(calendar["METHOD"]), int(first["SEQUENCE"])) == ("REQUEST", 0)

    page.click("a:has-text('Move')")
    page.locator(DAYS).nth(8).click()
    page.wait_for_load_state("networkidle")
    page.locator(TIMES).nth(7).click()
    page.wait_for_selector("text=Your appointment was moved.")
    _calendar, moved = read_ics(link)
    assert (str(moved["UID"]), int(moved["SEQUENCE"])) == (str(first["UID"]), 1)
    assert moved["DTSTART"].dt != first["DTSTART"].dt

    page.click("text=Cancel this appointment")
    page.click("text=Yes, cancel it")
    page.wait_for_selector("text=This appointment is cancelled.")
    calendar, gone = read_ics(link)
    assert (str(calendar["METHOD"]), int(gone["SEQUENCE"])) == ("CANCEL", 2)
    assert str(gone["UID"]) == str(first["UID"])
    assert booking_of(rpc, link)["state"] == "cancelled"


def test_who_is_too_late_chooses_another_time_by_keyboard(
    server, rpc, service, open_page
):
    """Two windows show the same time; the second visitor needs no mouse."""
    fast, late = (open_page(timezone_id="Asia/Kolkata") for _n in range(2))
    for page in (fast, late):
        page.set_default_timeout(WAIT)
        page.goto(f"{server.url}/book/{service}")
        page.locator(DAYS).nth(12).click()
        page.wait_for_load_state("networkidle")
    fast.locator(TIMES).nth(2).click()
    fast.wait_for_selector(SEND)
    late.locator(TIMES).nth(2).press("Enter")
    late.wait_for_selector("text=This time has just been taken.")
    late.locator(".alert button").first.press("Enter")
    late.wait_for_selector(SEND)
    link = fill_in(fast, "Fast", "+91 98300 41111", "fast@visit.example")
    other = fill_in(late, "Late", "+91 98300 42222", "late@visit.example")
    assert link != other
    assert {booking_of(rpc, one)["state"] for one in (link, other)} == {"booked"}
