"""What the site chat costs beside plain live chat, in one run.

    ./usu bench chat [--quick]

Two live chat channels of one database, one plain and one bound to a desk, are opened
in turn: queries (exact, from the server's log) and milliseconds of the page's first
call, the window, the first message with its session, a message, a refused opening.
Then the bytes a visitor loads with and without the addons. Prints; judges nothing.
"""

import argparse
import base64
import gzip
import json
import re
import statistics
import sys
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import altcha.v2 as altcha  # noqa: E402
import env as tools  # noqa: E402

SEED = """
from odoo import Command
user = env["res.users"].create({"name": "Bench", "login": "bench", "group_ids": [
    Command.link(env.ref("usu_routing.usu_routing_group_user").id),
    Command.link(env.ref("im_livechat.im_livechat_group_user").id)]})
desk = env["helpdesk.ticket.team"].create(
    {"name": "Bench", "user_ids": [Command.set(user.ids)]})
desk.usu_agent_ids.capacity_chat = 0
env["usu.guard.rule"].search([("action", "like", "chat_")]).write(dict.fromkeys(
    ("address_soft", "address_hard", "address_day", "subject_soft", "subject_hard",
     "site_soft"), 0))
def chat(**vals):
    return env["im_livechat.channel"].create(
        {"name": "Bench", "user_ids": [Command.set(user.ids)], **vals}).id
plain = chat()
ours = chat(usu_desk_id=desk.id, usu_question_ids=[
    Command.create({"name": "Your name", "role": "name", "required": True}),
    Command.create({"name": "Telephone", "kind": "phone", "role": "phone"}),
    Command.create({"name": "Question", "kind": "text"})])
env["ir.config_parameter"].set_param("web.base.url", "%s")
env.cr.commit()
print("SEEDED", plain, ours, user.id)
"""
PRESENT = """
env["mail.presence"]._update_presence(env["res.users"].browse(%d))
env.cr.commit()
"""
LINE = re.compile(r'"POST (\S+) HTTP/1.1" 200 - (\d+) ([\d.]+) ([\d.]+)')


class Visitor:
    """A browser's calls from a foreign page, without the browser."""

    def __init__(self, server, channel, ours):
        self.server, self.channel, self.ours = server, channel, ours
        self.times = {}

    def call(self, name, route, params):
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        request = urllib.request.Request(
            self.server.url + route, body.encode(), {"Content-Type": "application/json"}
        )
        began = time.perf_counter()
        with urllib.request.urlopen(request, timeout=60) as response:
            answer = json.load(response)
        spent = (time.perf_counter() - began) * 1000
        if "error" in answer:
            raise RuntimeError(answer["error"]["data"]["message"])
        self.times.setdefault(name, []).append((spent, self.queries(route)))
        return answer["result"]

    def queries(self, route):
        """Of the last request; the server writes its line after the answer."""
        for _try in range(200):
            found = LINE.findall(self.server.log.read_text(errors="replace")[-3000:])
            if found and found[-1][0] == route:
                count = len(self.times.get("lines", ()))
                self.times.setdefault("lines", []).append(count)
                return int(found[-1][1])
            time.sleep(0.005)
        return 0

    def walk(self, number, phone):
        root = "/im_livechat/cors"
        self.call(
            "page",
            f"{root}/action",
            {"fetch_params": [["init_livechat", self.channel]]},
        )
        session = {"channel_id": self.channel, "previous_operator_id": None}
        shown = self.call(
            "window", f"{root}/get_session", {**session, "persisted": False}
        )
        extra = self.proved(shown, phone) if self.ours else {}
        if self.ours:
            self.call(
                "refused",
                f"{root}/get_session",
                {**session, "persisted": True, **extra, "usu_proof": "x"},
            )
        opened = self.call(
            "opened", f"{root}/get_session", {**session, "persisted": True, **extra}
        )
        post = {
            "guest_token": opened["store_data"]["Store"]["guest_token"],
            "thread_model": "discuss.channel",
            "thread_id": opened["channel_id"],
            "post_data": {
                "body": f"Question {number}",
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
            },
        }
        self.call("message", f"{root}/message/post", post)
        self.call("next message", f"{root}/message/post", post)

    def proved(self, shown, phone):
        parts = {
            key: shown["usu_challenge"][key] for key in ("parameters", "signature")
        }
        solution = altcha.solve_challenge(altcha.Challenge.from_dict(parts))
        text = json.dumps({"challenge": parts, "solution": solution.to_dict()})
        name, number, question = shown["usu_form"]["questions"]
        return {
            "usu_proof": base64.b64encode(text.encode()).decode(),
            "usu_answers": {
                str(name["id"]): "Marta",
                str(number["id"]): phone,
                str(question["id"]): "How much is it?",
            },
            "usu_text": "How much is it?",
            "usu_page": "https://clinic.example/price",
        }


