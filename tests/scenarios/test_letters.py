"""A letter's way, with a real Dovecot and a running Odoo: mailbox to desk."""

import contextlib
import subprocess
import time

import env
import pytest

from tests.dovecot import Dovecot, letter

KNOWN = "letters.known@home.test"


@pytest.fixture(scope="module")
def post():
    with Dovecot() as running:
        yield running


@pytest.fixture(scope="module", params=["imap", "pop"])
def mailbox(request, post, rpc):
    """A mailbox that Odoo collects; ``collect()`` runs both scheduled actions."""
    kind = request.param
    box = post.mailbox(f"{kind}@clinic.test")
    desk = rpc("helpdesk.ticket.team", "create", [{"name": f"Letters by {kind}"}])[0]
    box.desk, box.kind = desk, kind
    box.server_id = rpc(
        "fetchmail.server",
        "create",
        [
            {
                "name": f"Reception by {kind}",
                "server_type": kind,
                "server": "127.0.0.1",
                "port": post.imap_port if kind == "imap" else post.pop_port,
                "user": box.user,
                "password": box.password,
                "usu_intake": True,
                "usu_team_id": desk,
                "usu_address": box.user,
                "usu_check_dkim": False,
            }
        ],
    )[0]
    rpc("fetchmail.server", "button_confirm_login", [box.server_id])
    if not rpc("res.partner", "search", [["email", "=", KNOWN]]):
        rpc("res.partner", "create", [{"name": "Nora Known", "email": KNOWN}])

    def collect():
        for name in ("ir_cron_fetch", "ir_cron_process"):
            cron = rpc(
                "ir.model.data", "search_read", [["name", "=", name]], ["res_id"]
            )
            # the scheduler of the running server may be at it already
            with contextlib.suppress(RuntimeError):
                rpc("ir.cron", "method_direct_trigger", [cron[0]["res_id"]])

    box.collect = collect
    return box


def item(rpc, box, subject):
    """The one item of a letter; the scheduler of the server may have been first."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = rpc(
            "usu.intake.item",
            "search_read",
            [["subject", "=", subject], ["server_id", "=", box.server_id]],
            ["state", "heap", "ticket_id", "partner_id", "error", "sender"],
        )
        if found and found[0]["state"] != "new":
            break
        box.collect()
        time.sleep(0.2)
    assert len(found) == 1, (subject, found)
    return found[0]


def test_letter_of_a_known_client_becomes_a_routed_request(mailbox, rpc):
    subject = f"Hour on Friday ({mailbox.user})"
    mailbox.append(
        letter(sender=f"Nora <{KNOWN}>", subject=subject, files=[("a.pdf", b"x")])
    )
    mailbox.collect()
    found = item(rpc, mailbox, subject)
    assert found["state"] == "done", found
    request = rpc(
        "helpdesk.ticket",
        "read",
        [found["ticket_id"][0]],
        ["partner_id", "usu_channel", "usu_token", "message_ids"],
    )[0]
    assert request["partner_id"][1] == "Nora Known"
    assert request["usu_channel"] == "email"
    assert request["usu_token"], "no decision was recorded"
    messages = rpc(
        "mail.message",
        "search_read",
        [["id", "in", request["message_ids"]], ["subject", "=", subject]],
        ["body", "attachment_ids", "author_id"],
    )
    assert len(messages) == 1
    assert "free hour" in messages[0]["body"]
    assert len(messages[0]["attachment_ids"]) == 1
    assert not messages[0]["author_id"], "nothing proved the sender"


def test_letter_of_a_stranger_waits_and_leaves_nothing_behind(mailbox, rpc):
    subject = f"Buy this ({mailbox.user})"
    stranger = f"stranger.{mailbox.user}"
    mailbox.append(letter(sender=stranger, subject=subject))
    mailbox.collect()
    found = item(rpc, mailbox, subject)
    assert (found["state"], found["heap"]) == ("triage", "unknown")
    assert not found["ticket_id"]
    assert not rpc("res.partner", "search", [["email", "=", stranger]])


def test_letter_that_cannot_be_read_is_kept_with_its_error(mailbox, rpc):
    subject = f"Nested ({mailbox.user})"
    part = "Content-Type: multipart/mixed; boundary=b{0}\r\n\r\n--b{0}\r\n"
    nested = "".join(part.format(depth) for depth in range(2_000))
    raw = f"From: {KNOWN}\r\nSubject: {subject}\r\n{nested}".encode()
    mailbox.append(raw)
    mailbox.collect()
    found = item(rpc, mailbox, subject)
    assert found["state"] == "error"
    assert "Recursion" in found["error"]
    assert found["sender"] == KNOWN


def test_nothing_is_taken_twice_or_touched(mailbox, rpc):
    mailbox.collect()
    domain = [["server_id", "=", mailbox.server_id]]
    before = rpc("usu.intake.item", "search_count", domain)
    mailbox.collect()
    assert rpc("usu.intake.item", "search_count", domain) == before
    if mailbox.kind == "imap":  # by POP3 the server itself marks what it delivered
        assert mailbox.count("UNSEEN") == mailbox.count(), "reading must leave no trace"


def test_mailbox_health_shows_a_wrong_password_and_recovers(mailbox, rpc):
    def health_after(**vals):
        rpc("fetchmail.server", "write", [mailbox.server_id], vals)
        with contextlib.suppress(RuntimeError):  # the trouble itself, for the user
            rpc("fetchmail.server", "fetch_mail", [mailbox.server_id])
        fields = ["state", "error_message", "failures"]
        return rpc("usu.intake.mailbox", "read", [mailbox.server_id], fields)[0]

    health = health_after(password="wrong")
    assert health["state"] == "failing", health
    assert health["error_message"]
    health = health_after(password=mailbox.password)
    assert health["state"] == "ok", health


def test_listener_collects_a_letter_as_it_comes(mailbox, rpc, server):
    if mailbox.kind != "imap":
        return  # by POP3 no server tells that a letter has come
    names = [["name", "=", "ir_cron_fetch"]]
    cron = rpc("ir.model.data", "search_read", names, ["res_id"])[0]["res_id"]

    def last_run():
        return rpc("ir.cron", "read", [cron], ["lastcall"])[0]["lastcall"]

    def write(**vals):
        with contextlib.suppress(RuntimeError):  # it is running at this moment
            return rpc("ir.cron", "write", [cron], vals)

    # by the clock it would not run today: only somebody who wakes it makes it run
    until(lambda: write(nextcall="2099-01-01 00:00:00"))
    before = last_run()
    time.sleep(1.1)  # the time of a run is kept in seconds
    command = (f"--addons-path={env.ROOT / 'addons'}", "usu_mail_listen")
    listener = subprocess.Popen(
        [env.PYTHON, env.ODOO, *command, "-c", env.config(server.db)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: last_run() != before)  # it listens, and has looked once
        time.sleep(2)
        subject = "As it comes"
        mailbox.append(letter(sender=f"Nora <{KNOWN}>", subject=subject))
        until(lambda: rpc("usu.intake.item", "search", [["subject", "=", subject]]))
    finally:
        listener.terminate()
        listener.wait(30)
        until(lambda: write(nextcall="2026-01-01 00:00:00"))


def until(true, seconds=120):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.2)
