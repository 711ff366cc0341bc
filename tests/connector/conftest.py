import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path[:0] = [
    str(ROOT / "addons/usu_callcard/connector"),
    str(ROOT / "tests/asterisk"),
    str(Path(__file__).parent),
]


@pytest.fixture(scope="session")
def connector_command():
    """How the connector is started, as a person would."""
    return [sys.executable, str(ROOT / "addons/usu_callcard/connector")]


@pytest.fixture
def side():
    from odoo_side import OdooSide

    server = OdooSide()
    yield server
    server.close()


@pytest.fixture(scope="module", params=os.environ.get("USU_ASTERISK", "sid").split())
def pbx(request, tmp_path_factory):
    """A real Asterisk; USU_ASTERISK="sid bullseye" tries both."""
    import kit

    run_dir = tmp_path_factory.mktemp("asterisk")
    try:
        asterisk = kit.Asterisk(run_dir, suite=request.param).start()
    except kit.NotAvailable as why:
        pytest.skip(f"no Asterisk here: {why}")
    yield asterisk
    asterisk.stop()
