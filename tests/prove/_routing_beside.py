"""R17: a strategy from an addon that comes and goes. R18: beside OCA's service levels,
and beside OCA's own way of assigning.

OCA's addons come from the package index into a folder that is deleted again. The one
that assigns exists for 17.0 only: its Python is installed with the version of its
manifest raised and its one view left out.
"""

import ast
import re
import subprocess
import sys
import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path

import env as tools
import test
from _routing_choice import LEAST, receive
from _routing_world import ADMIN, desk, in_odoo, people

SLA = "helpdesk_mgmt_sla"
ASSIGN = "helpdesk_mgmt_assign_method"
WHEELS = (
    "odoo-addon-helpdesk-mgmt-sla==19.0.*",
    "odoo-addon-helpdesk-mgmt-assign-method",
)

STRATEGY = "usu_longest_name"
STRATEGY_MANIFEST = """
{"name": "Longest name", "version": "19.0.1.0.0", "license": "AGPL-3",
 "depends": ["usu_routing"]}
"""
STRATEGY_CODE = """
from odoo import fields, models


class UsuRoutingStep(models.Model):
    _inherit = "usu.routing.step"

    strategy = fields.Selection(
        selection_add=[("longest_name", "The longest name")],
        ondelete={"longest_name": "cascade"},
    )

    def _usu_rank_longest_name(self, agents, request, now):
        users = self.env["res.users"].browse([agent.id for agent in agents])
        return users.sorted(lambda user: -len(user.name)).ids
"""


@contextmanager
def fetched():
    """A folder with the two addons."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps",
                   "--disable-pip-version-check", "-d", folder, *WHEELS]  # fmt: skip
        subprocess.run(command, check=True)
        for wheel in Path(folder).glob("*.whl"):
            zipfile.ZipFile(wheel).extractall(folder)
        addons = Path(folder) / "odoo/addons"
        _raise_version(addons / ASSIGN)
        yield addons


def _raise_version(addon):
    path = addon / "__manifest__.py"
    manifest = ast.literal_eval(path.read_text())
    manifest |= {"version": "19.0.1.0.0", "data": []}
    path.write_text(repr(manifest))


def _install(db, addon, path):
    conf = tools.config(db, addons_path=path)
    args = ("-d", db, "-i", addon, "--stop-after-init", "--no-http", "--log-level=warn")
    tools.odoo(*args, conf=conf, log=tools.STATE / "beside.log")
    return conf


# --------------------------------------------------------- R17: somebody's strategy


def comes_and_goes():
    """Chosen by a strategy of another addon, then without it by the next step."""
    with tempfile.TemporaryDirectory() as folder, tools.scratch("usu_routing") as db:
        addon = Path(folder) / STRATEGY
        addon.mkdir()
        (addon / "__manifest__.py").write_text(STRATEGY_MANIFEST)
        (addon / "__init__.py").write_text(STRATEGY_CODE)
        conf = _install(db, STRATEGY, f"{tools.ROOT / 'addons'},{folder}")
        with_addon = in_odoo(conf, db, _by_name)
        code = (
            f"env['ir.module.module'].search([('name', '=', '{STRATEGY}')])"
            ".button_immediate_uninstall()\n"
        )
        tools.odoo("shell", "-d", db, "--no-http", "--log-level=error", conf=conf,
                   input=code, text=True, stdout=subprocess.DEVNULL)  # fmt: skip
        without = in_odoo(tools.config(db), db, _by_name)
    lines = [x for x in (STRATEGY_CODE + STRATEGY_MANIFEST).splitlines() if x.strip()]
    return {"lines": len(lines), "with_addon": with_addon, "without": without}


def _by_name(world):
    """Who of three is chosen; the policy is made the first time."""
    with world.env() as env:
        team = env["helpdesk.ticket.team"].search([("name", "=", "R17")])
        if not team:
            user_ids = people(env, 3, "r17")
            env["res.users"].browse(user_ids[1]).name = "The longest name of them all"
            steps = [{**LEAST, "strategy": "longest_name"}, LEAST]
            team = desk(env, user_ids, steps, "R17")
        receipt = receive(env, team.id, f"r17-{len(team.ticket_ids)}")
        return env["res.users"].browse(receipt.user_id).name


# ----------------------------------------------------------- R18: other people's addons


def beside():
    """What came of both; the figures of `Verdicts.check`."""
    test.LOGS.mkdir(parents=True, exist_ok=True)
    with fetched() as addons:
        path = f"{tools.ROOT / 'addons'},{addons}"
        return {**_service_levels(path), **_assigning(path)}


def _service_levels(path):
    """Our tests and theirs, with both installed."""
    with tools.scratch("usu_routing") as db:
        conf = _install(db, SLA, path)
        log = test.LOGS / "prove-routing-sla.log"
        log.unlink(missing_ok=True)
        tags = f"/usu_routing,/{SLA},-usu_browser"
        tools.odoo("-d", db, "--test-tags", tags, "--stop-after-init", conf=conf,
                   log=log, check=False)  # fmt: skip
        text = log.read_text(errors="replace")
    found = re.findall(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests", text)
    failed, errors, ran = map(int, found[-1]) if found else (1, 0, 0)
    return {"tests_with_sla": ran, "failed_with_sla": failed + errors}


def _assigning(path):
    with tools.scratch("usu_routing") as db:
        conf = _install(db, ASSIGN, path)
        return in_odoo(conf, db, _both_assign)


def _both_assign(world):
    """Who assigned: what the policy says, the other addon, or both."""
    with world.env() as env:
        busy, free, away = people(env, 3, "r18")
        team = desk(env, [busy, free], [LEAST], "R18")
        team.assign_method = "sequential"  # would give the next one to ``busy``
        empty = desk(env, [away], [{"strategy": "queue"}], "R18 q")
        empty.assign_method = "balanced"
        for _n in range(3):
            env["helpdesk.ticket"].with_context(usu_routed=True).create(
                {"name": "Old", "description": "?", "team_id": team.id, "user_id": busy}
            )
        env["helpdesk.ticket"].with_context(usu_routed=True).create(
            {"name": "Old", "description": "?", "team_id": team.id, "user_id": free}
        )
        team_id, empty_id = team.id, empty.id
    # committed: the choice counts on a connection of its own
    with world.env() as env:
        received = receive(env, team_id, "r18-received")
        queued = receive(env, empty_id, "r18-queued")
        typed = env["helpdesk.ticket"].with_user(ADMIN).create(
            {"name": "Typed in", "description": "?", "team_id": team_id}
        )  # fmt: skip
        ids = (received.request_id, queued.request_id, typed.id)
        typed_by_other = typed.user_id.id in (busy, free)
    with world.env() as env:
        return {
            "received_by_policy": received.user_id == free,
            "queued_by_policy": not queued.user_id,
            "typed_by_other": typed_by_other,
            "decisions": [_decisions(env, request_id) for request_id in ids],
        }


def _decisions(env, request_id):
    token = env["helpdesk.ticket"].browse(request_id).usu_token
    return env["usu.routing.decision"]._chain(token).mapped("kind")
