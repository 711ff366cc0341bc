"""Fixtures of the scenarios: real servers, real browsers.

``clinic``   name of a database with all our addons and the demonstration clinic
``server``   a running Odoo on it (threaded: HTTP and websocket on one port)
``cluster_server``  a running Odoo with two HTTP workers and the websocket process
``rpc``      JSON-2 style calls as a user: ``rpc("res.partner", "search", [])``
``browser``  one Chromium; ``open_page(...)`` a fresh context that reaches loopback only
Screenshots go to .usu/shots/.
"""

import json
import sys
import urllib.request
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import env

SHOTS = env.ROOT / ".usu/shots"


@pytest.fixture(scope="session")
def clinic():
    env.start()
    with env.scratch(demo=True) as db:
        yield db


@pytest.fixture(scope="session")
def server(clinic):
    with env.Server(clinic, cron=1, name="scenario") as running:
        yield running


@pytest.fixture(scope="session")
def cluster_server(clinic):
    with env.Server(clinic, workers=2, cron=1, name="workers") as running:
        yield running


class Rpc:
    """Calls of one user over HTTP, as a browser's web client makes them."""

    def __init__(self, server, login="admin", password="admin"):
        self.url = server.url
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        info = self._post(
            "/web/session/authenticate",
            {"db": server.db, "login": login, "password": password},
        )
        self.uid = info["uid"]

    def _post(self, path, params):
        body = json.dumps(
            {"jsonrpc": "2.0", "method": "call", "params": params}
        ).encode()
        request = urllib.request.Request(
            self.url + path, body, {"Content-Type": "application/json"}
        )
        answer = json.load(self.opener.open(request, timeout=60))
        if "error" in answer:
            raise RuntimeError(answer["error"]["data"]["message"])
        return answer.get("result")

    def __call__(self, model, method, *args, **kwargs):
        return self._post(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": list(args), "kwargs": kwargs},
        )


@pytest.fixture(scope="session")
def rpc(server):
    return Rpc(server)


@pytest.fixture(scope="session")
def login(server):
    """``login("reception1")`` -> calls as that user."""
    return lambda name, password=None: Rpc(server, name, password or name)


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path=_chromium(),
            args=[
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--autoplay-policy=no-user-gesture-required",
            ],
        )
        yield chromium
        chromium.close()


def _chromium():
    import shutil

    for name in (
        "google-chrome",
        "chromium",
        "chromium-browser",
        "google-chrome-stable",
    ):
        if shutil.which(name):
            return shutil.which(name)
    raise RuntimeError("no Chromium: ./usu test installs it")


@pytest.fixture
def open_page(browser):
    """``open_page(size=(1366, 768))`` -> page of a fresh context; loopback only."""
    contexts = []

    def make(size=(1366, 768), **options):
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, **options
        )
        context.route(
            lambda url: not url.startswith(
                ("http://127.0.0.1", "http://localhost", "data:", "blob:")
            ),
            lambda route: route.abort(),
        )
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def sign_in(server, open_page):
    """``sign_in("reception1")`` -> page of the web client as that user."""

    def make(name, password=None, size=(1366, 768), path="/odoo", **options):
        page = open_page(size, **options)
        page.goto(f"{server.url}/web/login?redirect={path}")
        page.fill("#login", name)
        page.fill("#password", password or name)
        page.click(".oe_login_form button[type=submit]")
        page.wait_for_selector(".o_main_navbar", timeout=60000)
        return page

    return make


@pytest.fixture
def shot():
    """``shot(page, "card")`` keeps a screenshot below .usu/shots."""

    def take(page, name, **options):
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png", **options)

    return take
