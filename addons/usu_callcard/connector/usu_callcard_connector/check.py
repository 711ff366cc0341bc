"""``--check``: try both ends and say in words what is wrong."""

import os
import time
import uuid
from pathlib import Path

import websocket

from . import commands
from .config import ConfigError, load
from .poster import Refused
from .service import make_driver, make_odoo


def check(path, say):
    """Returns the process' exit code: 0 when everything works."""
    try:
        config = load(path)
    except ConfigError as why:
        say(f"FAILED {why}")
        return 1
    lines = ["ok     configuration"]
    lines += check_spool(Path(config.spool_path))
    if config.recordings_path:
        lines += check_recordings(Path(config.recordings_path))
    driver, odoo = make_driver(config), make_odoo(config)
    lines += [_marked("PBX", line) for line in driver.check()]
    lines += [_marked("Odoo", line) for line in check_odoo(odoo)]
    if config.odoo_commands and driver.can_dial:
        lines += [_marked("Odoo", check_bus(odoo, config))]
    for line in lines:
        say(line)
    return 1 if any(line.startswith("FAILED") for line in lines) else 0


def _marked(end, line):
    return f"{line[:6]} {end}: {line[7:]}"


def check_spool(folder):
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{uuid.uuid4().hex}"
        probe.write_text(str(time.time()))
        probe.unlink()
    except OSError as why:
        return [f"FAILED the spool folder cannot be written: {why}"]
    return [f"ok     spool in {folder}"]


def check_recordings(folder):
    if not folder.is_dir() or not os.access(folder, os.R_OK | os.X_OK):
        return [f"FAILED the recordings' folder cannot be read: {folder}"]
    return [f"ok     recordings in {folder}"]


def check_odoo(odoo):
    try:
        answer = odoo.post("/usu_callcard/events", {"events": []})
    except Refused as why:
        return [f"FAILED {why}"]
    if not isinstance(answer.get("results"), list):
        return ["FAILED the address answers, but not as the caller card does"]
    return [f"ok     takes events of PBX {odoo.pbx!r} at {odoo.url}"]


def check_bus(odoo, config):
    try:
        commands.connect(odoo, config.odoo_websocket_url, config.odoo_database).close()
    except (OSError, websocket.WebSocketException) as why:
        return (
            f"FAILED no WebSocket for click to dial ({why}): does the proxy pass "
            "/websocket on to Odoo's gevent port?"
        )
    return "ok     WebSocket for click to dial"
