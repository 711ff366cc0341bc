"""The addons as packages: wheels that pip installs beside Odoo, and their whole life.

    ./usu prove packages           wheels; every addon installed, updated, uninstalled,
                                   installed again, without and with demonstration
                                   data; bridges come by themselves
    ./usu prove packages --quick   wheels; all uninstalled once, nothing left
    ./usu prove packages --only usu_chat,usu_routing

A fault is: a file missing in a wheel or strange to it, metadata that do not fit the
manifest, a warning in Odoo's log, and anything that an uninstalled addon leaves behind
(table, column, index, constraint, function, model, view, scheduled action, parameter,
rows that speak of a model that is gone) or that differs when it is installed again.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import env

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import _packages_wheels as wheels  # noqa: E402


def order(addons):
    """Those that others need come first."""
    done = []
    while len(done) < len(addons):
        for addon in addons:
            needs = set(wheels.manifest(addon)["depends"]) & set(addons)
            if addon not in done and needs <= set(done):
                done.append(addon)
    return done


def life(python, deed, addons, base, demo):
    """Run one deed in a fresh copy of the template; the faults found."""
    db = f"packages_{os.getpid()}_{deed}_{int(demo)}"
    conf = env.config(db, addons_path="", with_demo=demo)
    bare = f"{db}_bare"
    if deed == "leave":
        env.cluster.clone(env.ours(), db)
        env.cluster.clone(env.template(base), bare)
    else:
        env.cluster.clone(env.template(base), db)
    if demo:
        env.cluster.sql(env.DEMO, db)
    packages = (env.ODOO.resolve().parent / "usr/lib/python3/dist-packages").resolve()
    if not packages.exists():  # a checkout
        packages = env.ODOO.resolve().parent
    print(f"-- {deed}{' with demonstration data' if demo else ''}", flush=True)
    lines = [""]
    try:
        with subprocess.Popen(
            [python, HERE / "_packages_life.py", conf, db, deed, *addons],
            env=os.environ | {"USU_ODOO_PACKAGES": str(packages), "USU_BARE": bare},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as done:
            for line in done.stdout:
                if line.startswith("   "):
                    print(line, end="", flush=True)
                else:
                    lines.append(line)
    finally:
        env.cluster.drop(db)
        env.cluster.drop(bare)
    if done.returncode:
        return [f"{deed}: ended with {done.returncode}: {''.join(lines)[-2500:]}"]
    answer = json.loads(lines[-1])
    strange = [
        f for f in answer["where"].values() if not f.startswith(str(python.parents[1]))
    ]
    found = [f"not from its wheel: {path}" for path in strange]
    return found + answer["faults"]


def main(argv):
    quick = "--quick" in argv
    addons = order(env.ADDONS)
    chosen = addons
    if "--only" in argv:
        chosen = [a for a in addons if a in argv[argv.index("--only") + 1].split(",")]
    begun = time.monotonic()
    built = wheels.build(addons)
    bad = [fault for a in addons for fault in wheels.faults(a, built[a])]
    size = sum(w.stat().st_size for w in built.values())
    print(
        f"   {len(built)} wheels, {size / 1e6:.1f} MB, {time.monotonic() - begun:.0f} s"
    )
    env.start()
    with tempfile.TemporaryDirectory(dir=env.STATE) as folder:
        python = wheels.install(list(built.values()), f"{folder}/venv")
        if quick:
            bad += life(python, "leave", addons, env.BASE, False)
        else:
            for demo in (False, True):
                bad += life(python, "each", chosen, env.BASE, demo)
                bad += life(python, "whole", chosen, env.BASE, demo)
            bad += life(python, "bridges", addons, env.LEAN, False)
    for fault in bad:
        print(f"   FAULT {fault}")
    seconds = round(time.monotonic() - begun)
    print(
        json.dumps(
            {
                "prove": "packages",
                "wheels": len(built),
                "bytes": size,
                "seconds": seconds,
                "faults": len(bad),
            }
        )
    )
    return 1 if bad else 0