def cost(repeats):
    with (
        tools.scratch("usu_guard", "usu_routing", "usu_chat") as db,
        tools.Server(db, name="bench-chat") as server,
    ):
        out = tools.shell(db, SEED % server.url)
        plain, ours, user = map(
            int, re.search(r"SEEDED (\d+) (\d+) (\d+)", out).groups()
        )
        visitors = {
            "plain": Visitor(server, plain, False),
            "new client": Visitor(server, ours, True),
            "known client": Visitor(server, ours, True),
        }
        for number in range(repeats + 2):
            if number % 5 == 0:
                tools.shell(db, PRESENT % user)
            for name, visitor in visitors.items():
                if number == 2:
                    visitor.times.clear()  # the first two walks filled the caches
                known = name == "known client"
                phone = "+374 77 000001" if known else f"+374 77 1{number:05d}"
                visitor.walk(number, phone)
        report(visitors)


def report(visitors):
    print(f"\n{'':14}" + "".join(f"{name:>26}" for name in visitors))
    for step in ("page", "window", "opened", "message", "next message", "refused"):
        cells = []
        base = visitors["plain"].times.get(step)
        for visitor in visitors.values():
            found = visitor.times.get(step)
            if not found:
                cells.append(f"{'-':>26}")
                continue
            ms = statistics.median(spent for spent, _count in found)
            count = statistics.median(count for _spent, count in found)
            ratio = ""
            if base and visitor is not visitors["plain"]:
                ratio = f" x{ms / statistics.median(s for s, _c in base):.2f}"
            cells.append(f"{count:>9.0f} q {ms:>6.1f} ms{ratio:>6}")
        print(f"{step:14}" + "".join(f"{cell:>26}" for cell in cells))


def weight():
    sizes = {}
    base = f"bench_plain_{time.monotonic_ns()}"
    tools.cluster.clone(tools.template(), base)
    try:
        with tools.Server(base, name="bench-plain") as server:
            sizes["plain"] = loaded(server)
    finally:
        tools.cluster.drop(base)
    with (
        tools.scratch("usu_guard", "usu_routing", "usu_chat") as db,
        tools.Server(db, name="bench-ours") as server,
    ):
        sizes["ours"] = loaded(server)
    print("\nbytes a foreign page loads, gzip")
    for name in sizes["plain"]:
        a, b = sizes["plain"][name], sizes["ours"][name]
        print(f"{name:28} plain {a:>9,}   with ours {b:>9,}   {b - a:+,}")


def loaded(server):
    sizes = {}
    for ext in ("js", "css"):
        with urllib.request.urlopen(
            f"{server.url}/im_livechat/assets_embed.{ext}", timeout=300
        ) as response:
            sizes[f"assets_embed.{ext}"] = len(gzip.compress(response.read(), 6))
    return sizes


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args(argv)
    tools.start()
    cost(4 if options.quick else 20)
    if not options.quick:
        weight()


if __name__ == "__main__":
    main()
