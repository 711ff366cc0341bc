"""./usu lint: every linter, side by side; ``--fix`` mends what a formatter can."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import env

BIN = env.ROOT / ".usu/lint/bin"
NODE = env.ROOT / ".usu/lint/node_modules/.bin"
VENDORED = "/static/lib/"
NOT_HERE = (
    "missing-readme",  # README.md, not .rst
    "consider-merging-classes-inherited",  # one model over several files: short files
    "prefer-env-translation",  # does not see `_ = self.env._`; ruff bans `odoo._`
    "no-wizard-in-models",  # an inherited wizard lies under its name like every model
)


def tracked(*patterns):
    """Files of the checkout that match, tracked or new, vendored ones left out."""
    out = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "--", *patterns],
        cwd=env.ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [
        f for f in out.splitlines() if VENDORED not in f and (env.ROOT / f).exists()
    ]


def checks(fix):
    addons = [f"addons/{a}" for a in env.ADDONS]
    screen = tracked("addons/**/*.xml", "addons/**/*.js", "addons/**/*.scss")
    scripts = tracked("usu", "*.sh", ".ci/run")
    write = ["--write"] if fix else ["--check"]
    ruff = [BIN / "ruff", "check", *(["--fix"] if fix else []), "."]
    form = [BIN / "ruff", "format", *([] if fix else ["--check"]), "."]
    po = tracked("addons/**/i18n/*.po", "addons/**/i18n/*.pot")
    javascript = [f for f in screen if f.endswith(".js")]
    off = f"--disable={','.join(NOT_HERE)}"
    docker = tracked("**/Dockerfile", "**/*.Dockerfile")
    found = {
        "ruff": ruff,
        "ruff format": form,
        "pylint-odoo": addons
        and [BIN / "pylint", "--rcfile=tools/lint/pylintrc", "-j2", off, *addons],
        "oca-checks": addons and [BIN / "oca-checks-odoo-module", *addons],
        "oca-checks-po": po and [BIN / "oca-checks-po", *po],
        "licences": addons
        and [
            *(BIN / "manifestoo", "--addons-path-python", env.PYTHON),
            *("--addons-path", "addons", "-d", "addons", "check-licenses"),
        ],
        "shellcheck": scripts and [BIN / "shellcheck", "-x", "-S", "warning", *scripts],
        "hadolint": docker
        and [BIN / "hadolint", "-c", "tools/lint/hadolint.yaml", *docker],
        "prettier": screen
        and [
            NODE / "prettier",
            "--config",
            ".usu/lint/prettier.config.mjs",
            *write,
            *screen,
        ],
        "eslint": javascript
        and [
            NODE / "eslint",
            "-c",
            ".usu/lint/eslint.config.mjs",
            *(["--fix"] if fix else []),
            *javascript,
        ],
    }
    return {name: command for name, command in found.items() if command}


def run(item):
    name, command = item
    t0 = time.monotonic()
    path = f"{NODE}:{BIN}:{os.environ['PATH']}"
    # manifestoo asks a Python that knows Odoo where the addons are
    odoo = f"{env.ROOT}/.usu/odoo/usr/lib/python3/dist-packages:{env.ROOT}/.usu/odoo"
    done = subprocess.run(
        [str(c) for c in command],
        cwd=env.ROOT,
        capture_output=True,
        text=True,
        env=os.environ
        | {"PATH": path}
        | ({"PYTHONPATH": odoo} if name == "licences" else {}),
    )
    return name, done.returncode, done.stdout + done.stderr, time.monotonic() - t0


def main(argv):
    bad = 0
    wanted = [a for a in argv if not a.startswith("-")]
    todo = {
        k: v for k, v in checks("--fix" in argv).items() if not wanted or k in wanted
    }
    with ThreadPoolExecutor(2) as pool:
        for name, rc, text, seconds in pool.map(run, todo.items()):
            print(f"{name:16} {'FAILED' if rc else 'ok':8} {seconds:5.1f} s")
            if rc:
                bad += 1
                print(text[-8000:])
    bad += tree_rules()
    return 1 if bad else 0


def tree_rules():
    """House rules that no linter knows: the sizes of files."""
    bad = 0
    for path in tracked("*.py"):
        lines = (env.ROOT / path).read_text().count("\n")
        if lines > 400 and "/tests/" not in path and not path.startswith("tests/"):
            print(f"{path}: {lines} lines (at most 400): split it")
            bad += 1
    for path in tracked("addons/**/static/src/**/*.js"):
        lines = (env.ROOT / path).read_text().count("\n")
        if lines > 150:
            print(f"{path}: {lines} lines (at most 150): split it")
            bad += 1
    return bad


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
