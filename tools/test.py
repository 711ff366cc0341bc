"""./usu test: every test there is, on clones of one template database.

Jobs run two at a time (never two browsers): linters, Odoo's own lint tests, each
addon's tests, its browser tests, the scenarios in tests/, the quick proofs. A job that
ran no test, a skipped browser test, and a warning in Odoo's log are failures.

    ADDON=a,b  FILE=test_x  TAGS=...  BROWSER=0   the inner loop: install and test these
    PYTEST="tests/scenarios/test_call.py -k x"    only these scenarios
"""

import os
import re
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import env

LOGS = env.ROOT / ".usu/logs"
BROWSER = threading.Lock()
# Odoo log lines that are no fault of ours; each with its reason
ALLOWED = (
    # the test server has no outgoing mail server on purpose
    "Connection refused",
    # Chromium's own chatter on stderr, reported by HttpCase at WARNING when it starts
    "chrome devtools on port",
)
SKIP_ALLOWED = "the Debian mirror does not answer"  # real Asterisk without a network


@dataclass
class Result:
    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0
    notes: list = field(default_factory=list)


def main(argv):
    options = dict(a.split("=", 1) for a in argv if "=" in a)
    unknown = set(options) - {"ADDON", "FILE", "TAGS", "BROWSER", "PYTEST"}
    if unknown or len(options) != len(argv):
        sys.exit(f"usu test: what is {' '.join(argv)}? See ./usu help")
    LOGS.mkdir(parents=True, exist_ok=True)
    env.start()
    t0 = time.monotonic()
    if "PYTEST" in options:
        results = [pytest("scenarios", options["PYTEST"].split())]
    elif "ADDON" in options or "TAGS" in options:
        results = [inner_loop(options)]
    else:
        results = everything(options.get("BROWSER") != "0")
    report(results, time.monotonic() - t0)
    if os.environ.get("CI"):
        env.cluster.stop("immediate")
    return 0 if all(not r.failed and (r.passed or r.skipped) for r in results) else 1


def report(results, seconds):
    print()
    for r in results:
        print(f"{r.name:28} {r.passed:5} passed {r.failed:4} failed {r.seconds:6.0f} s")
        for note in r.notes:
            print(f"    {note}")
    total = [
        sum(getattr(r, k) for r in results) for k in ("passed", "failed", "skipped")
    ]
    print(f"\nin {seconds / 60:.1f} min; logs in .usu/logs")
    print("{} passed, {} failed, {} skipped".format(*total))


def everything(browser):
    jobs = [lambda: command("lint", [env.PYTHON, "tools/lint.py"])]
    jobs += [lambda: pytest("connector", ["tests/connector", "-m", "not asterisk"])]
    jobs += [lambda: command("docs", [env.PYTHON, "tools/docs.py"])]
    with ThreadPoolExecutor(2) as pool:
        first = [pool.submit(timed, job) for job in jobs]
        source = env.ours()
        results = [f.result() for f in first]
    jobs = [lambda: odoo_lint(source)]
    jobs += [lambda: command("i18n", [env.PYTHON, "tools/i18n.py", "--check"])]
    jobs += [lambda a=a: addon_tests(source, a, False) for a in env.ADDONS]
    if browser:
        jobs += [
            lambda a=a: addon_tests(source, a, True)
            for a in env.ADDONS
            if has_browser(a)
        ]
    with ThreadPoolExecutor(2) as pool:
        results += list(pool.map(timed, jobs))
    if browser:
        results.append(timed(lambda: pytest("scenarios", ["tests/scenarios"])))
    results.append(
        timed(lambda: pytest("asterisk", ["tests/connector", "-m", "asterisk"]))
    )
    for path in sorted((env.ROOT / "tests/prove").glob("[a-z]*.py")):
        if "--quick" not in path.read_text():  # too long for every day
            continue
        quick = [env.PYTHON, "tools/prove.py", path.stem, "--quick"]
        results.append(timed(lambda p=path, q=quick: command(f"prove {p.stem}", q)))
    return [r for r in results if r]


def timed(job):
    t0 = time.monotonic()
    result = job()
    if result:
        result.seconds = time.monotonic() - t0
        state = "ok" if not result.failed else "FAILED"
        env.say(f"{result.name}: {state}, {result.seconds:.0f} s")
    return result


def has_browser(addon):
    return any(
        "usu_browser" in p.read_text()
        for p in (env.ROOT / "addons" / addon).rglob("tests/*.py")
    )


def inner_loop(options):
    addons = options.get("ADDON") or ",".join(env.ADDONS)
    if unknown := set(addons.split(",")) - set(env.ADDONS):
        sys.exit(f"usu test: there is {', '.join(env.ADDONS)}; not {unknown.pop()}")
    db = f"inner_{os.getpid()}"
    env.cluster.clone(env.template(), db)
    tags = options.get("TAGS")
    if not tags and options.get("FILE"):
        tags = ",".join(f"/{a}/tests/{options['FILE']}.py" for a in addons.split(","))
    tags = tags or ",".join(f"/{a}" for a in addons.split(","))
    if options.get("BROWSER") == "0":
        tags += ",-usu_browser"
    try:
        return timed(
            lambda: odoo_tests(f"test {addons}", db, tags, install=addons, show=True)
        )
    finally:
        env.cluster.drop(db)


