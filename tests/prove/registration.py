"""What must hold for the registration form when several processes answer at once.

    ./usu prove registration [--rounds N]

R1 the same page sent by eight clicks at one moment is one registration; R2 the button
of a letter pressed eight times at one moment registers one client and one request; R3
a thousand forms without a proof store nothing, and with proofs one address gets no more
than its limit. Nobody meets an error page.
"""

import argparse
import base64
import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path

import altcha.v2 as altcha

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

import env as tools  # noqa: E402

CLICKS = 8
FLOOD = 1000
SOFT = 5
PAGE = "/registration/client"
NONE = "address_soft = 0, address_hard = 0, address_day = 0, site_soft = 0"
INPUT = re.compile(r"<input\b[^>]*>", re.DOTALL)
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


class Visitor:
    """A browser without a screen: cookies, forms, the proof."""

    def __init__(self, url):
        self.url = url
        self.cookies = CookieJar()

    def open(self, path, data=None, headers=None):
        """:return: status, text; redirects are followed"""
        opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.cookies)
        )
        request = urllib.request.Request(self.url + path, data, headers or {})
        try:
            with opener.open(request, timeout=120) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def send(self, path, fields):
        return self.open(path, urllib.parse.urlencode(fields).encode())

    def hidden(self, path, action):
        page = self.open(path)[1]
        form = page[page.index(f'action="{action}"') :].split("</form>")[0]
        tags = (dict(ATTRIBUTE.findall(tag)) for tag in INPUT.findall(form))
        return {
            tag["name"]: unescape(tag.get("value", ""))
            for tag in tags
            if tag.get("type") == "hidden"
        }

    def proof(self):
        call = {"jsonrpc": "2.0", "method": "call", "params": {"action": "register"}}
        answer = self.open(
            "/usu_guard/challenge",
            json.dumps(call).encode(),
            {"Content-Type": "application/json"},
        )
        given = json.loads(answer[1])["result"]
        if given.get("code"):
            return ""
        parts = {key: given[key] for key in ("parameters", "signature")}
        solution = altcha.solve_challenge(altcha.Challenge.from_dict(parts))
        text = json.dumps({"challenge": parts, "solution": solution.to_dict()})
        return base64.b64encode(text.encode()).decode()

    def filled(self, email, proof=True):
        fields = self.hidden(PAGE, PAGE)
        seals = [name[5:] for name in fields if name.startswith("seal_")]
        return {
            **fields,
            **{f"c_{text}": "yes" for text in seals},
            "name": "Vera Visitor",
            "email": email,
            "usu_guard_proof": self.proof() if proof else "",
        }


class World:
    def __init__(self, db, server):
        self.db, self.url = db, server.url
        self.sql("UPDATE usu_guard_rule SET " + NONE)

    def sql(self, query):
        return tools.cluster.sql(query, self.db)

    def count(self, what, email):
        return int(
            self.sql(f"SELECT count(*) FROM {what} WHERE email = '{email}'")[0][0]
        )

    def together(self, work):
        """The answers of ``CLICKS`` calls at one moment."""
        with ThreadPoolExecutor(CLICKS) as pool:
            return list(pool.map(lambda _n: work(), range(CLICKS)))


def same_page(world, number):
    """:return: registrations of one page sent by many clicks, error pages"""
    email = f"page{number}@x.example"
    visitor = Visitor(world.url)
    fields = visitor.filled(email)
    answers = world.together(lambda: visitor.send(PAGE, fields))
    faults = sum(status >= 500 for status, _text in answers)
    return world.count("usu_intake_registration", email), faults


def same_button(world, number):
    """:return: requests and clients of one button pressed many times, error pages"""
    email = f"button{number}@x.example"
    visitor = Visitor(world.url)
    visitor.send(PAGE, visitor.filled(email))
    mails = world.sql(f"SELECT body_html FROM mail_mail WHERE email_to = '{email}'")
    link = re.search(r"/registration/confirm/[\w.-]+", str(mails))[0]
    fields = visitor.hidden(link, link)
    answers = world.together(lambda: visitor.send(link, fields))
    faults = sum(status >= 500 for status, _text in answers)
    requests = world.sql(
        "SELECT count(*) FROM helpdesk_ticket t JOIN usu_intake_registration r"
        f" ON t.usu_external_id = 'form:' || r.key WHERE r.email = '{email}'"
    )
    return int(requests[0][0]), world.count("res_partner", email), faults


def flood(world):
    """:return: what a program stored without proofs, and a patient one with them"""
    visitor = Visitor(world.url)
    bare = visitor.filled("flood@x.example", proof=False)
    with ThreadPoolExecutor(CLICKS) as pool:
        list(pool.map(lambda _n: visitor.send(PAGE, bare), range(FLOOD)))
    without = world.count("usu_intake_registration", "flood@x.example")
    world.sql(
        f"UPDATE usu_guard_rule SET address_soft = {SOFT} WHERE action = 'register'"
    )
    return without


def patient(db):
    """The same with proofs, behind the limits as they are delivered."""
    with tools.Server(db, workers=2, name="registration") as server:
        world = World.__new__(World)
        world.db, world.url = db, server.url
        for number in range(SOFT * 4):
            visitor = Visitor(server.url)
            visitor.send(PAGE, visitor.filled(f"patient{number}@x.example"))
        found = world.sql(
            "SELECT count(*) FROM usu_intake_registration WHERE email LIKE 'patient%'"
        )
        return int(found[0][0])


def main(argv):
    parser = argparse.ArgumentParser(prog="prove registration")
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args(argv)
    with tools.scratch("usu_intake_account") as db:
        with tools.Server(db, workers=4, name="registration") as server:
            world = World(db, server)
            pages = [same_page(world, n) for n in range(options.rounds)]
            buttons = [same_button(world, n) for n in range(options.rounds)]
            without = flood(world)
        # a new server: rules are cached in each process
        tools.cluster.sql("TRUNCATE usu_guard_hit", db)
        kept = patient(db)
    rows = {
        "R1 registrations of one page": (sorted({p[0] for p in pages}), [1]),
        "R2 requests of one button": (sorted({b[0] for b in buttons}), [1]),
        "R2 clients of one button": (sorted({b[1] for b in buttons}), [1]),
        "R3 stored without a proof": (without, 0),
        "R3 stored with proofs, one address": (kept, SOFT),
        "error pages": (sum(p[-1] for p in pages + buttons), 0),
    }
    for name, (found, meant) in rows.items():
        print(
            f"{name:36} {found!s:>8}  {'ok' if found == meant else 'NOT ' + str(meant)}"
        )
    print(json.dumps({name: found for name, (found, _meant) in rows.items()}))
    return int(any(found != meant for found, meant in rows.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
