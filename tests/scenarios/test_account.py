"""Registration and the personal account in a real browser, on a desk and a telephone.

A visitor fills in the form (the proof of work is computed as always), opens the link of
the letter, chooses a password, and sees the request in the account; then adds an
address, agrees to letters, downloads the data. Where axe-core is at hand (USU_AXE names
the file), every page is checked with it.
"""

import json
import os
import re
from pathlib import Path

import pytest

WAIT = 20000
SIZES = {"desk": (1366, 768), "telephone": (390, 844)}
AXE = Path(os.environ.get("USU_AXE", "/nonexistent"))


@pytest.fixture(scope="module")
def form(rpc, server):
    """A form that asks two questions; the visitors of these tests share an address."""
    rpc("ir.config_parameter", "set_param", "web.base.url", server.url)
    rules = rpc("usu.guard.rule", "search", [["action", "in", ["register", "signup"]]])
    none = ("address_soft", "address_hard", "address_day", "site_soft")
    rpc("usu.guard.rule", "write", rules, dict.fromkeys(none, 0))
    texts = rpc("usu.consent.text", "search", [])
    return rpc(
        "usu.intake.form",
        "create",
        [
            {
                "name": "Scenario form",
                "code": "scenario",
                "confirm_by": "choice",
                "consent_text_ids": [[6, 0, texts]],
                "question_ids": [
                    [0, 0, {"name": "What hurts?", "kind": "longtext"}],
                    [0, 0, {"name": "Since when?", "kind": "date", "required": True}],
                ],
            }
        ],
    )[0]


@pytest.fixture(scope="module")
def known(rpc):
    """A client of the clinic before any of this."""
    vals = {"name": "Known Client", "email": "known.client@x.example"}
    return rpc("res.partner", "create", [vals])[0]


def letter(rpc, email):
    mails = rpc("mail.mail", "search_read", [["email_to", "=", email]], ["body_html"])
    found = re.search(r"https?://[^\"' ]+/registration/confirm/[\w.-]+", str(mails[:1]))
    return found[0]


def check(page, shot, name):
    """Nothing sticks out sideways; axe-core finds nothing grave."""
    shot(page, name, full_page=True)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], f"{name} is too wide: {width}"
    if not AXE.exists():
        return
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document.querySelector('#wrap'))")
    grave = [
        (v["id"], v["impact"], [n["target"] for n in v["nodes"]])
        for v in found["violations"]
        if v["impact"] in ("critical", "serious")
    ]
    assert not grave, f"{name}: {grave}"


def ready(page):
    """The form's script is there."""
    field = "input[name=usu_guard_proof]"
    page.wait_for_selector(field, state="attached", timeout=60000)


def send_form(page, server, email, confirm="email"):
    page.goto(f"{server.url}/registration/scenario")
    ready(page)
    page.fill("#name", "Vera Visitor")
    page.fill("#email", email)
    page.fill("#phone", "+91 98111 55566")
    page.check(f"#confirm_{confirm}")
    page.fill("textarea[name^=q_]", "My tooth, <b>badly</b>")
    page.fill("input[type=date]", "2026-01-31")
    for box in page.query_selector_all("input[type=checkbox][name^=c_]"):
        box.check()
    page.click("button[type=submit]:has-text('Send the registration')")
    page.wait_for_url("**/registration/wait/**", timeout=60000)


@pytest.mark.parametrize("size", SIZES)
def test_whole_registration(size, server, rpc, form, open_page, shot):
    page = open_page(SIZES[size])
    email = f"vera.{size}@x.example"
    page.goto(f"{server.url}/registration/scenario")
    check(page, shot, f"account_{size}_form")
    send_form(page, server, email)
    check(page, shot, f"account_{size}_wait")
    assert page.is_visible("text=Please look into your mailbox")

    page.goto(letter(rpc, email))
    check(page, shot, f"account_{size}_link")
    state = [["email", "=", email]], ["state", "request_id"]
    row = rpc("usu.intake.registration", "search_read", *state)[0]
    assert row["state"] == "waiting", "opening the link changed something"
    page.click("text=Yes, confirm")
    page.wait_for_selector("text=Thank you, that is confirmed", timeout=WAIT)
    check(page, shot, f"account_{size}_confirmed")
    row = rpc("usu.intake.registration", "search_read", *state)[0]
    assert row["state"] == "done"
    channel = rpc("helpdesk.ticket", "read", row["request_id"][0], ["usu_channel"])
    assert channel[0]["usu_channel"] == "form"

    page.click("text=Choose a password")
    page.wait_for_selector("#password", timeout=WAIT)
    assert page.input_value("#login") == email
    page.fill("#password", "a-long-password")
    page.fill("#confirm_password", "a-long-password")
    page.click(".oe_signup_form button[type=submit]")
    page.wait_for_selector(".o-usu-Account", timeout=60000)
    assert page.is_visible(".o-usu-Account >> text=Scenario form: Vera Visitor")
    check(page, shot, f"account_{size}_account")

    use_account(page, rpc, email)