def addon_tests(source, addon, browser):
    name = f"{addon} in the browser" if browser else addon
    tags = f"usu_browser/{addon}" if browser else f"/{addon},-usu_browser/{addon}"
    if not list((env.ROOT / "addons" / addon / "tests").glob("test_*.py")):
        return Result(name, failed=1, notes=["has no tests"])
    db = f"t_{os.getpid()}_{addon}_{int(browser)}"
    env.cluster.clone(source, db)
    try:
        if browser:
            with BROWSER:
                return odoo_tests(name, db, tags)
        return odoo_tests(name, db, tags)
    finally:
        env.cluster.drop(db)


def odoo_tests(name, db, tags, install=None, show=False, only=None):
    """Run Odoo's test runner; ``only``: count just the failures that name it."""
    label = re.sub(r"[^a-z_]+", "-", name.lower())
    if show:  # several developers' inner loops at once
        label += f"-{os.getpid()}"
    log = LOGS / f"{label}.log"
    port, gevent = env.free_ports(2)
    conf = env.config(db, http_port=port, gevent_port=gevent)
    args = [
        "--test-tags",
        tags,
        "--stop-after-init",
        "--screenshots",
        LOGS / "screenshots",
    ]
    if install:
        args += ["-i", install]
    log.unlink(missing_ok=True)
    environ = os.environ | {"ODOO_TEST_MAX_FAILED_TESTS": "40"}
    env.odoo(*args, conf=conf, log=log, check=False, env=environ)
    return judge(name, log.read_text(errors="replace"), show, only)


def judge(name, text, show=False, only=None):
    """What a log of Odoo's runner says."""
    result = Result(name)
    found = re.findall(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests", text)
    heads = [
        line
        for line in text.splitlines()
        if re.search(r" (WARNING|ERROR|CRITICAL) ", line)
        and not any(a in line for a in ALLOWED)
    ]
    if only:
        heads = blocks_naming(text, only)
    ran = int(found[-1][2]) if found else 0
    skipped = re.findall(r": skipped (\S+) : (.*)", text)
    result.notes = [line[24:240] for line in heads[:12]]
    result.notes += [f"skipped {what}: {why}" for what, why in skipped[:12]]
    bad = int(found[-1][0]) + int(found[-1][1]) if found and not only else 0
    result.failed = max(bad, 1 if heads or skipped else 0)
    if not ran:
        result.failed = max(1, result.failed)
        result.notes.append("no test ran")
    result.passed = max(ran - result.failed, 0)
    if show and result.failed:
        print(text[-12000:])
    return result


def blocks_naming(text, words):
    """Failures of Odoo's lint tests that speak of our addons."""
    blocks = re.split(r"\n(?=\d{4}-\d\d-\d\d \d\d:)", text)
    bad = [b for b in blocks if re.search(r" (ERROR|CRITICAL) ", b[:80])]
    return [
        line[:200]
        for b in bad
        for line in b.splitlines()
        if any(w in line for w in words)
    ]


def odoo_lint(source):
    """Odoo's own test_lint, of which only what concerns our addons counts."""
    db = f"t_{os.getpid()}_lint"
    env.cluster.clone(source, db)
    classes = (
        "TestTestHoles TestLintOverrideSignatures TestIndex RoutesLinter "
        "ManifestLinter TestNaming TestDunderinit TestOnchangeDomains"
    ).split()
    try:
        tags = ",".join(f"/test_lint:{c}" for c in classes)
        return odoo_tests(
            "Odoo's test_lint", db, tags, install="test_lint", only=env.ADDONS
        )
    finally:
        env.cluster.drop(db)


def command(name, args):
    """A program that prints its own account; its exit code is the verdict."""
    log = LOGS / f"{name.replace(' ', '-')}.log"
    with open(log, "w") as out:
        rc = subprocess.run(
            args, cwd=env.ROOT, stdout=out, stderr=subprocess.STDOUT
        ).returncode
    tail = [x for x in log.read_text(errors="replace").splitlines() if x.strip()][-12:]
    return Result(
        name, passed=int(not rc), failed=int(bool(rc)), notes=tail if rc else []
    )


def pytest(name, args):
    if not (env.ROOT / args[0].split("::")[0]).exists():
        return None
    xml = LOGS / f"{name}.xml"
    xml.unlink(missing_ok=True)
    log = LOGS / f"{name}.log"
    with open(log, "w") as out:
        rc = subprocess.run(
            [
                env.PYTHON,
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                f"--junit-xml={xml}",
                *args,
            ],
            cwd=env.ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
        ).returncode
    result = Result(name)
    if not xml.exists():
        return Result(name, failed=1, notes=log.read_text().splitlines()[-12:])
    suite = ET.parse(xml).getroot().find("testsuite")
    number = {k: int(suite.get(k)) for k in ("tests", "failures", "errors", "skipped")}
    for case in suite.iter("testcase"):
        for kind in ("failure", "error", "skipped"):
            for node in case.iter(kind):
                why = (node.get("message") or "").splitlines() or [""]
                result.notes.append(f"{kind} {case.get('name')}: {why[0][:160]}")
                if kind == "skipped" and SKIP_ALLOWED not in (
                    node.get("message") or ""
                ):
                    result.failed += 1
    result.failed += number["failures"] + number["errors"]
    result.skipped = number["skipped"]
    result.passed = (
        number["tests"] - number["failures"] - number["errors"] - number["skipped"]
    )
    if rc and not result.failed:
        result.failed = 1
        result.notes.append(f"pytest ended with {rc}: see {log.relative_to(env.ROOT)}")
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
