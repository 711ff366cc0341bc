"""Wheels of the addons: built apart, looked into, installed beside Odoo."""

import ast
import hashlib
import importlib.metadata
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from email.parser import Parser
from pathlib import Path

import env
from packaging.requirements import Requirement

WHOOL = "whool==1.3.1"
VERSION = re.compile(r"19\.0\.\d+\.\d+\.\d+")
# what an addon's folder holds and its wheel does not
NOT_PACKED = {"pyproject.toml"}
BUILD = """
import os, sys, whool.buildapi
for folder in sys.argv[2:]:
    os.chdir(folder)
    whool.buildapi.build_wheel(sys.argv[1])
"""


def files(addon):
    """Relative names of what belongs into the addon."""
    folder = env.ROOT / "addons" / addon
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )


def manifest(addon):
    text = (env.ROOT / "addons" / addon / "__manifest__.py").read_text()
    return ast.literal_eval(text)


def build(addons):
    """``{addon: wheel}``; a wheel is built when the addon's content is new."""
    store = env.CACHE / "wheels"
    store.mkdir(parents=True, exist_ok=True)
    wheels, missing = {}, {}
    for addon in addons:
        found = hashlib.sha256(WHOOL.encode())
        for name in files(addon):
            content = (env.ROOT / "addons" / addon / name).read_bytes()
            found.update(name.encode() + b"\0" + content)
        place = store / found.hexdigest()[:20]
        wheels[addon] = place
        if not list(place.glob("*.whl")):
            missing[addon] = place
    if missing:
        _build(missing)
    return {addon: next(place.glob("*.whl")) for addon, place in wheels.items()}


def _build(missing):
    """In an environment of its own and in a copy without a history of versions."""
    with tempfile.TemporaryDirectory(dir=env.CACHE) as work:
        work = Path(work)
        for addon in missing:
            for name in files(addon):
                target = work / addon / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(env.ROOT / "addons" / addon / name, target)
        subprocess.run(
            [_builder(), "-c", BUILD, work, *(work / addon for addon in missing)],
            env=os.environ | {"WHOOL_POST_VERSION_STRATEGY_OVERRIDE": "none"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        for addon, place in missing.items():
            place.mkdir(exist_ok=True)
            wheel = next(work.glob(f"odoo_addon_{addon}-*.whl"))
            wheel.replace(place / wheel.name)


def _builder():
    """Python of the isolated environment that holds the build tool alone."""
    key = hashlib.sha256(f"{WHOOL}{env.PYTHON.resolve()}".encode()).hexdigest()[:12]
    venv = env.CACHE / f"whool-{key}"
    python = venv / "bin/python"
    if not (venv / ".complete").exists():
        shutil.rmtree(venv, ignore_errors=True)
        subprocess.run([env.PYTHON, "-m", "venv", venv], check=True)
        pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "-q"]
        subprocess.run([*pip, WHOOL], check=True)
        (venv / ".complete").touch()
    return python


def faults(addon, wheel):
    """What is wrong with a wheel, as sentences."""
    with zipfile.ZipFile(wheel) as packed:
        names = [n for n in packed.namelist() if not n.endswith("/")]
        head = next(n for n in names if n.endswith(".dist-info/METADATA"))
        metadata = Parser().parsestr(packed.read(head).decode())
    inside = {n for n in names if ".dist-info/" not in n}
    wanted = {f"odoo/addons/{addon}/{n}" for n in files(addon) if n not in NOT_PACKED}
    found = [f"{addon}: left out of the wheel: {n}" for n in sorted(wanted - inside)]
    found += [f"{addon}: strange in the wheel: {n}" for n in sorted(inside - wanted)]
    return found + _metadata_faults(addon, metadata)


def _metadata_faults(addon, metadata):
    data = manifest(addon)
    requires = {Requirement(r).name.lower() for r in metadata.get_all("Requires-Dist")}
    declared = data.get("external_dependencies", {}).get("python", [])
    wanted = {"odoo"} | {Requirement(d).name.lower() for d in declared}
    ours = [d for d in data["depends"] if d in env.ADDONS or d == "helpdesk_mgmt"]
    wanted |= {f"odoo-addon-{d}" for d in ours}
    pinned = (env.ROOT / "docker/requirements.txt").read_text().lower()
    checks = {
        "name": metadata["Name"].replace("_", "-")
        == f"odoo-addon-{addon}".replace("_", "-"),
        "version": VERSION.fullmatch(metadata["Version"])
        and metadata["Version"] == data["version"],
        "licence": metadata["License"] == "AGPL-3" == data["license"],
        "description": metadata.get_payload().strip(),
        f"requirements {sorted(requires)}, not {sorted(wanted)}": requires == wanted,
        "an icon": (
            env.ROOT / "addons" / addon / "static/description/icon.png"
        ).exists()
        or not data.get("application"),
    }
    found = [f"{addon}: {what}" for what, good in checks.items() if not good]
    for name in declared:
        if not re.search(rf"^{re.escape(name.lower())}\b", pinned, re.M):
            found.append(f"{addon}: {name} is not in docker/requirements.txt")
    for line in metadata.get_all("Requires-Dist"):
        found += _unmet(addon, Requirement(line))
    return found


def _unmet(addon, requirement):
    if requirement.name == "odoo" or requirement.name[11:] in env.ADDONS:
        return []
    try:
        version = importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        return [f"{addon}: needs {requirement}, which is not installed"]
    if requirement.specifier.contains(version, prereleases=True):
        return []
    return [f"{addon}: needs {requirement}, {version} is installed"]


def install(wheels, folder):
    """A virtual environment beside Odoo's with the wheels in it; its Python."""
    subprocess.run([env.PYTHON, "-m", "venv", "--without-pip", folder], check=True)
    beside = next(env.PYTHON.parent.parent.glob("lib/python3*/site-packages"))
    own = next(Path(folder).glob("lib/python3*/site-packages"))
    (own / "beside.pth").write_text(f"{beside.resolve()}\n")
    pip = [env.PYTHON, "-m", "pip", "--disable-pip-version-check", "-q"]
    pip += ["--python", f"{folder}/bin/python", "install", "--no-index", "--no-deps"]
    subprocess.run([*pip, *wheels], check=True)
    return Path(folder) / "bin/python"