def use_account(page, rpc, email):
    """Add an address, withdraw a consent, take the data home."""
    page.fill("#add_email", f"second.{email}")
    page.click("form:has(#add_email) button")
    page.wait_for_selector("text=We have sent a letter there", timeout=WAIT)
    assert not page.is_visible(f"#contacts >> text=second.{email}")
    page.goto(letter(rpc, f"second.{email}"))
    page.click("text=Yes, confirm")
    page.click("#wrap >> text=My account")
    page.wait_for_selector(f"#contacts >> text=second.{email}", timeout=WAIT)

    page.click("#consents form:has-text('News by e-mail') button")
    page.wait_for_selector("text=You have withdrawn it", timeout=WAIT)
    with page.expect_download() as download:
        page.click("text=Download all my data")
    data = json.loads(Path(download.value.path()).read_text())
    assert (
        data["registrations"][0]["answers"]["What hurts?"] == "My tooth, <b>badly</b>"
    )
    assert {c["withdrawn"] != "" for c in data["consents"]} == {True, False}


def test_code_by_text_message_with_the_keyboard_alone(
    server, rpc, form, open_page, shot
):
    page = open_page(SIZES["telephone"])
    send_form(page, server, "keys@x.example", confirm="phone")
    check(page, shot, "account_telephone_code")
    found = rpc(
        "sms.sms", "search_read", [["number", "=", "+919811155566"]], ["body"], limit=1
    )
    code = re.search(r"\d{6}", found[0]["body"])[0]
    page.focus("#code")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=You are registered", timeout=WAIT)


def test_known_client_sees_what_a_stranger_sees(
    server, rpc, form, known, open_page, shot
):
    texts = []
    for email in ("known.client@x.example", "known.nobody@x.example"):
        page = open_page()
        send_form(page, server, email)
        texts.append(page.inner_text("#wrap"))
    assert texts[0] == texts[1]
    page.goto(letter(rpc, "known.client@x.example"))
    page.click("text=Yes, confirm")
    page.wait_for_selector("text=Thank you, that is confirmed", timeout=WAIT)
    domain = [["email", "=", "known.client@x.example"]]
    row = rpc("usu.intake.registration", "search_read", domain, ["partner_id"])[0]
    assert row["partner_id"][0] == known


def test_form_says_what_is_missing(server, form, open_page, shot):
    page = open_page(SIZES["telephone"])
    page.goto(f"{server.url}/registration/scenario")
    ready(page)
    page.evaluate("document.querySelector('form[data-captcha]').noValidate = true")
    page.fill("#email", "nobody")
    page.click("button[type=submit]:has-text('Send the registration')")
    page.wait_for_selector("#problems", timeout=60000)
    assert page.input_value("#email") == "nobody"
    page.click("#problems >> text=E-mail")
    assert page.evaluate("location.hash") == "#email"
    check(page, shot, "account_telephone_problems")


def test_registration_in_hindi(server, rpc, form, open_page, shot):
    """The same page in another script; nothing sticks out."""
    inactive = {"context": {"active_test": False}}
    lang = rpc("res.lang", "search", [["code", "=", "hi_IN"]], **inactive)
    vals = {"lang_ids": [[6, 0, lang]]}
    vals["website_ids"] = [[6, 0, rpc("website", "search", [])]]
    wizard = rpc("base.language.install", "create", vals)
    rpc("base.language.install", "lang_install", [wizard])
    page = open_page(SIZES["telephone"])
    page.goto(f"{server.url}/hi/registration/scenario")
    assert page.inner_text("button:has-text('पंजीकरण भेजें')")
    assert page.inner_text("label[for=name]").startswith("नाम")
    check(page, shot, "account_telephone_hindi")
