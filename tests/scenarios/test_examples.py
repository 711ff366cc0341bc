"""The developer guide's examples work: what docs/developer shows is what runs here."""

import os
import subprocess
import sys

import env
import pytest

EXAMPLES = env.ROOT / "tests/examples"
ADDONS = sorted(p.parent.name for p in EXAMPLES.glob("*/__manifest__.py"))
CALL = "example.1,ring,+37477555555,101\nexample.1,answer,+37477555555,101\n"


@pytest.mark.parametrize("addon", ADDONS)
def test_addon_of_the_guide(addon, clinic, tmp_path):
    # apart: what one adds to the web client need not be built for the others
    db = f"{addon}_{os.getpid()}"
    env.cluster.clone(env.ours(demo=True), db)
    port, gevent = env.free_ports(2)
    conf = env.config(
        db,
        addons_path=f"{env.ROOT / 'addons'},{EXAMPLES}",
        http_port=port,
        gevent_port=gevent,
    )
    log = tmp_path / "examples.log"
    try:
        env.odoo(
            *("-i", addon, "--test-tags", f"/{addon}", "--stop-after-init"),
            **{"conf": conf, "log": log, "check": False},
        )
    finally:
        env.cluster.drop(db)
    text = log.read_text()
    noise = [x for x in text.splitlines() if " ERROR " in x or " WARNING " in x]
    assert not noise, "\n".join(noise[:20]) + text[-3000:]
    assert f"odoo.addons.{addon}.tests" in text, "no test ran"


def test_a_program_beside_another_pbx(server, rpc):
    rpc(
        "usu.pbx",
        "create",
        {"name": "Example", "code": "example", "secret": "an example's secret"},
    )
    program = [sys.executable, EXAMPLES / "pbx_calls.py"]
    arguments = [server.url, "example", "an example's secret"]
    lines = f"{CALL}example.1,hangup,+37477555555,101\n"
    subprocess.run([*program, *arguments], input=lines, text=True, check=True)
    (call,) = rpc(
        "usu.call",
        "search_read",
        [["outside_id", "=", "example.1"]],
        ["state", "outcome", "number", "extension"],
    )
    assert (call["state"], call["outcome"]) == ("ended", "answered")
    assert (call["number"], call["extension"]) == ("+37477555555", "101")


def test_the_guide_shows_what_runs_here():
    pages = "".join(p.read_text() for p in env.ROOT.glob("docs/developer/*.md"))
    for addon in ADDONS:
        assert f"tests/examples/{addon}/" in pages, f"{addon} is in no page"
    assert "tests/examples/pbx_calls.py" in pages
